"""Comparing two figures: whether they are about the same, and whether they agree."""

from collections.abc import Mapping
from typing import Final

from app.figures import periods, places, ranges, units, wording
from app.figures.figure import (
    Comparison,
    Figure,
    Measured,
    QuantityAspect,
    QuantityRelation,
    Remark,
    Side,
)
from app.figures.looks import LATER, PARTS, SAME, Fit, Look, contained, told
from app.figures.ranges import Range
from app.figures.units import Conversion
from app.tables.measure import Dimension, Flow

_WAYS: Final[Mapping[Flow, str]] = {
    Flow.IN: "what comes in",
    Flow.OUT: "what goes out",
    Flow.NET: "what comes in less what goes out",
    Flow.STOCK: "what is there",
}
_FLOWS = frozenset({Flow.IN, Flow.OUT})
_ADDS_UP = frozenset(
    {
        Dimension.COUNT, Dimension.MONEY, Dimension.AREA, Dimension.VOLUME, Dimension.MASS,
        Dimension.ENERGY,
    }
)  # fmt: skip
"""What of a whole is the sum of its parts, so that no part exceeds it."""


def compare(a: Figure, b: Figure) -> Comparison:
    """Compare two figures.

    Either they are comparable, and there is a relation, or there are all the reasons why not.
    """
    looks = {
        QuantityAspect.MEASURE: _measures(a.measure, b.measure),
        QuantityAspect.UNIT: _units(a, b),
        QuantityAspect.POPULATION: _populations(a, b),
        QuantityAspect.PLACE: _places(a, b),
        QuantityAspect.PERIOD: periods.look(a, b),
    }
    reasons = _reasons(a, b, looks)
    if reasons:
        return Comparison(reasons=reasons)
    assumed = tuple(Remark(one, look.assumed) for one, look in looks.items() if look.assumed)
    return _related(a, b, {look.fit for look in looks.values()}, assumed)


def balance(net: Figure, inflow: Figure, outflow: Figure) -> Comparison:
    """Compare a net figure with the difference of what came in and what went out.

    All three are of one family. Each two must be about the same population, place and period: what
    net doesn't say is no bridge between two that differ in it.
    """
    reasons: list[Remark] = []
    assumed: list[Remark] = []
    for one, other in ((net, inflow), (net, outflow), (inflow, outflow)):
        looks = {
            QuantityAspect.UNIT: _units(one, other),
            QuantityAspect.POPULATION: _populations(one, other),
            QuantityAspect.PLACE: _places(one, other),
            QuantityAspect.PERIOD: periods.look(one, other),
        }
        apart = {aspect: look for aspect, look in looks.items() if look.fit is not Fit.SAME}
        reasons += [Remark(aspect, look.why) for aspect, look in apart.items()]
        assumed += [Remark(aspect, look.assumed) for aspect, look in looks.items() if look.assumed]
    if reasons:
        return Comparison(reasons=tuple(dict.fromkeys(reasons)))
    wanted = _meant(net)
    parts = [_meant(one).converted(_conversion(one, net)) for one in (inflow, outflow)]
    left = parts[0].minus(parts[1])
    detail = f"in - out is {parts[0]} less {parts[1]}: {left}; net is {wanted}"
    relation = _agreement(wanted, left)
    return Comparison(relation, assumed=tuple(dict.fromkeys(assumed)), detail=detail)


def _reasons(a: Figure, b: Figure, looks: Mapping[QuantityAspect, Look]) -> tuple[Remark, ...]:
    """Give all the reasons why two figures can't be compared."""
    parts = {aspect: look for aspect, look in looks.items() if look.fit in PARTS}
    is_torn = len({look.fit for look in parts.values()}) > 1
    is_late = any(look.fit in LATER for look in looks.values())
    found = []
    for aspect, look in looks.items():
        alone = aspect in parts and (is_torn or is_late or not _is_bounded(a, b, aspect))
        if look.fit is Fit.APART or alone:
            found.append(Remark(aspect, look.why))
    return tuple(found)


def _is_bounded(a: Figure, b: Figure, aspect: QuantityAspect) -> bool:
    """Say whether a part, by this aspect, can't exceed the whole."""
    measure = a.measure
    if measure.key != b.measure.key:
        return False
    if aspect is QuantityAspect.PERIOD:
        return measure.flow in _FLOWS
    adds_up = measure.dimension in _ADDS_UP
    if aspect is QuantityAspect.POPULATION:
        return adds_up and measure.flow in {*_FLOWS, Flow.STOCK}
    if measure.flow not in _FLOWS:
        return adds_up and measure.flow is Flow.STOCK
    # Who goes from one part of a country to another enters the part, and not the country.
    is_whole_place = places.look(a.place, b.place).fit is Fit.SAME
    from_outside = a.counterpart_place is not None and b.counterpart_place is not None
    return adds_up and (is_whole_place or from_outside)


