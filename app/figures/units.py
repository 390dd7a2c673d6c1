"""Units: whether two are of one sort, and how to come from one to the other, exactly.

Pint knows the units by their English names and symbols, and counts here in fractions. What it
doesn't know is a unit of its own: `vehicle`, or a currency, for which there is no lasting rate.
"""

import re
from fractions import Fraction
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from app.figures import wording
from app.foundation.optional import without

if TYPE_CHECKING:
    import pint

_NAME = r"[^\W\d_]+(?:[ _][^\W\d_]+)*"
_FACTOR = rf"(?:[°µ]?{_NAME}|%)(?:\^?[23]|²|³)?"
_UNIT = re.compile(rf"{_FACTOR}(?: ?[/·*] ?{_FACTOR})?")
_POWER = re.compile(r"(?<=[^\W\d_])(?=[23])")
"""Nothing else is shown to Pint: it would calculate `km**999999999`."""
_LONGEST = 60


class Conversion(NamedTuple):
    """How to come from one unit to another: times `factor`, plus `offset`."""

    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)


@cache
def _pint() -> Any:  # noqa: ANN401 - a module.
    """Load Pint when it is first needed, without NumPy, which takes 11 MB more."""
    with without("numpy"):
        return import_module("pint")


@cache
def _registry() -> "pint.UnitRegistry[Fraction]":
    """Read Pint's definitions: a fifth of a second, once, when first two units differ."""
    made: pint.UnitRegistry[Fraction] = _pint().UnitRegistry(non_int_type=Fraction)
    return made


@lru_cache(maxsize=4096)
def conversion(one: str, other: str, *, counted: bool) -> Conversion | None:
    """Tell how to come from one unit to another; None where there is no way.

    What is `counted` is named by plain words: a point is no unit of length there.
    """
    if one == other:
        return Conversion()
    if not counted:
        known, wanted = _known(one), _known(other)
        if known is not None and wanted is not None:
            return _converted(known, wanted)
        if known is not None or wanted is not None:
            return None
    return Conversion() if wording.same(one, other) else None


def _converted(known: "pint.Unit", wanted: "pint.Unit") -> Conversion | None:
    try:
        zero: Any = _registry().convert(Fraction(0), known, wanted)
        one: Any = _registry().convert(Fraction(1), known, wanted)
    except (_pint().PintError, ValueError, TypeError, ArithmeticError):
        return None
    exact = isinstance(zero, int | Fraction) and isinstance(one, int | Fraction)
    # A decibel is no multiple of anything, and is told in floats.
    return Conversion(Fraction(one - zero), Fraction(zero)) if exact else None


@lru_cache(maxsize=4096)
def _known(unit: str) -> "pint.Unit | None":
    if len(unit) > _LONGEST or not _UNIT.fullmatch(unit.strip()):
        return None
    written = _POWER.sub("^", unit.strip())
    for spelling in dict.fromkeys((written, written.lower())):
        try:
            return _registry().parse_units(spelling)
        except (_pint().PintError, ValueError, TypeError):
            continue
    return None
