"""What is refused about verdicts."""

from app.foundation.problems import InputError, Problem
from app.tables.verdict import VerdictState


class IllegalTransition(Problem):
    """A verdict can't move from its state to that one. `legal` lists where it can go."""

    status = 409

    def __init__(self, present: VerdictState, to: VerdictState, legal: list[VerdictState]) -> None:
        """List the legal moves."""
        where = ", ".join(legal) or "nowhere"
        error = InputError(
            pointer="/to", code="illegal_transition", detail=f"From {present} it can go: {where}"
        )
        super().__init__(
            f"It is {present} and can't become {to}",
            errors=[error],
            legal=[str(to) for to in legal],
        )


class GateNotPassed(Problem):
    """Something is missing that a verdict must have before it is published.

    `errors` lists everything that is missing.
    """

    status = 409


class NotInDraft(Problem):
    """Only a draft can be edited: what is public stays as it was when it was published."""

    status = 409
