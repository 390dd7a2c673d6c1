"""How quantities are listed, and read to be compared."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    CTE,
    BindParameter,
    Date,
    DateTime,
    Select,
    Text,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from app.documents.held_quantity import HELD_QUANTITY, visible
from app.documents.listing import Filter, Listing, Order
from app.documents.shape import Column, View
from app.figures.figure import Figure, Measured
from app.foundation.reads import Query, compiled
from app.tables.measure import Dimension, Flow, Measure
from app.tables.quantity import Comparator, Quantity
from app.tables.statement import Statement

NEAREST: Final = 25
"""With how many neighbours in time a quantity is compared, on each side."""
THIRDS: Final = 50
"""Among how many quantities the third of in, out and net is looked for."""
_ANCIENT: Column = literal_column("'-infinity'::date")
_MINE = aliased(Quantity, name="mine")


def _place(of: type[Quantity]) -> Column:
    """Give the place of a quantity as it is compared, and indexed."""
    made: Column = func.lower(func.coalesce(of.place, literal_column("''::text")))
    return made


def _among(spellings: BindParameter[Any]) -> Column:
    """Say that the place is one of these.

    `==` would put ANY on the left here, where SQL doesn't have it.
    """
    return _place(Quantity).bool_op("=")(func.any(spellings))


def _of_measure(value: BindParameter[Any], _: View) -> Column:
    return Quantity.measure_id == select(Measure.id).where(Measure.key == value).scalar_subquery()


def _until(value: BindParameter[Any], _: View) -> Column:
    return (Quantity.last_on > _ANCIENT) & (Quantity.first_on <= func.partial_date_last(value))


QUANTITIES = Listing(
    HELD_QUANTITY,
    {
        "measure": Filter(Text(), _of_measure),
        "place": Filter(ARRAY(Text()), lambda value, _: _among(value)),
        "from_": Filter(
            Text(), lambda value, _: Quantity.last_on >= func.partial_date_first(value)
        ),
        "to": Filter(Text(), _until),
        "updated_since": Filter(
            DateTime(timezone=True), lambda value, _: Statement.updated_at >= value
        ),
    },
    {"period": Order(lambda _: Quantity.last_on.expression, Date())},
)

_COLUMNS: Sequence[Any] = (
    Quantity.id,
    Quantity.statement_id,
    Quantity.value,
    Quantity.low,
    Quantity.high,
    Quantity.comparator,
    Quantity.unit,
    Quantity.population,
    Quantity.place,
    Quantity.counterpart_place,
    Quantity.period_start,
    Quantity.period_end,
    Quantity.as_of,
    Quantity.is_estimate,
    Quantity.first_on,
    Quantity.last_on,
    Statement.said_on,
    Measure.key.label("measure_key"),
    Measure.dimension.label("measure_dimension"),
    Measure.flow.label("measure_flow"),
    Measure.family.label("measure_family"),
    Measure.unit.label("measure_unit"),
)
_SAID: Final = (
    "value", "low", "high", "unit", "population", "place", "counterpart_place", "period_start",
    "period_end", "as_of", "is_estimate", "said_on",
)  # fmt: skip


def figure(row: Any) -> Figure:  # noqa: ANN401 - a row of asyncpg's.
    """Read a row as the number that it is."""
    flow = row["measure_flow"]
    measure = Measured(
        row["measure_key"],
        Dimension(row["measure_dimension"]),
        None if flow is None else Flow(flow),
        row["measure_family"],
        row["measure_unit"],
    )
    said = {name: row[name] for name in _SAID}
    return Figure(measure, comparator=Comparator(row["comparator"]), **said)


def _seen(view: View) -> Select[Any]:
    return HELD_QUANTITY.select(view, *_COLUMNS).where(visible(view))


@cache
def several(view: View) -> Query:
    """Compile the SELECT of quantities by their ids."""
    asked = Quantity.id == func.any(bindparam("ids", type_=ARRAY(Uuid())))
    return compiled(_seen(view).where(asked))


@cache
def thirds(view: View) -> Query:
    """Compile the SELECT of what counts the third way of a family, the latest first."""
    family, flow = bindparam("family", type_=Text()), bindparam("flow", type_=Text())
    rows = _seen(view).where(
        Measure.family == family,
        Measure.flow == flow,
        _among(bindparam("places", type_=ARRAY(Text()))),
    )
    newest = rows.order_by(Quantity.last_on.desc(), Quantity.id.desc())
    return compiled(newest.limit(literal_column(str(THIRDS))))


@cache
def neighbours(view: View) -> Query:
    """Compile the SELECT of what lies nearest in time to each of some quantities.

    `owners` and `places` give the ways in which the place of each is written. `mine` is whose
    neighbour a row is, and `no` which of them it is on its side.
    """
    owners, places = (
        bindparam("owners", type_=ARRAY(Uuid())),
        bindparam("places", type_=ARRAY(Text())),
    )
    given = func.unnest(owners, places).table_valued("mine", "place", name="given").render_derived()
    spelt = select(given.c.mine, func.lower(given.c.place).label("place")).distinct().cte("spelt")
    near = _side(view, spelt, before=True).union_all(_side(view, spelt, before=False))
    there = near.lateral("near")
    joined = (
        select(_MINE.id.label("mine"), there.c.no, *_COLUMNS)
        .select_from(_MINE)
        .join(there, true())
        .join(Quantity, Quantity.id == there.c.id)
        .join(Measure, Measure.id == Quantity.measure_id)
        .join(Statement, Statement.id == Quantity.statement_id)
        .where(_MINE.id == func.any(bindparam("ids", type_=ARRAY(Uuid()))))
        .order_by(_MINE.id, there.c.no, Quantity.id)
    )
    return compiled(joined)


def _side(view: View, spelt: CTE, *, before: bool) -> Select[Any]:
    """Select the nearest in time that come before, or after, in the same series.

    The nearest of each spelling are taken by the index, and of those the nearest of all.
    """
    here, mine = tuple_(Quantity.last_on, Quantity.id), tuple_(_MINE.last_on, _MINE.id)
    name = "before" if before else "after"
    one = (
        select(Quantity.id, Quantity.last_on)
        .join(Statement, Statement.id == Quantity.statement_id)
        .where(Quantity.measure_id == _MINE.measure_id, _place(Quantity) == spelt.c.place)
        .where(here < mine if before else here > mine, visible(view))
        .order_by(*_nearest(Quantity.last_on, Quantity.id, before=before))
        .limit(literal_column(str(NEAREST)))
        .correlate(_MINE, spelt)
        .lateral(f"of_one_spelling_{name}")
    )
    order = _nearest(one.c.last_on, one.c.id, before=before)
    found = (
        select(one.c.id, func.row_number().over(order_by=order).label("no"))
        .select_from(spelt.join(one, true()))
        .where(spelt.c.mine == _MINE.id)
        .order_by(*order)
        .limit(literal_column(str(NEAREST)))
        .correlate(_MINE)
        .lateral(name)
    )
    return select(found.c.id, found.c.no)


def _nearest(*columns: Any, before: bool) -> list[Any]:  # noqa: ANN401 - columns, or what has them.
    return [column.desc() if before else column for column in columns]
