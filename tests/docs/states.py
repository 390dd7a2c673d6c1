"""The tables of states, written from the tables of moves.

`python -m tests.docs.states` writes them into docs/verdicts.md anew, each between two marks.
"""

import re
import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from app.statements import links
from app.statements import moves as statements
from app.verdicts.moves import MOVES, Move, Stage

PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"
MARKS = "<!-- {0}: written by python -m tests.docs.states -->\n", "<!-- {0}: until here -->\n"
S = TypeVar("S", bound=StrEnum)
_STAGES = {Stage.FIRST: "was never out", Stage.LATER: "is out", Stage.EITHER: ""}


def tables() -> dict[str, str]:
    """Write each table, by its name."""
    return {
        "verdicts": _written(
            ["from", "to", "scope", "only when it", "in the log", "needs a comment"],
            [_move(one) for one in MOVES],
        ),
        "statements": _plain(statements.MOVES),
        "links": _plain(links.MOVES),
    }


def written(page: str) -> str:
    """Put the tables into a page, in place of those that are there."""
    for name, table in tables().items():
        begin, end = (mark.format(name) for mark in MARKS)
        between = re.compile(f"(?<={re.escape(begin)}).*(?={re.escape(end)})", re.DOTALL)
        assert between.search(page) is not None, f"the page has lost its marks of {name}"
        page = between.sub(f"\n{table}\n", page)
    return page


def _move(one: Move) -> list[str]:
    comment = "yes" if one.needs_comment else ""
    words = f"`{one.start}`", f"`{one.to}`", f"`{one.scope}`", _STAGES[one.stage]
    return [*words, f"`{one.action}`", comment]


def _plain(moves: Mapping[S, AbstractSet[S]]) -> str:
    rows = [[f"`{start}`", ", ".join(f"`{to}`" for to in sorted(moves[start]))] for start in moves]
    return _written(["from", "to"], rows)


def _written(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n".replace("|  ", "| ") for line in lines)


if __name__ == "__main__":
    sys.stdout.write(f"{PAGE.write_text(written(PAGE.read_text('utf-8')), 'utf-8')} characters\n")
