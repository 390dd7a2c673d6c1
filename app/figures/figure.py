"""A number with all that it is about, and what comparing two of them says."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.tables.measure import Dimension, Flow
from app.tables.quantity import Comparator


class QuantityRelation(StrEnum):
    """How two comparable quantities stand to each other."""

    CONSISTENT = "consistent"
    CONFLICT = "conflict"
    LATER_IN_SERIES = "later_in_series"
    WITHIN_BOUND = "within_bound"
    VIOLATES_BOUND = "violates_bound"


class QuantityAspect(StrEnum):
    """What a number is about, in each of which two of them may differ."""

    MEASURE = "measure"
    UNIT = "unit"
    POPULATION = "population"
    PLACE = "place"
    PERIOD = "period"


class Side(StrEnum):
    """One of the two that are compared."""

    A = "a"
    B = "b"


@dataclass(frozen=True, slots=True)
class Measured:
    """What is counted or measured, and which way."""

    key: str
    dimension: Dimension
    flow: Flow | None = None
    family: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and what it is about. `said_on` is when it was said, where that is known."""

    measure: Measured
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    comparator: Comparator = Comparator.EQ
    unit: str | None = None
    population: str | None = None
    place: str | None = None
    counterpart_place: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    as_of: str | None = None
    is_estimate: bool = False
    said_on: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about an aspect, for a person to check."""

    aspect: QuantityAspect
    detail: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing says: a relation and why, or all the reasons why there is none."""

    relation: QuantityRelation | None = None
    reasons: tuple[Remark, ...] = ()
    assumed: tuple[Remark, ...] = ()
    """What only one of the two says, and is taken for both."""
    detail: str | None = None
    later: Side | None = None

    @property
    def comparable(self) -> bool:
        """Whether they can be compared at all."""
        return self.relation is not None

    @property
    def contradicts(self) -> bool:
        """Whether not both of them can be so."""
        return self.relation in {QuantityRelation.CONFLICT, QuantityRelation.VIOLATES_BOUND}
