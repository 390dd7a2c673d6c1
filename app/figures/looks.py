"""What a look at one aspect of two figures finds."""

from enum import Enum, auto
from typing import NamedTuple


class Fit(Enum):
    """How an aspect of one figure stands to that of the other."""

    SAME = auto()
    A_IN_B = auto()
    B_IN_A = auto()
    A_LATER = auto()
    B_LATER = auto()
    APART = auto()


PARTS = frozenset({Fit.A_IN_B, Fit.B_IN_A})
LATER = frozenset({Fit.A_LATER, Fit.B_LATER})


class Look(NamedTuple):
    """How they stand, why, and what had to be assumed to say so."""

    fit: Fit
    why: str = ""
    assumed: str = ""


SAME = Look(Fit.SAME)


def contained(*, a_in_b: bool, why: str) -> Look:
    """Say that one is a part of the other."""
    return Look(Fit.A_IN_B if a_in_b else Fit.B_IN_A, why)


def told(value: object) -> str:
    """Name what is said of an aspect."""
    return "nothing" if value is None else f"'{value}'"
