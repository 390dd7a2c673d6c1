"""Lists: which filters and orders a kind has, and the SELECT for a choice of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    func,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from app.documents.shape import Column, Kind, View
from app.foundation.reads import Query, compiled

COUNTED = 1000
"""How many items are counted exactly."""
MOST = 101
"""How many rows a page takes at most: one more than it shows."""

Condition = Callable[[BindParameter[Any], View], Column]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: the type of its value, and the condition that it sets.

    Filters of one group speak of the same thing (one verdict, say); the listing joins them.
    """

    type: TypeEngine[Any]
    condition: Condition
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order: by which column, and of which type that is."""

    column: Callable[[View], Column]
    type: TypeEngine[Any]


@dataclass(frozen=True, eq=False)
class Listing:
    """How a kind of resource is listed."""

    kind: Kind[Any]
    filters: Mapping[str, Filter]
    orders: Mapping[str, Order]
    visible: Callable[[View], Column] = lambda _: true()
    groups: Mapping[str, Callable[[View, list[Column]], Column]] = field(default_factory=dict)
    way: "Callable[[Choice, Select[Any]], Select[Any] | None]" = lambda _, __: None
    """Goes a way of its own to what a SELECT finds (`key`, `id`), in order and limited, if any."""
    split: "Callable[[Choice, Select[Any]], Sequence[Select[Any]]]" = lambda _, found: (found,)
    """Gives SELECTs that together find what one does, with these filters, and each row once. All
    but the last find it in ways of their own, where these are quick; it goes its way, if any."""
    like: "Listing | None" = None
    """The listing that shows the same, where this one reads it from elsewhere."""

    def every_filter(self) -> dict[str, Filter]:
        """Give the kind's own filters, and those that every list has."""
        return {"updated_since": updated_since(self.kind), **self.filters}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked of a listing, without the values: one compiled SELECT for each."""

    view: View
    filters: frozenset[str]
    sort: str
    continued: bool
    counted: bool
    most: int = MOST
    """How many rows its `limit` may ask for."""


def equals(column: Any, type_: TypeEngine[Any] | None = None) -> Filter:  # noqa: ANN401 - SQL.
    """Filter by a column's being what is asked."""
    return Filter(type_ or Text(), lambda value, _: column == value)


def among(column: Any) -> Filter:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Filter by an id's being one of these."""
    return Filter(ARRAY(Uuid()), lambda value, _: column == func.any(value))


def same_id(column: Any) -> Filter:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Filter by a column's being this id."""
    return equals(column, Uuid())


def updated_since(kind: Kind[Any]) -> Filter:
    """Filter by when a record last changed."""
    return Filter(DateTime(timezone=True), lambda value, _: kind.table.updated_at >= value)


def standard_orders(kind: Kind[Any]) -> dict[str, Order]:
    """Give the orders that every list has."""
    moment = DateTime(timezone=True)
    return {
        "created_at": Order(lambda _: kind.table.created_at.expression, moment),
        "updated_at": Order(lambda _: kind.table.updated_at.expression, moment),
    }


def by_name(column: Any) -> Order:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Order by a name, as code points sort."""
    return Order(lambda _: column, Text())


def by_day(column: Any) -> Order:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Order by a day that is never null."""
    return Order(lambda _: column, Date())


