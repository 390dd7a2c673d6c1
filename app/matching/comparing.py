"""What a text and a statement both name, and whether it differs: for a person to check.

Wording and meaning can't tell "98,000 entered" from "200,000 entered". Where numbers, years or
countries are named on both sides and differ, it isn't called the same claim, however much alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.documents.match import MatchReason, MatchReasonCode
from app.figures.ranges import Range, meant
from app.figures.stated import Stated, stated
from app.foundation.dates import is_after
from app.tables.quantity import Comparator

DIFFERING: Final = frozenset(
    {
        MatchReasonCode.DIFFERENT_NUMBERS,
        MatchReasonCode.DIFFERENT_PERIOD,
        MatchReasonCode.DIFFERENT_PLACE,
    }
)
"""With one of these reasons, nothing is a match."""
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Named:
    """What is named of a claim, in all of its wordings."""

    numbers: tuple[tuple[str, tuple[Range, ...]], ...]
    years: frozenset[int]
    countries: frozenset[str]


def named(texts: Iterable[tuple[str, str | None]], quantities: Sequence[Any] = ()) -> Named:
    """Read what wordings of a claim name, and the quantities that are recorded of it."""
    read: list[Stated] = [stated(text, language) for text, language in texts]
    said = [number for one in read for number in one.numbers]
    recorded = filter(None, map(_recorded, quantities))
    once = {ranges: shown for shown, ranges in reversed([*said, *recorded])}
    return Named(
        tuple((shown, ranges) for ranges, shown in reversed(once.items())),
        frozenset().union(*(one.years for one in read)),
        frozenset().union(*(one.countries for one in read)),
    )


def _recorded(quantity: Any) -> tuple[str, tuple[Range, ...]] | None:  # noqa: ANN401 - JSON.
    low, value, high = (
        None if quantity[one] is None else Decimal(quantity[one])
        for one in ("low", "value", "high")
    )
    comparator = Comparator(quantity["comparator"])
    shown = value if value is not None else low if low is not None else high
    if shown is None:
        return None
    means = meant(comparator, value, low, high, is_estimate=quantity["is_estimate"])
    return str(shown), (means,)


def reasons(here: Named, there: Named) -> list[MatchReason]:
    """Compare what both name: numbers, years and countries."""
    found = [_numbers(here, there), _years(here, there), _countries(here, there)]
    return [one for one in found if one is not None]


def _numbers(here: Named, there: Named) -> MatchReason | None:
    if not here.numbers or not there.numbers:
        return None
    meeting = [
        (ours, theirs)
        for ours, our_ranges in here.numbers
        for theirs, their_ranges in there.numbers
        if any(one.meets(other) for one in our_ranges for other in their_ranges)
    ]
    if meeting:
        ours, theirs = meeting[0]
        return _reason(MatchReasonCode.SAME_NUMBERS, [ours], [theirs])
    return _reason(
        MatchReasonCode.DIFFERENT_NUMBERS,
        [one for one, _ in here.numbers],
        [one for one, _ in there.numbers],
    )


def _years(here: Named, there: Named) -> MatchReason | None:
    if not here.years or not there.years:
        return None
    same = sorted(here.years & there.years)
    if same:
        return _reason(MatchReasonCode.SAME_PERIOD, map(str, same), map(str, same))
    years = sorted(here.years), sorted(there.years)
    return _reason(MatchReasonCode.DIFFERENT_PERIOD, *(map(str, one) for one in years))


def _countries(here: Named, there: Named) -> MatchReason | None:
    """Compare countries: where each side names one that the other doesn't, they differ."""
    if not here.countries or not there.countries:
        return None
    only_here, only_there = here.countries - there.countries, there.countries - here.countries
    if only_here and only_there:
        return _reason(MatchReasonCode.DIFFERENT_PLACE, sorted(only_here), sorted(only_there))
    same = sorted(here.countries & there.countries)
    return _reason(MatchReasonCode.SAME_PLACE, same, same)


def days(here: str | None, there: str | None) -> MatchReason | None:
    """Compare when it was said: another day is no reason against it, for claims are repeated."""
    if here is None or there is None or is_after(here, there) or is_after(there, here):
        return None
    return _reason(MatchReasonCode.SAME_PERIOD, [here], [there])


def _reason(code: MatchReasonCode, here: Iterable[str], there: Iterable[str]) -> MatchReason:
    ours, theirs = (", ".join(list(one)[:_SHOWN]) for one in (here, there))
    return MatchReason(code=code, detail=f"'{ours}' here, '{theirs}' there", value=None)
