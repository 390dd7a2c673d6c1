"""Ways to the statements of some time, where along an index one would pass most others by first.

By when they were recorded, those of some years are found year by year. From a day on, in the order
of the days, there are two sorts: what was said on that day or later, and before it, what is known
to the month or the year alone, and so may have been said later.
"""

from typing import Any, Final

from sqlalchemy import (
    Date,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from app.documents.listing import Choice, limited
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
    first = _asked("said_from") if "said_from" in choice.filters else _any(func.min)
    last = _asked("said_until") if "said_until" in choice.filters else _any(func.max)
    bounds = func.greatest(first, _any(func.min)), func.least(last, _any(func.max))
    years = func.generate_series(*(cast(one, Integer()) for one in bounds))
    year = years.table_valued("no").render_derived(name="year")
    of_year = found.where(func.lpad(cast(_NO, Text()), _DIGITS, literal_column("'0'")) == _YEAR)
    rows = limited(of_year, choice.most, *_ORDER, falling=falling).lateral("of_year")
    each: Select[Any] = select(rows.c.key, rows.c.id).select_from(year.join(rows, true()))
    return limited(each, choice.most, *_ORDER, falling=falling)


def _asked(name: str) -> Column:
    return func.left(bindparam(name, type_=Text()), _DIGITS)


def _any(which: Any) -> Column:  # noqa: ANN401 - a function of SQL.
    """Find the first or the last year of which there is a statement."""
    return select(which(_YEAR)).where(Statement.said_on.is_not(None)).scalar_subquery()


def _by_how_they_are_known(choice: Choice, found: Select[Any]) -> Select[Any]:
    first = func.partial_date_first(bindparam("said_from", type_=Text()), type_=Date())
    sorts = (
        found.where(Statement.said_first >= first),
        found.where(Statement.said_first < first, Statement.said_last > Statement.said_first),
    )
    each = [
        limited(one, choice.most, *_ORDER, falling=False).subquery(f"sort_{place}")
        for place, one in enumerate(sorts)
    ]
    both: Select[Any] = select(union_all(*(select(one) for one in each)).subquery("both"))
    return limited(both, choice.most, *_ORDER, falling=False)
