"""The states of a correction request, and the moves between them."""

from collections.abc import Mapping

from app.tables.correction_request import CorrectionRequestState as State

RESOLVED = frozenset({State.ACCEPTED, State.REJECTED, State.DUPLICATE})
MOVES: Mapping[State, frozenset[State]] = {
    State.RECEIVED: RESOLVED | {State.IN_REVIEW},
    State.IN_REVIEW: RESOLVED | {State.RECEIVED},
    State.ACCEPTED: frozenset({State.IN_REVIEW}),
    State.REJECTED: frozenset({State.IN_REVIEW}),
    State.DUPLICATE: frozenset({State.IN_REVIEW}),
}
"""Where a request can go from each state."""
