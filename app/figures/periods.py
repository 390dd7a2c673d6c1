"""Periods: what a number covers, and how two of them lie in time.

A period begins with `period_start` and ends with `period_end`, or on the day `as_of`, or else when
it was said. Where nothing says when it began, it is taken to have begun with the other.
"""

from calendar import monthrange
from datetime import date
from typing import Final, NamedTuple

from app.figures.figure import Figure
from app.figures.looks import Fit, Look, contained
from app.tables.measure import Dimension, Flow

_MONTH, _DAY = len("2022-09"), len("2022-09-27")
_ABOUT_A_MONTH: Final = 28
_UNEVEN: Final = 3
"""By how many days months and quarters differ among each other."""
_LASTING = frozenset({Dimension.LENGTH, Dimension.AREA})


class Span(NamedTuple):
    """What is known of a period: its first day, and between which days its last one lies."""

    start: date | None
    end: tuple[date, date] | None
    by_saying: str | None = None
    """The day it was said, where nothing else says when."""

    def __str__(self) -> str:
        last = None if self.end is None else self.end[1]
        return f"{self.start or '…'} to {last or '…'}"


def first_day(known: str) -> date:
    """Give the first day of a date that is known in part."""
    return date.fromisoformat(known if len(known) == _DAY else f"{known}-01-01"[:_DAY])


def last_day(known: str) -> date:
    """Give the last day of a date that is known in part."""
    if len(known) == _DAY:
        return date.fromisoformat(known)
    first = first_day(known if len(known) == _MONTH else f"{known}-12")
    return first.replace(day=monthrange(first.year, first.month)[1])


def span(one: Figure) -> Span:
    """Tell what is known of a figure's period."""
    start = None if one.period_start is None else first_day(one.period_start)
    if one.period_end is not None:
        end = last_day(one.period_end)
        return Span(start, (end, end))
    day = one.as_of or (None if lasts(one) else one.said_on)
    if day is None:
        return Span(start, None)
    said = day if one.as_of is None else None
    return Span(start, (first_day(day), last_day(day)), said)


def lasts(one: Figure) -> bool:
    """Say whether it goes on being so: a length or an area, of which nobody says when."""
    is_a_state = one.measure.flow in {None, Flow.STOCK}
    return is_a_state and one.measure.dimension in _LASTING


def look(a: Figure, b: Figure) -> Look:
    """See how the periods of two figures lie in time."""
    here, there = span(a), span(b)
    found = _lie(here, there)
    assumed = [found.assumed] if found.assumed else []
    assumed += [
        f"{name} doesn't say when; it was said on {one.by_saying}, and that is taken"
        for name, one in (("a", here), ("b", there))
        if one.by_saying is not None
    ]
    return found._replace(assumed="; ".join(assumed))


def _lie(here: Span, there: Span) -> Look:
    if here.start is not None and there.start is not None and here.start != there.start:
        return _begin_apart(here, there)
    assumed = ""
    if (here.start is None) is not (there.start is None):
        assumed = f"only {'a' if here.start else 'b'} says since when; both are taken to begin then"
    return _end(here, there, assumed)


def _end(here: Span, there: Span, assumed: str) -> Look:
    """Compare the ends of what begins together."""
    if here.end is None or there.end is None:
        if here.end is there.end:
            silence = "" if here.start or there.start else "neither says when"
        else:
            silence = f"only {'b' if here.end is None else 'a'} says when; that is taken for both"
        return Look(Fit.SAME, assumed="; ".join(filter(None, (assumed, silence))))
    if here.end == there.end:
        return Look(Fit.SAME, assumed=assumed)
    if here.end[0] <= there.end[1] and there.end[0] <= here.end[1]:
        vague = "the days are known in part, and may be the same"
        return Look(Fit.SAME, assumed="; ".join(filter(None, (assumed, vague))))
    later = Fit.A_LATER if here.end > there.end else Fit.B_LATER
    return Look(later, f"a is about {here}, b about {there}", assumed)


def _begin_apart(here: Span, there: Span) -> Look:
    """Compare periods that begin on different days."""
    if here.end is None or there.end is None or here.start is None or there.start is None:
        return Look(Fit.APART, f"a is about {here}, b about {there}")
    a, b = (here.start, here.end[1]), (there.start, there.end[1])
    if a[1] < b[0] or b[1] < a[0]:
        return _one_after_the_other(here, there, a, b)
    if b[0] <= a[0] and a[1] <= b[1]:
        return contained(a_in_b=True, why=f"a is about {here}, a part of {there}")
    if a[0] <= b[0] and b[1] <= a[1]:
        return contained(a_in_b=False, why=f"b is about {there}, a part of {here}")
    return Look(Fit.APART, f"a is about {here}, b about {there}: they overlap")


def _one_after_the_other(
    here: Span, there: Span, a: tuple[date, date], b: tuple[date, date]
) -> Look:
    days = sorted((end - start).days + 1 for start, end in (a, b))
    allowed = _UNEVEN if days[0] >= _ABOUT_A_MONTH else 0
    if days[1] - days[0] > allowed:
        return Look(
            Fit.APART, f"a is about {here}, b about {there}: {days[0]} days, and {days[1]} days"
        )
    return Look(Fit.A_LATER if a > b else Fit.B_LATER, f"a is about {here}, b about {there}")
