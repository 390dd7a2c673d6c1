"""Ways to the statements of some time, where along an index one would pass most others by first.

By when they were recorded, those of some years are found year by year. From a day on, in the order
of the days, there are three sorts: what was said on that day or later, and before it, what is known
to the month or the year alone, and so may have been said later. That ends with the month or the
year of that day.
"""

from typing import Any, Final

from sqlalchemy import (
    CTE,
    Date,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)

from app.documents.listing import Choice, first_of_all, limited
from app.documents.shape import Column
from app.tables.statement import Statement

FEW: Final = frozenset({"few", "among", "speaker_id", "source_id", "publisher_id", "topic"})
"""Filters that let so few by that these are looked at one by one."""
_YEAR: Final[Column] = func.left(cast(Statement.said_on, Text()), literal_column("4"))
_DIGITS: Final[Column] = literal_column("4")
_ORDER: Final = ("key", "id")
_FAR: Final = {"-created_at": "said_until", "created_at": "said_from"}
"""What may be far from where an order begins; about the other end, one looks at few in vain."""
_NO: Final[Column] = literal_column("year.no")
"""The year that is looked through; written down, for it is looked at from two SELECTs below."""


def way(choice: Choice, found: Select[Any]) -> Select[Any] | None:
    """Choose a way to what a SELECT finds (`key`, `id`), and go it; None where any will do."""
    if choice.filters & FEW:
        return None
    if _FAR.get(choice.sort) in choice.filters:
        return _year_by_year(choice, found)
    if choice.sort == "said_on" and "said_from" in choice.filters:
        return _by_how_they_are_known(choice, found)
    return None


def _year_by_year(choice: Choice, found: Select[Any]) -> Select[Any]:
    falling = choice.sort.startswith("-")
    year = _years(choice)
    of_year = limited(found.where(_YEAR == _NO), choice.most, *_ORDER, falling=falling)
    rows = of_year.lateral("of_year")
    each: Select[Any] = select(rows.c.key, rows.c.id).select_from(year.join(rows, true()))
    return limited(each, choice.most, *_ORDER, falling=falling)


def _years(choice: Choice) -> CTE:
    """List the years in question of which there are statements: along the index, one by one."""
    bounds = []
    if "said_from" in choice.filters:
        bounds.append(_asked("said_from") <= _YEAR)
    if "said_until" in choice.filters:
        bounds.append(_asked("said_until") >= _YEAR)
    year = select(func.min(_YEAR).label("no")).where(*bounds).cte("year", recursive=True)
    following = select(func.min(_YEAR)).where(year.c.no < _YEAR, *bounds).correlate(year)
    known = year.c.no.is_not(None)
    return year.union_all(select(following.scalar_subquery()).where(known))


def _asked(name: str) -> Column:
    return func.left(bindparam(name, type_=Text()), _DIGITS)


def _by_how_they_are_known(choice: Choice, found: Select[Any]) -> Select[Any]:
    asked = bindparam("said_from", type_=Text())
    first = func.partial_date_first(asked, type_=Date())
    year_ends = func.partial_date_last(_asked("said_from"), type_=Date())
    month_ends = func.partial_date_last(func.left(asked, literal_column("7")), type_=Date())
    in_part = found.where(Statement.said_last > Statement.said_first, Statement.said_first < first)
    sorts = (
        found.where(Statement.said_first >= first),
        in_part.where(Statement.said_last == year_ends),
        in_part.where(Statement.said_last == month_ends, month_ends != year_ends),
    )
    return first_of_all(sorts, choice.most, *_ORDER, falling=False)
