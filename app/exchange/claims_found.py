"""Finding claims for Google's API: which statements, in which order, and where a page ends."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, DateTime, Text, Uuid, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.access.gathering import native
from app.access.reading import Reading
from app.documents import version
from app.documents.fact_checked import (
    FACT_CHECKED,
    FOUND,
    SITE_OF_ARTICLE,
    is_language,
    is_review,
)
from app.documents.listing import Choice, Filter, Listing, by_day, page
from app.documents.shape import Column, View
from app.foundation.pages import Position
from app.foundation.reads import Query, compiled
from app.search.finding import Place, Searching
from app.search.schemas import SearchQuery
from app.search.showing import following, ordered
from app.tables.statement import Statement
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion

AT_ONCE: Final = 100
FARTHEST: Final = 1000
_MOST: Final = FARTHEST + AT_ONCE + 1
_REVIEW: Final = "review"
_NEWEST: Final = "-said_on"


def _reviewed(_: View, conditions: list[Column]) -> Column:
    """Say that there is one review to which all of these apply."""
    rows = (
        select(Verdict.id)
        .select_from(version.rows(View.PUBLIC))
        .where(Verdict.statement_id == Statement.id, is_review(), *conditions)
    )
    return rows.correlate(Statement).exists()


def _in_language(value: Any, _: View) -> Column:  # noqa: ANN401 - SQL.
    return or_(value.is_(None), is_language(VerdictVersion.language, value))


def _from_here(value: Any, _: View) -> Column:  # noqa: ANN401 - SQL.
    return or_(value == SITE_OF_ARTICLE, VerdictVersion.url.is_(None))


def _newer(value: Any, _: View) -> Column:  # noqa: ANN401 - SQL.
    return or_(Verdict.published_at >= value, Statement.said_first >= cast(value, Date()))


CLAIMS = Listing(
    FOUND,
    {
        "spoken": Filter(Text(), _in_language, _REVIEW),
        "site": Filter(Text(), lambda value, _: value == SITE_OF_ARTICLE, _REVIEW),
        "own_site": Filter(Text(), _from_here, _REVIEW),
        "newer_than": Filter(DateTime(timezone=True), _newer, _REVIEW),
    },
    {"said_on": by_day(Statement.said_first)},
    groups={_REVIEW: _reviewed},
)
SHOWN = Listing(FACT_CHECKED, {}, {})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims: with which words, if any, and with reviews of what sort."""

    words: str | None
    spoken: str | None
    site: str | None
    newer_than: datetime | None

    def filters(self, own_site: str) -> dict[str, Any]:
        """Give the filters: `spoken` always, for that makes it claims with reviews."""
        given: dict[str, Any] = {"spoken": self.spoken}
        if self.site is not None:
            given["own_site" if self.site == own_site else "site"] = self.site
        if self.newer_than is not None:
            given["newer_than"] = self.newer_than
        return given


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, and where the next one goes on."""

    ids: list[UUID]
    end: Position | None


async def find(
    reader: Reading, wanted: Wanted, own_site: str, after: Position | None, offset: int, size: int
) -> Found:
    """Find a page of claims: with words, the best first; else those that were said last."""
    filters = wanted.filters(own_site)
    if wanted.words is None:
        return await _listed(reader, filters, after, offset, size)
    while offset > 0:
        found = await _searched(reader, wanted.words, filters, after, min(offset, AT_ONCE))
        if found.end is None:
            return Found([], None)
        after, offset = found.end, offset - len(found.ids)
    return await _searched(reader, wanted.words, filters, after, size)


async def _searched(
    reader: Reading, words: str, filters: dict[str, Any], after: Position | None, size: int
) -> Found:
    """Search as `/v1/search` does, among statements with such reviews."""
    place = Place() if after is None else Place(*after[0])
    cursor = None if after is None else ""
    asked = SearchQuery(q=words, types="statement", limit=size, cursor=cursor)
    searching = Searching(reader, asked, filters, place, CLAIMS)
    place, rows = await searching.statements()
    hits = ordered([], rows, place)
    end = following(place, rows, hits, size, searching.enough(place))
    ids = [hit[3]["id"] for hit in hits[:size]]
    return Found(ids, None if end is None else (list(end), UUID(int=0)))


async def _listed(
    reader: Reading, filters: dict[str, Any], after: Position | None, offset: int, size: int
) -> Found:
    choice = Choice(
        View.PUBLIC, frozenset(filters), _NEWEST, after is not None, counted=False, most=_MOST
    )
    values = filters | {"viewer": None, "limit": offset + size + 1}
    if after is not None:
        values |= {"after_key": native(after[0], CLAIMS.orders["said_on"].type.python_type)}
        values |= {"after_id": UUID(after[1])}
    rows = (await reader.reads.rows(page(CLAIMS, choice), values))[offset:]
    ids = [row["id"] for row in rows[:size]]
    last = rows[size - 1] if len(rows) > size else None
    return Found(ids, None if last is None else (last["key"], last["id"]))


@cache
def by_id() -> Query:
    """Compile the SELECT of several claims as they are shown."""
    ids = bindparam("ids", type_=ARRAY(Uuid()))
    kind, view = FACT_CHECKED, View.PUBLIC
    made = kind.select(view, Statement.id, kind.document(view).label("document"))
    seen = kind.visible(view), kind.archived_at.is_(None)
    return compiled(made.where(Statement.id == func.any(ids), *seen))
