"""What is refused about merging speakers."""

from uuid import UUID

from app.foundation.problems import Problem


class AlreadyMerged(Problem):
    """This speaker was merged into another one. `survivor_id` is the one that it is now.

    To merge it into yet another one, unmerge it first; or merge the survivor.
    """

    status = 409

    def __init__(self, survivor_id: UUID) -> None:
        """Name the speaker that it is now."""
        super().__init__(
            f"This speaker was merged into {survivor_id}", survivor_id=str(survivor_id)
        )


class NotMerged(Problem):
    """This speaker is merged into no other, so there is nothing to take back."""

    status = 409
