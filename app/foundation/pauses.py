"""How long to wait before something that failed is tried again."""

from typing import Final

_DOUBLINGS: Final = 30
"""After so many it is longer than anybody waits; a float has an end, and failures may have none."""


def after_failures(failures: int, first: float, longest: float) -> float:
    """Double the first pause, in seconds, with each failure in a row, up to the longest."""
    return min(first * 2.0 ** min(failures, _DOUBLINGS), longest)
