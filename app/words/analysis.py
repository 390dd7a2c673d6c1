"""What a row is found by: the texts of its fields as one tsvector, whatever their languages."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from app.words.letters import primary
from app.words.tokens import Token, slots, tokens

VERSION = 2
"""Raised whenever other lexemes come out, so that rows can be analysed again."""

LAST_POSITION = 16_383
GAP = 10
MOST_POSITIONS = 6_000
LONGEST_PLACE = 7
MOST_CHARACTERS = 200_000
LONGEST_CACHED = 64


class Passage(NamedTuple):
    """A text of one field, which the weight says; names are not inflected, in any script."""

    text: str
    language: str | None
    weight: Literal["A", "B", "C", "D"]
    names: bool = False


def vector(passages: Iterable[Passage]) -> str:
    """Write the tsvector of some passages, to be cast; of very long ones, that of the beginning."""
    written: list[str] = []
    position, left = 0, MOST_CHARACTERS
    for passage in passages:
        for pattern in islice(_patterns(passage), max(MOST_POSITIONS - len(written), 0)):
            position += 1
            left -= len(pattern) + LONGEST_PLACE * pattern.count("\0")
            if left < 0:
                return "".join(written)
            place = f":{min(position, LAST_POSITION)}{passage.weight} "
            written.append(pattern.replace("\0", place))
        position += GAP
    return "".join(written)


def _patterns(passage: Passage) -> Iterator[str]:
    language = primary(passage.language)
    for token in tokens(passage.text, language):
        kind, text, *_ = token
        if kind == "number":
            yield _quoted(token.values)
        elif len(text) > LONGEST_CACHED:
            yield from _of(token, language, names=passage.names)
        else:
            yield from _in_names(kind, text) if passage.names else _in_text(kind, text, language)


@lru_cache(maxsize=2048)
def _in_text(kind: str, text: str, language: str | None) -> tuple[str, ...]:
    return _of(Token(kind, text, 0, len(text)), language, names=False)


@lru_cache(maxsize=2048)
def _in_names(kind: str, text: str) -> tuple[str, ...]:
    return _of(Token(kind, text, 0, len(text)), None, names=True)


def _of(token: Token, language: str | None, *, names: bool) -> tuple[str, ...]:
    return tuple(_quoted(slot.lexemes) for slot in slots(token, language, names=names))


def _quoted(lexemes: tuple[str, ...]) -> str:
    """Quote lexemes, which hold neither quotes nor backslashes, and leave room for the position."""
    return "".join(f"'{lexeme}'\0" for lexeme in lexemes)
