"""By what a search can be narrowed, with the number of statements for each value."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, Text, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.sql.selectable import CTE

from app.documents import source, verdict, version
from app.documents.shape import Column, View, json_object
from app.finding.matching import SEARCH
from app.tables.rating import Rating
from app.tables.source import Source
from app.tables.speaker import Speaker
from app.tables.verdict import Verdict

SHOWN: Final = 20
"""How many values of a facet are shown: the most frequent."""


class Facet(StrEnum):
    """By what to count."""

    SPEAKER = "speaker"
    PUBLISHER = "publisher"
    NORMALIZED_RATING = "normalized_rating"
    CHECK_TYPE = "check_type"
    TOPIC = "topic"
    LANGUAGE = "language"
    YEAR = "year"


def values(facet: str, found: CTE, view: View) -> Column:
    """Build the list of a facet's values: value, label and count, the most frequent first."""
    value = _OF[Facet(facet)](found, view).subquery(f"of_{facet}")
    counted = func.count().label("count")
    most = (
        select(value.c.value, counted)
        .where(value.c.value.is_not(None))
        .group_by(value.c.value)
        .order_by(counted.desc(), value.c.value)
        .limit(SHOWN)
        .subquery(f"most_{facet}")
    )
    shown = cast(most.c.value, Text())
    label = _LABELS[Facet(facet)](most.c.value, view) if Facet(facet) in _LABELS else shown
    item = json_object(value=shown, label=label, count=most.c.count)
    in_order = aggregate_order_by(item, most.c.count.desc(), most.c.value)
    listed = func.json_agg(in_order, type_=JSON()).filter(label.is_not(None))
    empty: Column = literal_column("'[]'::json")
    made = select(func.coalesce(listed, empty, type_=JSON())).select_from(most)
    return made.scalar_subquery().label(f"facet_{facet}")


def columns(facets: frozenset[str]) -> list[Any]:
    """Name the columns that are needed to count by these facets."""
    return [_COLUMNS[Facet(one)] for one in sorted(facets)]


def _one(name: str) -> Callable[[CTE, View], Select[Any]]:
    """Count by a column that has one value for each statement."""
    return lambda found, _: select(found.c[name].label("value"))


def _each(name: str) -> Callable[[CTE, View], Select[Any]]:
    """Count by a column that has several."""
    return lambda found, _: select(func.unnest(found.c[name]).label("value"))


def _of_verdicts(name: str, column: Any) -> Callable[[CTE, View], Select[Any]]:  # noqa: ANN401 - SQL.
    """Count by verdicts: the public's are known; an organisation's people see theirs, too."""

    def of_verdicts(found: CTE, view: View) -> Select[Any]:
        if view is View.PUBLIC:
            return select(func.unnest(found.c[name]).label("value"))
        seen = (
            select(Verdict.statement_id, cast(column, Text()).label("value"))
            .select_from(version.rows(view))
            .where(Verdict.archived_at.is_(None), verdict.visible(view))
            .where(Verdict.statement_id.in_(select(found.c.id)))
            .distinct()
            .subquery("of_verdicts")
        )
        return select(seen.c.value)

    return of_verdicts


def _speaker(value: Column, _: View) -> Column:
    return select(Speaker.name).where(Speaker.id == value).scalar_subquery()


def _source(value: Column, view: View) -> Column:
    """Name a source, unless it has become confidential since the statement was analysed."""
    return select(Source.name).where(Source.id == value, ~source.hidden(view)).scalar_subquery()


_OF: dict[Facet, Callable[[CTE, View], Select[Any]]] = {
    Facet.SPEAKER: _one("speaker_id"),
    Facet.PUBLISHER: _each("publishers"),
    Facet.NORMALIZED_RATING: _of_verdicts("ratings", Rating.normalized),
    Facet.CHECK_TYPE: _of_verdicts("check_types", Verdict.check_type),
    Facet.TOPIC: _each("topics"),
    Facet.LANGUAGE: _one("language"),
    Facet.YEAR: _one("year"),
}
_COLUMNS: dict[Facet, Any] = {
    Facet.SPEAKER: SEARCH.speaker_id,
    Facet.PUBLISHER: SEARCH.publishers,
    Facet.NORMALIZED_RATING: SEARCH.ratings,
    Facet.CHECK_TYPE: SEARCH.check_types,
    Facet.TOPIC: SEARCH.topics,
    Facet.LANGUAGE: SEARCH.language,
    Facet.YEAR: SEARCH.year,
}
_LABELS = {Facet.SPEAKER: _speaker, Facet.PUBLISHER: _source}
