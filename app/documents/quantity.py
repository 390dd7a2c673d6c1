"""Quantities, as shown with their statement."""

from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from app.documents.shape import Column, Document, decimal, json_list, json_object, one
from app.tables.measure import Measure
from app.tables.quantity import Comparator
from app.tables.quantity import Quantity as Stored
from app.tables.statement import Statement


class Quantity(Document):
    """A number that a statement asserts, structured so that it can be compared."""

    id: UUID
    measure: str = Field(description="The key of a measure.", examples=["border_entries"])
    value: str | None = Field(description="A decimal, as text.", examples=["98000"])
    low: str | None
    high: str | None
    comparator: Comparator
    unit: str | None = Field(examples=["person"])
    population: str | None = Field(examples=["Russian citizens"])
    place: str | None = Field(examples=["KZ"])
    counterpart_place: str | None = Field(examples=["RU"])
    period_start: str | None = Field(examples=["2022-09-21"])
    period_end: str | None = Field(examples=["2022-09-27"])
    as_of: str | None
    verbatim: str | None = Field(examples=["environ 98.000"])
    is_estimate: bool


def fields() -> dict[str, Column]:
    """Build the fields of the quantity in the query."""
    measure = select(Measure).where(Measure.id == Stored.measure_id).correlate(Stored)
    return {
        "id": Stored.id.expression,
        "measure": one(Measure.key.expression, measure),
        "value": decimal(Stored.value),
        "low": decimal(Stored.low),
        "high": decimal(Stored.high),
        "comparator": Stored.comparator.expression,
        "unit": Stored.unit.expression,
        "population": Stored.population.expression,
        "place": Stored.place.expression,
        "counterpart_place": Stored.counterpart_place.expression,
        "period_start": Stored.period_start.expression,
        "period_end": Stored.period_end.expression,
        "as_of": Stored.as_of.expression,
        "verbatim": Stored.verbatim.expression,
        "is_estimate": Stored.is_estimate.expression,
    }


def quantities() -> Column:
    """Build the list of a statement's quantities."""
    rows = select(Stored).where(Stored.statement_id == Statement.id).correlate(Statement)
    return json_list(json_object(**fields()), rows, Stored.position)