@cache
def page(listing: Listing, choice: Choice) -> Query:
    """Compile the SELECT of a page.

    Its rows have `document`, and `key` and `id` where to go on. When counted, they have `found` too
    (how many there are, up to one more than `COUNTED`), and there is always one row at least,
    whose `document` may be null.
    """
    kind, view = listing.kind, choice.view
    order = listing.orders[choice.sort.removeprefix("-")]
    column = order.column(view)
    ends = tuple_(column, kind.table.id)
    conditions = conditions_of(listing, view, choice.filters)
    matching = kind.select(view, kind.table.id).where(*conditions)
    falling = choice.sort.startswith("-")
    key, document = column.label("key"), kind.document(view).label("document")
    found: Select[Any] = matching.with_only_columns(key, kind.table.id.label("id"))
    if choice.continued:
        after = tuple_(
            bindparam("after_key", type_=order.type), bindparam("after_id", type_=Uuid())
        )
        found = found.where(ends < after if falling else ends > after)
    *quick, rest = listing.split(choice, found)
    picked = listing.way(choice, rest)
    if quick:
        parts = (*quick, rest if picked is None else picked)
        picked = first_of_all(parts, choice.most, "key", "id", falling=falling)
    if picked is None:
        chosen = limited(found.add_columns(document), choice.most, "key", "id", falling=falling)
    else:
        some = picked.subquery("picked")
        chosen = (
            kind.select(view, some.c.key, kind.table.id.label("id"), document)
            .join(some, some.c.id == kind.table.id)
            .order_by(*_directed((some.c.key, kind.table.id), falling=falling))
        )
    if choice.counted:
        return compiled(_with_count(chosen, listing.split(choice, matching), falling=falling))
    return compiled(chosen)


def first_of_all(
    parts: Sequence[Select[Any]], most: int, *order: str, falling: bool
) -> Select[Any]:
    """Take the first of what each of these SELECTs finds, and of all that, the first."""
    each = [limited(one, most, *order, falling=falling) for one in parts]
    rows = union_all(*(select(one.subquery(f"part_{no}")) for no, one in enumerate(each)))
    return limited(select(rows.subquery("parts")), most, *order, falling=falling)


def limited(rows: Select[*tuple[Any, ...]], most: int, *order: str, falling: bool) -> Select[Any]:
    """Take the first `limit` of rows in the order of these columns, and no more than `most`.

    PostgreSQL takes a limit that it is given for a tenth of all there is. So it would plan each
    page anew, as if that were cheaper. This one it knows.
    """
    columns = rows.selected_columns
    first = rows.order_by(*_directed([columns[name] for name in order], falling=falling))
    some = first.limit(most).subquery("some")
    ordered: Select[Any] = select(*some.c).order_by(
        *_directed([some.c[name] for name in order], falling=falling)
    )
    return ordered.limit(bindparam("limit", type_=Integer()))


def _with_count(
    chosen: Select[Any], matching: Sequence[Select[Any]], *, falling: bool
) -> Select[Any]:
    each = [one.limit(COUNTED + 1) for one in matching]
    every = union_all(*(select(one.subquery(f"matching_{no}")) for no, one in enumerate(each)))
    bounded = select(every.subquery("every")).limit(COUNTED + 1).subquery("matching")
    counted = select(func.count().label("found")).select_from(bounded).subquery("counted")
    rows = chosen.subquery("page")
    return (
        select(rows.c.document, rows.c.key, rows.c.id, counted.c.found)
        .select_from(counted.outerjoin(rows, true()))
        .order_by(*_directed((rows.c.key, rows.c.id), falling=falling))
    )


def _directed(columns: Iterable[Any], *, falling: bool) -> list[Any]:
    return [column.desc() if falling else column for column in columns]


def conditions_of(listing: Listing, view: View, names: frozenset[str]) -> list[Column]:
    """Say what is listed: what is there, what the viewer may see, and what these filters let by."""
    kind, filters = listing.kind, listing.every_filter()
    alone: list[Column] = []
    grouped: dict[str, list[Column]] = {}
    for name in sorted(names):
        given = filters[name]
        condition = given.condition(bindparam(name, type_=given.type), view)
        (grouped.setdefault(given.group, []) if given.group else alone).append(condition)
    alone += [listing.groups[name](view, found) for name, found in grouped.items()]
    unarchived = kind.archived_at.is_(None)
    return [unarchived, kind.visible(view), listing.visible(view), *alone]


def count(found: int, *, exact: bool = True) -> bytes:
    """Write how many there are, at the end of a page."""
    said = b"true" if exact and found <= COUNTED else b"false"
    return b', "count": {"value": %d, "exact": %s}' % (min(found, COUNTED), said)
