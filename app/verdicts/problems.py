"""What is refused about verdicts."""

from app.foundation.problems import Problem


class GateNotPassed(Problem):
    """Something is missing that a verdict must have before it is published.

    `errors` lists everything that is missing, each with a pointer into the verdict, or into the
    move. What is asked for, each organisation sets in its `gate`; `docs/verdicts.md` explains it.
    """

    status = 409


class NotTheApprover(Problem):
    """A verdict is approved by somebody who didn't write it.

    Who wrote any of the version can't approve it, with another key of theirs neither. An
    organisation of one may do without (`gate.second_person`).
    """

    status = 409


class NotInDraft(Problem):
    """Only a draft, or a revision that is under way, can be edited.

    What is in review or approved goes back first (`to` `draft` or `revising`); what is public stays
    as it was when it was published, until a revision takes its place (`to` `revising`).
    """

    status = 409
