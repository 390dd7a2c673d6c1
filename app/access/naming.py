"""Lists of speakers and sources by name: the likeliest first."""

from contextlib import suppress
from functools import cache
from typing import Any, Final
from uuid import UUID

from fastapi import Response
from sqlalchemy import Uuid, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY

from app.access.reading import Reading
from app.documents.listing import COUNTED, Listing
from app.documents.shape import Kind, View
from app.documents.showing import keys_of_page
from app.finding.asking import Stage, Understood
from app.foundation.pages import PageQuery
from app.foundation.problems import InvalidCursor
from app.foundation.reads import Query, compiled

MOST: Final = 200
"""How many are ranked by their names at most."""


@cache
def several(kind: Kind[Any], view: View) -> Query:
    """Compile the SELECT of several resources by their ids: id and document."""
    asked = kind.table.id == func.any(bindparam("ids", type_=ARRAY(Uuid())))
    return compiled(
        kind.select(view, kind.table.id, kind.document(view).label("document")).where(asked)
    )


async def page_by_name(
    reader: Reading, listing: Listing, wanted: PageQuery, typed: str, sort: str | None
) -> Response:
    """Answer a page of what has such a name: the likeliest first, or sorted as one says.

    At most 200 are found by a name, the likeliest. Raises `InvalidCursor`.
    """
    given = wanted.conditions()
    filters = {name: given[name] for name in given if name != "q"}
    values = filters | {"viewer": reader.caller.organization_id}
    found, exact = await reader.finder.names(typed, listing, reader.view, values, most=MOST)
    if sort is not None:
        ids = [one.id for one in found]
        among = Understood(Stage.ALL, {"among": ids})
        return await reader.page(listing, wanted, sort, understood=among)
    amount = min(len(found), COUNTED)
    asked = reader.asked(given, "likeness")
    after = reader.after(asked, wanted)
    if after is not None:
        place = -after[0], UUID(after[1])
        found = [one for one in found if (-one.likeness, one.id) > place]
    items = [{"key": one.likeness, "id": one.id} for one in found]
    ids = [one.id for one in found[: wanted.limit]]
    by_id = await documents(reader, listing.kind, ids)
    shown = [by_id[one] for one in ids if one in by_id]
    headers = reader.headers(keys_of_page(listing))
    counted = amount if wanted.count else None
    return reader.paged(items, shown, counted, wanted, asked, headers, exact=exact)


async def page_with_words(
    reader: Reading, listing: Listing, wanted: PageQuery, typed: str, sort: str
) -> Response:
    """Answer a page of statements with these words, or with what is like them where none has.

    Raises `InvalidCursor`.
    """
    stage = None if wanted.cursor is None else _stage(reader, wanted, sort)
    viewer = reader.caller.organization_id
    understood = await reader.finder.words(typed, reader.view, viewer, stage)
    return await reader.page(listing, wanted, sort, understood=understood)


def _stage(reader: Reading, wanted: PageQuery, sort: str) -> Stage:
    """Tell with which attempt the first page was made: the cursor is signed with it."""
    given = wanted.conditions()
    for stage in (Stage.ALL, Stage.BEGINNINGS):
        with suppress(InvalidCursor):
            reader.after(reader.asked(given, Understood(stage, {}).order(sort)), wanted)
            return stage
    reader.after(reader.asked(given, Understood(Stage.CORRECTED, {}).order(sort)), wanted)
    return Stage.CORRECTED


async def documents(reader: Reading, kind: Kind[Any], ids: list[UUID]) -> dict[UUID, bytes]:
    """Read the documents of several resources."""
    if not ids:
        return {}
    values = {"ids": ids, "viewer": reader.caller.organization_id}
    rows = await reader.reads.rows(several(kind, reader.view), values)
    return {row["id"]: row["document"] for row in rows}
