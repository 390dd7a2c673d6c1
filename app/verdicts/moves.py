"""The states of a verdict, and the moves between them."""

from collections.abc import Mapping

from app.tables.verdict import VerdictState
from app.verdicts.problems import IllegalTransition

MOVES: Mapping[VerdictState, frozenset[VerdictState]] = {
    VerdictState.DRAFT: frozenset({VerdictState.PUBLISHED}),
}
"""Where a verdict can go from each state; from one that is not listed, nowhere."""


def allow(present: VerdictState, to: VerdictState) -> None:
    """Raise `IllegalTransition` when a move is not in the table."""
    legal = MOVES.get(present, frozenset())
    if to not in legal:
        raise IllegalTransition(present, to, sorted(legal))
