"""A statement's appearances in a tree's order: each after what it had it from."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hop:
    """An appearance, how deep it is in the tree, and the number of the line it hangs from."""

    appearance: Json
    depth: int
    above: int


def hops(appearances: list[Json]) -> Iterator[Hop]:
    """Go through a tree from its top, siblings in their order; line 0 is what was said."""
    below: dict[str | None, list[Json]] = defaultdict(list)
    for one in appearances:
        below[one["parent_id"]].append(one)
    waiting = [(one, 1, 0) for one in reversed(below[None])]
    line = 0
    while waiting:
        one, depth, above = waiting.pop()
        line += 1
        yield Hop(one, depth, above)
        waiting += [(child, depth + 1, line) for child in reversed(below[one["id"]])]
