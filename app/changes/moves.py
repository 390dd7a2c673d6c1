"""Moves between states: each noun has a table of them, and nothing else moves."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import TypeVar

from app.foundation.problems import InputError, Problem

S = TypeVar("S", bound=StrEnum)


class IllegalTransition(Problem):
    """It can't move from its state to that one. `legal` lists where it can go from here."""

    status = 409

    def __init__(self, present: str, to: str, legal: Iterable[str], pointer: str = "/to") -> None:
        """List the legal moves; `pointer` tells where in the body the state was asked for."""
        there = sorted(legal)
        where = ", ".join(there) or "nowhere"
        error = InputError(
            pointer=pointer, code="illegal_transition", detail=f"From {present} it can go: {where}"
        )
        super().__init__(f"It is {present} and can't become {to}", errors=[error], legal=there)


def allow(moves: Mapping[S, AbstractSet[S]], present: S, to: S, pointer: str = "/to") -> None:
    """Raise `IllegalTransition` when a move is not in the table.

    The table says where something can go from each state; from one that is not listed, nowhere.
    """
    legal = moves.get(present, frozenset())
    if to not in legal:
        raise IllegalTransition(present, to, legal, pointer)
