"""What is refused about rating scales."""

from app.foundation.problems import Problem


class ScaleInUse(Problem):
    """Verdicts are rated on this scale, so it is frozen.

    A rating must go on meaning what it meant when a verdict was given. Record a new edition
    instead: `POST /v1/rating-scales` with the same `key`, and this scale as `supersedes_id`.
    """

    status = 409
