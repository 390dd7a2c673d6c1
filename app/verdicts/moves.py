"""The states of a verdict, and the moves between them: one table, and nothing else moves.

A verdict that was never out is drafted, reviewed and published; one that is out is revised,
reviewed and published again, while readers go on seeing what is out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from app.changes.moves import IllegalTransition
from app.tables.api_key import Scope
from app.tables.verdict import Verdict, VerdictState


class Stage(Enum):
    """Which verdicts a move is for: those that were never out, those that are, or both."""

    FIRST = "never out"
    LATER = "out"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Move:
    """A move: from where to where, with which scope, and how the change log calls it."""

    start: VerdictState
    to: VerdictState
    scope: Scope
    action: str
    stage: Stage = Stage.EITHER
    needs_comment: bool = False


_DRAFT, _REVIEW, _APPROVED = VerdictState.DRAFT, VerdictState.IN_REVIEW, VerdictState.APPROVED
_SCHEDULED, _PUBLISHED = VerdictState.SCHEDULED, VerdictState.PUBLISHED
_REVISING, _RETRACTED = VerdictState.REVISING, VerdictState.RETRACTED
_WRITE, _TO_REVIEW, _PUBLISH = Scope.WRITE, Scope.REVIEW, Scope.PUBLISH
_FIRST, _LATER, _BACK = Stage.FIRST, Stage.LATER, "verdict.returned"

MOVES: tuple[Move, ...] = (
    Move(_DRAFT, _REVIEW, _WRITE, "verdict.submitted"),
    Move(_REVIEW, _APPROVED, _TO_REVIEW, "verdict.approved"),
    Move(_REVIEW, _DRAFT, _WRITE, _BACK, _FIRST, needs_comment=True),
    Move(_REVIEW, _REVISING, _WRITE, _BACK, _LATER, needs_comment=True),
    Move(_REVIEW, _RETRACTED, _PUBLISH, "verdict.retracted", _LATER),
    Move(_APPROVED, _PUBLISHED, _PUBLISH, "verdict.published"),
    Move(_APPROVED, _SCHEDULED, _PUBLISH, "verdict.scheduled"),
    Move(_APPROVED, _DRAFT, _WRITE, _BACK, _FIRST, needs_comment=True),
    Move(_APPROVED, _REVISING, _WRITE, _BACK, _LATER, needs_comment=True),
    Move(_APPROVED, _RETRACTED, _PUBLISH, "verdict.retracted", _LATER),
    Move(_SCHEDULED, _PUBLISHED, _PUBLISH, "verdict.published"),
    Move(_SCHEDULED, _APPROVED, _PUBLISH, "verdict.unscheduled"),
    Move(_SCHEDULED, _RETRACTED, _PUBLISH, "verdict.retracted", _LATER),
    Move(_PUBLISHED, _REVISING, _WRITE, "verdict.reopened"),
    Move(_PUBLISHED, _RETRACTED, _PUBLISH, "verdict.retracted"),
    Move(_REVISING, _REVIEW, _WRITE, "verdict.submitted"),
    Move(_REVISING, _RETRACTED, _PUBLISH, "verdict.retracted"),
)
"""Every move there is. From `retracted` there is none: what was taken back stays so."""
EDITED = frozenset({_DRAFT, _REVISING})
"""The states in which the working version can be edited."""


def moves_of(row: Verdict) -> Iterator[Move]:
    """Go through the moves that a verdict has from where it is."""
    stage = _FIRST if row.public_id is None else _LATER
    for move in MOVES:
        if move.start is row.state and move.stage in {stage, Stage.EITHER}:
            yield move


def allowed(row: Verdict, to: VerdictState) -> Move:
    """Give the move to a state. Raises `IllegalTransition` when there is none."""
    legal = {move.to: move for move in moves_of(row)}
    if to not in legal:
        raise IllegalTransition(row.state, to, legal)
    return legal[to]
