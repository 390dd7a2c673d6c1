"""How far a replica is behind, in seconds: since when the primary has what it hasn't."""

from collections import deque
from typing import Final

REMEMBERED: Final = 3600
"""How many looks at the primary are remembered."""


class Lag:
    """What was seen of the primary, look by look, back to what the replica has.

    The replica alone can't say it: where nobody writes, its last change is old, and it isn't late.
    """

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._seen: deque[tuple[float, int]] = deque(maxlen=REMEMBERED)

    def seconds(self, now: float, written: int, replayed: int, age: float) -> float:
        """Note how far the primary has written, and tell the lag.

        What the primary had before the first look is as old as the replica says: `age` is that of
        the last change that it has.
        """
        self._seen.append((now, written))
        while len(self._seen) > 1 and self._seen[1][1] <= replayed:
            self._seen.popleft()
        if written <= replayed:
            return 0.0
        if self._seen[0][1] > replayed:
            return age
        return now - self._seen[1][0]
