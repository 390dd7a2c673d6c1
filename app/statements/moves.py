"""The states of a statement, and the moves between them: one table, and nothing else moves.

A new statement begins in any state, as an import may need. From there it moves by this table,
whether by a transition or by a change of its `state`.
"""

from collections.abc import Mapping

from app.tables.statement import StatementState

_CAPTURED, _TRIAGED, _OPEN = StatementState.CAPTURED, StatementState.TRIAGED, StatementState.OPEN
_CLOSED, _DUPLICATE = StatementState.CLOSED, StatementState.DUPLICATE
_REJECTED = StatementState.REJECTED

MOVES: Mapping[StatementState, frozenset[StatementState]] = {
    _CAPTURED: frozenset({_TRIAGED, _OPEN, _CLOSED, _DUPLICATE, _REJECTED}),
    _TRIAGED: frozenset({_OPEN, _CLOSED, _DUPLICATE, _REJECTED}),
    _OPEN: frozenset({_TRIAGED, _CLOSED, _DUPLICATE, _REJECTED}),
    _CLOSED: frozenset({_OPEN}),
    _DUPLICATE: frozenset({_TRIAGED, _OPEN}),
    _REJECTED: frozenset({_TRIAGED, _OPEN}),
}
"""Where a statement can go from each state."""
