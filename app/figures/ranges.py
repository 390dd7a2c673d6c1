"""Numbers as what they can mean: from where to where.

Fractions are used throughout, so that nothing is rounded but by the rules that stand here.
"""

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from app.figures.units import Conversion
from app.tables.quantity import Comparator

BOUNDS = frozenset(
    {Comparator.GT, Comparator.GTE, Comparator.LT, Comparator.LTE, Comparator.BETWEEN}
)
ROUND: Final = 100
"""From here on, the zeros at the end of a whole number are taken for rounding: 300, not 20."""
ROUNDED_AT_MOST: Final = Fraction(25, 1000)
ABOUT_AT_LEAST: Final = Fraction(1, 100)
ABOUT_AT_MOST: Final = Fraction(1, 10)
_SHOWN = Context(prec=12)


@dataclass(frozen=True, slots=True)
class Range:
    """All that a number can mean; an end that is null is open-ended."""

    low: Fraction | None
    high: Fraction | None
    above_low: bool = False
    """Whether `low` itself is not meant: "more than"."""
    below_high: bool = False
    is_bound: bool = False
    """Whether it is said as a bound, or with margins, and not as one number."""

    def converted(self, how: Conversion) -> "Range":
        """Give the same in another unit."""
        low, high = (
            None if end is None else end * how.factor + how.offset for end in (self.low, self.high)
        )
        if how.factor > 0:
            return Range(low, high, self.above_low, self.below_high, self.is_bound)
        return Range(high, low, self.below_high, self.above_low, self.is_bound)

    def minus(self, other: "Range") -> "Range":
        """Give all that the difference can be."""
        low = None if self.low is None or other.high is None else self.low - other.high
        high = None if self.high is None or other.low is None else self.high - other.low
        above, below = self.above_low or other.below_high, self.below_high or other.above_low
        return Range(low, high, above, below, self.is_bound or other.is_bound)

    def reaches(self, other: "Range") -> bool:
        """Say whether it can be as much as the least that the other can be."""
        if self.high is None or other.low is None:
            return True
        if self.below_high or other.above_low:
            return self.high > other.low
        return self.high >= other.low

    def meets(self, other: "Range") -> bool:
        """Say whether there is a number that both can mean."""
        return self.reaches(other) and other.reaches(self)

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            whole = f"{shown(self.low)} to {shown(self.high)}"
            return shown(self.low) if self.low == self.high else whole
        if self.low is not None:
            return f"{'more than' if self.above_low else 'at least'} {shown(self.low)}"
        if self.high is not None:
            return f"{'less than' if self.below_high else 'at most'} {shown(self.high)}"
        return "anything"


def meant(
    comparator: Comparator,
    value: Decimal | None,
    low: Decimal | None = None,
    high: Decimal | None = None,
    *,
    is_estimate: bool = False,
) -> Range:
    """Tell all that a number can mean, as it is said."""
    if value is None:
        return Range(_exact(low), _exact(high), is_bound=True)
    middle = Fraction(value)
    about = comparator is Comparator.APPROX or is_estimate
    if comparator in BOUNDS:
        return _bound(comparator, middle, vague(value) if is_estimate else Fraction(0))
    margin = vague(value) if about else rounded(value)
    return Range(
        middle - margin if low is None else min(Fraction(low), middle),
        middle + margin if high is None else max(Fraction(high), middle),
        below_high=not about and high is None and margin > 0,
        is_bound=low is not None or high is not None,
    )


def _bound(comparator: Comparator, middle: Fraction, margin: Fraction) -> Range:
    if comparator in {Comparator.GT, Comparator.GTE}:
        is_more = comparator is Comparator.GT
        return Range(middle - margin, None, above_low=is_more, is_bound=True)
    is_less = comparator is Comparator.LT
    return Range(None, middle + margin, below_high=is_less, is_bound=True)


def rounded(value: Decimal) -> Fraction:
    """Tell by how much a number may have been rounded: half its last significant digit.

    Only what ends in two zeros or more, or has decimals; and at most 2.5 %.
    """
    last = last_digit(value)
    if 1 <= last < ROUND:
        return Fraction(0)
    return min(last / 2, abs(Fraction(value)) * ROUNDED_AT_MOST)


def vague(value: Decimal) -> Fraction:
    """Tell how far "about" reaches: one in the last significant digit; 1 % at least, 10 % at most.

    So "about 98,000" is 97,000 to 99,000, and "nearly 100,000" is 90,000 to 110,000.
    """
    size = abs(Fraction(value))
    return min(max(last_digit(value), size * ABOUT_AT_LEAST), size * ABOUT_AT_MOST)


def last_digit(value: Decimal) -> Fraction:
    """Give what one is worth in the last significant digit: 1000 for 98000, 0.1 for 3.0."""
    _, digits, exponent = value.as_tuple()
    place = int(exponent)
    written = "".join(map(str, digits))
    if place >= 0 and written.strip("0"):
        place += len(written) - len(written.rstrip("0"))
    return Fraction(10) ** place


def shown(number: Fraction) -> str:
    """Write a number for people, with twelve digits at most."""
    divided = _SHOWN.divide(Decimal(number.numerator), Decimal(number.denominator))
    text = format(divided, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)
