"""How sources are listed and looked up."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Text, Uuid, bindparam, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.changes.adding import gathered
from app.documents.listing import Filter, Listing, among, by_name, equals, same_id, standard_orders
from app.documents.shape import Column, View
from app.documents.source import SOURCE, hidden
from app.foundation.reads import Query, compiled, few, given, one_of
from app.foundation.writes import run
from app.tables.source import Source, SourceAlias

PARTS = (
    selectinload(Source.names),
    selectinload(Source.external_ids),
    selectinload(Source.aliases),
)


def _is_at(value: BindParameter[Any], _: View) -> Column:
    alias = select(SourceAlias.source_id).where(SourceAlias.url == value)
    return or_(Source.url == value, Source.id.in_(alias))


def _since(value: BindParameter[Any], _: View) -> Column:
    return func.partial_date_last(Source.published_on) >= func.partial_date_first(value)


def _until(value: BindParameter[Any], _: View) -> Column:
    return func.partial_date_first(Source.published_on) <= func.partial_date_last(value)


SOURCES = Listing(
    SOURCE,
    {
        "among": among(Source.id),
        "kind": equals(Source.kind),
        "publisher_id": same_id(Source.publisher_id),
        "language": equals(Source.language),
        "url": Filter(Text(), _is_at),
        "published_from": Filter(Text(), _since),
        "published_until": Filter(Text(), _until),
    },
    {**standard_orders(SOURCE), "name": by_name(Source.name)},
    visible=lambda view: ~hidden(view),
)


async def others_at(session: AsyncSession, source_id: UUID, urls: Sequence[str]) -> Sequence[str]:
    """Find which of these addresses are other sources', as their own or as an alias."""
    values = {"id": source_id, **given("urls", list(urls))}
    found = await run(session, _others_at(few(urls)), values)
    later = gathered(session)
    if later is None:
        return [row["url"] for row in found]
    return [row["url"] for row in found] + [
        url
        for url in urls
        if later.pending(Source, url=url) is not None or later.has_part(SourceAlias, url=url)
    ]


@cache
def _others_at(number: int) -> Query:
    source_id = bindparam("id", type_=Uuid())
    own = select(Source.url).where(
        one_of(Source.url, "urls", Text(), number), Source.id != source_id
    )
    alias = select(SourceAlias.url).where(
        one_of(SourceAlias.url, "urls", Text(), number), SourceAlias.source_id != source_id
    )
    return compiled(select(union_all(own, alias).subquery("other").c.url))
