"""How speakers and sources are looked up for matching: always as the public sees them."""

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    distinct,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.documents.listing import Filter, Listing, conditions_of, equals
from app.documents.shape import Column, View, json_object
from app.documents.speaker import survivor
from app.documents.speaker_stats import STATS
from app.finding.beginnings import named_so
from app.foundation.reads import Query, compiled
from app.sources import queries as sources
from app.speakers import queries as speakers
from app.tables.appearance import Appearance
from app.tables.source import Source, SourceAlias, SourceExternalId
from app.tables.speaker import Speaker, SpeakerExternalId
from app.tables.statement import Statement, Visibility

SEEN: Final = View.PUBLIC
IDS: Final = bindparam("ids", type_=ARRAY(Uuid()))
_SCHEMES, _VALUES = (
    bindparam("schemes", type_=ARRAY(Text())),
    bindparam("values", type_=ARRAY(Text())),
)
_URLS: Final = bindparam("urls", type_=ARRAY(Text()))


def _kinds(column: Any) -> Filter:  # noqa: ANN401 - a column.
    """Filter by a kind's being one of these."""

    def condition(value: BindParameter[Any], _: View) -> Column:
        among: Column = column == func.any(value)
        return among

    return Filter(ARRAY(Text()), condition)


LISTINGS: Final = {
    "speakers": Listing(
        speakers.SPEAKERS.kind,
        {**speakers.SPEAKERS.filters, "kinds": _kinds(Speaker.kind)},
        speakers.SPEAKERS.orders,
        speakers.SPEAKERS.visible,
        like=speakers.SPEAKERS,
    ),
    "sources": Listing(
        sources.SOURCES.kind,
        {
            **sources.SOURCES.filters,
            "kinds": _kinds(Source.kind),
            "country": equals(Source.country),
        },
        sources.SOURCES.orders,
        sources.SOURCES.visible,
        like=sources.SOURCES,
    ),
}
COUNTED: Final = Listing(STATS, {}, speakers.SPEAKERS.orders, speakers.SPEAKERS.visible)
"""What is shown where statements and verdicts are counted; its keys are purged with those."""


@cache
def entities() -> Query:
    """Compile the SELECT of speakers and sources by their ids: asked, collection, document.

    A speaker that was merged into another one is that one. What is hidden or archived isn't there.
    """
    asked = func.unnest(IDS).table_valued("id", name="asked").render_derived()
    rows = []
    for collection, listing in LISTINGS.items():
        kind = listing.kind
        now = survivor(asked.c.id) if collection == "speakers" else asked.c.id
        found: Any = select(
            asked.c.id.label("asked"),
            literal_column(f"'{collection}'").label("collection"),
            kind.document(SEEN).label("document"),
        )
        joined = found.select_from(asked.join(kind.table.__table__, kind.table.id == now))
        rows.append(joined.where(*conditions_of(listing, SEEN, frozenset())))
    return compiled(select(union_all(*rows).subquery("entities")))


@cache
def identified() -> Query:
    """Compile the look-up of identifiers in registers: scheme, value, and whose they are."""
    asked = func.unnest(_SCHEMES, _VALUES).table_valued("scheme", "value", name="asked")
    asked = asked.render_derived()
    rows = []
    for table, whose in (
        (SpeakerExternalId, survivor(SpeakerExternalId.speaker_id)),
        (SourceExternalId, SourceExternalId.source_id),
    ):
        same = (table.scheme == asked.c.scheme) & (table.value == asked.c.value)
        found: Any = select(asked.c.scheme, asked.c.value, whose.label("id"))
        rows.append(found.select_from(asked.join(table, same)))
    return compiled(select(union_all(*rows).subquery("identified")))


@cache
def at_addresses() -> Query:
    """Compile the look-up of sources by their addresses, or aliases: url and id."""
    own: Any = select(Source.url, Source.id).where(Source.url == func.any(_URLS))
    other: Any = select(SourceAlias.url, SourceAlias.source_id)
    found = union_all(own, other.where(SourceAlias.url == func.any(_URLS)))
    return compiled(select(found.subquery("at_addresses")))


@cache
def counts() -> Query:
    """Compile the counting of public statements and published verdicts: id, and the counts."""
    listing = LISTINGS["speakers"]
    spoken: Any = select(Speaker.id, STATS.document(SEEN).label("counts"))
    spoken = spoken.where(Speaker.id == func.any(IDS), *conditions_of(listing, SEEN, frozenset()))
    carried = (
        select(func.count(distinct(Appearance.statement_id)))
        .join(Statement, Statement.id == Appearance.statement_id)
        .where(Appearance.source_id == Source.id)
        .where(Statement.visibility == Visibility.PUBLIC, Statement.archived_at.is_(None))
        .correlate(Source)
    )
    shown = json_object(statements=carried.scalar_subquery()).label("counts")
    sources_: Any = select(Source.id, shown).where(Source.id == func.any(IDS))
    return compiled(select(union_all(spoken, sources_).subquery("counts")))


@cache
def begun(collections: tuple[str, ...]) -> Query:
    """Compile the SELECT of what is named as one begins to type: id, and its place, in order.

    `kinds_of_` and a collection binds which kinds are wanted of it.
    """
    legs: list[Select[Any]] = []
    for collection in collections:
        rows = named_so(_of_kinds(collection), SEEN, frozenset({f"kinds_of_{collection}"}))
        found = rows.subquery(f"{collection}_begun")
        place = func.row_number().over(order_by=(found.c.place, found.c.id)).label("place")
        legs.append(select(found.c.id, place))
    every = union_all(*legs).subquery("begun")
    some = bindparam("limit", type_=Integer())
    skipped = bindparam("skipped", type_=Integer())
    ordered: Any = select(every.c.id, every.c.place).order_by(every.c.place, every.c.id)
    return compiled(ordered.limit(some).offset(skipped))


@cache
def _of_kinds(collection: str) -> Listing:
    """Have a listing whose filter by kinds is bound under a name of its own."""
    listing = LISTINGS[collection]
    filters = {f"kinds_of_{collection}": listing.filters["kinds"]}
    return Listing(listing.kind, filters, listing.orders, listing.visible, like=listing.like)
