"""Quantities: the numbers that statements assert."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.tables.measure import Measure
from app.tables.record import Part, PartialDate


class Comparator(StrEnum):
    """How a quantity's value relates to what is asserted."""

    EQ = "eq"
    APPROX = "approx"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    BETWEEN = "between"


_PLACE = text("lower(COALESCE(place, ''::text))")


class Quantity(Part):
    """A number that a statement asserts, structured so that it can be compared.

    A trigger keeps `first_on` and `last_on`: the days between which it lies, as it says itself or
    else by the day it was said; infinitely long ago where nobody knows.
    """

    __tablename__ = "quantity"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN comparator = 'between' THEN low <= high AND value IS NULL"
            " ELSE value IS NOT NULL END",
            name="has_its_numbers",
        ),
        CheckConstraint("low <= high", name="is_a_range"),
        CheckConstraint(
            "partial_date_first(period_start) <= partial_date_last(period_end)", name="is_a_period"
        ),
        Index("ix_quantity_measure_id", "measure_id", "last_on", "id", "first_on"),
        Index("ix_quantity_series", "measure_id", _PLACE, "last_on", "id", "first_on"),
        Index("ix_quantity_place", _PLACE, "last_on", "id", "first_on"),
        Index("ix_quantity_last_on", "last_on", "id", "first_on"),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), index=True)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"))
    value: Mapped[Decimal | None] = mapped_column(Numeric())
    low: Mapped[Decimal | None] = mapped_column(Numeric())
    high: Mapped[Decimal | None] = mapped_column(Numeric())
    comparator: Mapped[Comparator]
    unit: Mapped[str | None]
    population: Mapped[str | None]
    place: Mapped[str | None]
    counterpart_place: Mapped[str | None]
    period_start: Mapped[PartialDate | None]
    period_end: Mapped[PartialDate | None]
    as_of: Mapped[PartialDate | None]
    verbatim: Mapped[str | None]
    is_estimate: Mapped[bool] = mapped_column(default=False)
    first_on: Mapped[date] = mapped_column(server_default=text("'-infinity'::date"))
    last_on: Mapped[date] = mapped_column(server_default=text("'-infinity'::date"))

    measure_row: Mapped[Measure] = relationship(lazy="raise", viewonly=True)

    @property
    def measure(self) -> str:
        """The measure's key."""
        return self.measure_row.key
