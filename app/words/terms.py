"""The words of a query as pieces of a tsquery; every lexeme is quoted and holds no quote itself."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.words import letters, stems
from app.words.letters import APOSTROPHES
from app.words.tokens import (
    NUMBER,
    STEM,
    Token,
    even,
    folds,
    joined,
    parts,
    surfaces,
)

SHORTEST_BEGINNING = 3
SHORTEST_CORRECTED = 4
MOST_NEAREST = 10

_ASKED = re.compile(r"('[^']*')(:\*)?")
_DEMANDING = re.compile(r"[&!]|<->")
_SUFFIXED = re.compile(rf"[^\W\d_]{{3,}}[{APOSTROPHES}][^\W\d_]{{1,4}}")

Nearest = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One position of a query: its surface form and every lexeme that may stand there."""

    surface: str
    lexemes: tuple[str, ...]
    is_beginning: bool = False

    def found_by(self, *, beginning: bool = False, nearest: Nearest | None = None) -> str:
        """Write the part as a tsquery."""
        more = (nearest or {}).get(self.surface, ())[:MOST_NEAREST]
        known = dict.fromkeys((*self.lexemes, *filter(None, map(letters.plain, more))))
        written = [quoted(lexeme) for lexeme in known]
        if self.is_beginning or (beginning and self.opens()):
            written[0] += ":*"
        return either(written)

    def opens(self) -> bool:
        """Tell whether the part may be taken as the beginning of a word: digits never are."""
        enough = len(self.surface) >= SHORTEST_BEGINNING
        return enough and not any(map(str.isdigit, self.surface))


@dataclass(frozen=True, slots=True)
class Term:
    """A word as typed: its parts in order, and what it is when written as one or taken apart."""

    parts: tuple[Part, ...]
    joined: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    run: str = ""
    stripped: tuple[str, ...] = ()
    is_suffixed: bool = False

    def found_by(self, *, beginning: bool = False, nearest: Nearest | None = None) -> str:
        """Write the term as a tsquery: its parts next to each other, or the whole in one."""
        opening = beginning and not self.run
        written = [part.found_by(nearest=nearest) for part in self.parts[:-1]]
        written.append(self.parts[-1].found_by(beginning=opening, nearest=nearest))
        ways = [adjacent(written), *map(quoted, self.joined)]
        if self.is_suffixed:
            ways.append(self.parts[0].found_by(beginning=opening, nearest=nearest))
        if self.apart:
            ways.append(f"({' & '.join(map(quoted, self.apart))})")
        if beginning:
            ways += [adjacent(bigrams(run)) for run in self.stripped]
        return either(ways)

    def exactly(self) -> list[str]:
        """Write the surface forms of the parts, in order."""
        return [quoted(part.surface) + ":*" * part.is_beginning for part in self.parts]

    def spellings(self) -> list[str]:
        """Give the surface forms that may be misspelt."""
        if self.run:
            return []
        words = (part.surface for part in self.parts if part.opens())
        return [word for word in words if len(word) >= SHORTEST_CORRECTED]

    def openings(self) -> list[str]:
        """Give the beginnings of words that the term stands for in the prefix stage."""
        return [self.parts[-1].surface] if not self.run and self.parts[-1].opens() else []


def quoted(lexeme: str) -> str:
    """Quote a lexeme, which holds neither quotes nor backslashes."""
    return f"'{lexeme}'"


def either(ways: Iterable[str]) -> str:
    """Write that one of several will do."""
    distinct = list(dict.fromkeys(ways))
    return distinct[0] if len(distinct) == 1 else f"({' | '.join(distinct)})"


def adjacent(ways: Sequence[str]) -> str:
    """Write that all stand next to each other, in order."""
    return ways[0] if len(ways) == 1 else f"({' <-> '.join(ways)})"


def own(asked: str) -> str:
    """Ask a tsquery of what weighs most alone: of the words that a text has of its own (`A`)."""
    return _ASKED.sub(lambda found: f"{found[1]}{found[2] or ':'}A", asked)


def forms(asked: str) -> int:
    """Count the lexemes of a tsquery that asks for any of several; 0 where it asks for more."""
    return 0 if _DEMANDING.search(asked) else len({found[0] for found in _ASKED.findall(asked)})


def bigrams(run: str) -> list[str]:
    """Write a run's pairs of characters; a single one begins a pair or ends a run."""
    if len(run) == 1:
        return [quoted(run) + ":*"]
    return [quoted(run[at : at + 2]) for at in range(len(run) - 1)]


def term(token: Token, hint: str | None) -> Term | None:
    """Make the term of a token of a query, None when nothing of it can be found."""
    if token.kind == "number":
        return _number(token)
    if token.kind == "run":
        return _run(token.text)
    return _word(token.text, hint, initials=token.kind == "initials")


def _number(token: Token) -> Term:
    values = tuple(value for value in token.values if value.startswith(NUMBER))
    groups = token.text.split(" ")
    apart = len(values) == len(token.values) and len(groups) > 1 and all(map(_leads, groups))
    return Term(
        (Part(values[0], values),), apart=tuple(NUMBER + group for group in groups) if apart else ()
    )


def _leads(group: str) -> bool:
    return group.isascii() and group.isdecimal() and group[0] != "0"


@lru_cache(maxsize=4096)
def _run(text: str) -> Term:
    run = even(text)
    pairs = [run[at : at + 2] for at in range(max(len(run) - 1, 1))]
    alone = len(run) == 1
    return Term(
        tuple(Part(pair, (pair,), is_beginning=alone) for pair in pairs),
        run=run,
        stripped=tuple(stems.of_run(run)),
    )


@lru_cache(maxsize=2048)
def _word(word: str, hint: str | None, *, initials: bool) -> Term | None:
    spans = parts(word, initials=initials)
    found = [part for start, end in spans if (part := _part(word[start:end], hint))]
    whole = joined(word) if len(spans) > 1 else ()
    suffixed = _SUFFIXED.fullmatch(word) is not None
    return Term(tuple(found), joined=whole, is_suffixed=suffixed) if found else None


def _part(part: str, hint: str | None) -> Part | None:
    written = surfaces(part)
    if not written or written[0].startswith(NUMBER):
        return Part(written[0], written) if written else None
    surface = written[0]
    cut = stems.of_query(surface, letters.small(part), hint)
    bare = dict.fromkeys((*written, *cut))
    marked = (STEM + stem for stem in bare)
    spelt = folds(part, surface, stems.of_text(surface, letters.small(part), None))
    return Part(surface, tuple(dict.fromkeys((*bare, *marked, *spelt))))