def _related(a: Figure, b: Figure, fits: set[Fit], assumed: tuple[Remark, ...]) -> Comparison:
    """Relate the numbers of two figures that are about the same, or whole and part, or a series."""
    one, other = _meant(a).converted(_conversion(a, b)), _meant(b)
    unit = b.unit or b.measure.unit
    detail = f"a is {one}, b is {other}" + (f" ({unit})" if unit else "")
    if fits & LATER:
        a_is_later = Fit.A_LATER in fits
        later, earlier = (one, other) if a_is_later else (other, one)
        falls = _accumulates(a, b) and not later.reaches(earlier)
        if falls:
            detail += ": what was counted since the same day has become less"
        relation = QuantityRelation.VIOLATES_BOUND if falls else QuantityRelation.LATER_IN_SERIES
        return Comparison(relation, (), assumed, detail, Side.A if a_is_later else Side.B)
    if fits & PARTS:
        part, whole = (one, other) if Fit.A_IN_B in fits else (other, one)
        detail += f"; {'a' if Fit.A_IN_B in fits else 'b'} is a part of the other"
        return Comparison(_bound(holds=whole.reaches(part)), (), assumed, detail)
    return Comparison(_agreement(one, other), (), assumed, detail)


def _accumulates(a: Figure, b: Figure) -> bool:
    """Say whether both count what flows since the same known day, so that it can only grow."""
    start = periods.span(a).start
    return a.measure.flow in _FLOWS and start is not None and start == periods.span(b).start


def _agreement(one: Range, other: Range) -> QuantityRelation:
    if one.is_bound or other.is_bound:
        return _bound(holds=one.meets(other))
    return QuantityRelation.CONSISTENT if one.meets(other) else QuantityRelation.CONFLICT


def _bound(*, holds: bool) -> QuantityRelation:
    return QuantityRelation.WITHIN_BOUND if holds else QuantityRelation.VIOLATES_BOUND


def _meant(one: Figure) -> Range:
    return ranges.meant(one.comparator, one.value, one.low, one.high, is_estimate=one.is_estimate)


def _measures(a: Measured, b: Measured) -> Look:
    if a.key == b.key:
        return SAME
    why = f"a is about '{a.key}', b about '{b.key}'"
    if a.family is not None and a.family == b.family and a.flow and b.flow:
        why += f": {_WAYS[a.flow]}, and {_WAYS[b.flow]}"
    return Look(Fit.APART, why)


def _unit(one: Figure) -> str | None:
    return one.unit or one.measure.unit


def _is_counted(a: Figure, b: Figure) -> bool:
    return Dimension.COUNT in {a.measure.dimension, b.measure.dimension}


def _way(a: Figure, b: Figure) -> Conversion | None:
    """Tell how to come from the unit of one to that of the other, if there is a way."""
    one, other = _unit(a), _unit(b)
    if one is not None and other is not None:
        return units.conversion(one, other, counted=_is_counted(a, b))
    is_plain = one is other or _is_counted(a, b)
    return Conversion() if is_plain else None


def _units(a: Figure, b: Figure) -> Look:
    one, other = _unit(a), _unit(b)
    if _way(a, b) is None:
        return Look(Fit.APART, f"a is in {told(one)}, b in {told(other)}: neither gives the other")
    if (one is None) is (other is None):
        return SAME
    return Look(Fit.SAME, assumed=f"only one says what is counted: '{one or other}'")


def _conversion(a: Figure, b: Figure) -> Conversion:
    found = _way(a, b)
    if found is None:
        raise ValueError("These units are of different sorts")
    return found


def _populations(a: Figure, b: Figure) -> Look:
    if a.population is None or b.population is None:
        if a.population == b.population:
            return SAME
        narrow = b.population if a.population is None else a.population
        return contained(
            a_in_b=b.population is None, why=f"'{narrow}' is counted by one, all by the other"
        )
    if wording.same(a.population, b.population):
        return SAME
    return Look(Fit.APART, f"a counts '{a.population}', b '{b.population}'")


def _places(a: Figure, b: Figure) -> Look:
    """See how the places stand, with the places from where or to where it flows."""
    here = places.look(a.place, b.place)
    there = _counterparts(a.counterpart_place, b.counterpart_place)
    apart = [look for look in (here, there) if look.fit is Fit.APART]
    parts = [look for look in (here, there) if look.fit in PARTS]
    if not apart and len({look.fit for look in parts}) > 1:
        apart = parts
    if apart:
        return Look(Fit.APART, "; ".join(look.why for look in apart))
    assumed = "; ".join(look.assumed for look in (here, there) if look.assumed)
    if not parts:
        return Look(Fit.SAME, assumed=assumed)
    return Look(parts[0].fit, "; ".join(look.why for look in parts), assumed)


def _counterparts(a: str | None, b: str | None) -> Look:
    if a is None or b is None:
        if a == b:
            return SAME
        why = f"'{a or b}' is the other place of one, any place that of the other"
        return contained(a_in_b=b is None, why=why)
    found = places.look(a, b)
    return found._replace(why=f"on the other side, {found.why}") if found.why else found
