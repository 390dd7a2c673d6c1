"""What claims are weighed by: the lexemes of a statement and of a post, with their weights.

These lexemes are not those of the search: `~` marks what a word is reduced to, its stem or else
its surface form; a surface form without a mark stands beside a stem that differs from it; `^` and
`#` are the spelling of a name in every script and the value of a number.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from app.words import letters, stems
from app.words.analysis import Passage
from app.words.letters import primary
from app.words.tokens import (
    NUMBER,
    STEM,
    Token,
    even,
    folds,
    joined,
    may_be_name,
    parts,
    surfaces,
    tokens,
)

LONGEST_QUERY = 600
"""Characters of a post that are read: what it claims, it says at its beginning."""

LONGEST_DOCUMENT = 20_000
LONGEST_CACHED = 64
MOST_COUNTED = 3

_FIELDS: Final = {"A": 1.0, "B": 1.0, "C": 0.5, "D": 0.5}
_SURFACE, _ALTERNATIVE, _NAME, _PERHAPS_NAME, _JOINED, _LETTER = 0.4, 0.6, 0.3, 0.1, 0.3, 0.3
"""How much a lexeme of a query counts beside the stem (1) of its word in the language given."""

_LINK = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/|\bt\.co/)\S*", re.IGNORECASE)
_PICTURE = re.compile(
    "[\u2190-\u2bff\u3030\u303d\ufe0f\u200d\u20e3\U0001f000-\U0001faff\U000e0000-\U000e0fff]+"
)
_TAG = re.compile(r"[#@\uff03\uff20]+(\w*)")
_SEAM = re.compile(r"_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)")
_SPACES = re.compile(r"\s+")

Weighted = tuple[tuple[str, float], ...]


def clean(text: str) -> str:
    """Leave out of a post its links and pictures, and take #HashTags and @handles apart.

    What is clean stays as it is.
    """
    bare = _PICTURE.sub(" ", _LINK.sub(" ", text[: 10 * LONGEST_QUERY]))
    apart = _TAG.sub(lambda tag: f" {_SEAM.sub(' ', tag[1])} ", bare)
    return _SPACES.sub(" ", apart).strip()[:LONGEST_QUERY].rstrip()


def of_document(passages: Iterable[Passage]) -> tuple[dict[str, float], int]:
    """Give how often each lexeme stands in some passages, weighted by field, and their length.

    The length is in positions: words, numbers, characters of scripts without spaces.
    """
    counted: Counter[str] = Counter()
    length, left = 0, LONGEST_DOCUMENT
    for text, language, weight, _ in passages:
        for token in tokens(text[: max(left, 0)], primary(language)):
            size, found = _kept(token, primary(language))
            length += size
            for lexeme in found:
                counted[lexeme] += _FIELDS[weight]  # type: ignore[assignment]
        left -= len(text)
    return dict(counted), length


def of_query(text: str, language: str | None) -> dict[str, float]:
    """Give the lexemes that a post is looked up by, and how much each of them counts.

    A word is looked up by its stems in every language that its script is likely to hold, since
    earlier checks may be in another one; the stem in the language of the post counts most.
    """
    hint = primary(language)
    weights: dict[str, float] = {}
    times: Counter[str] = Counter()
    for token in tokens(clean(text), hint):
        found = _asked(token, hint)
        for lexeme, weight in found:
            weights[lexeme] = max(weights.get(lexeme, 0), weight)
        times.update({lexeme for lexeme, _ in found})
    return {lexeme: weight * _repeated(times[lexeme]) for lexeme, weight in weights.items()}


def _repeated(times: int) -> float:
    return float(min(times, MOST_COUNTED) ** 0.3)


def _kept(token: Token, language: str | None) -> tuple[int, tuple[str, ...]]:
    if token.kind == "number":
        return 1, token.values
    if token.kind == "run":
        return len(token.text), tuple(_pairs(token.text))
    initials = token.kind == "initials"
    spans = parts(token.text, initials=initials)
    if len(token.text) > LONGEST_CACHED:
        return len(spans), tuple(_of_word(token.text, language, initials=initials))
    return len(spans), _of_short_word(token.text, language, initials=initials)


def _pairs(run: str) -> Iterator[str]:
    typed = even(run)
    return (typed[at : at + 2] for at in range(max(len(typed) - 1, 1)))


@lru_cache(maxsize=2048)
def _of_short_word(word: str, language: str | None, *, initials: bool) -> tuple[str, ...]:
    return tuple(_of_word(word, language, initials=initials))


def _of_word(word: str, language: str | None, *, initials: bool) -> Iterator[str]:
    spans = parts(word, initials=initials)
    for start, end in spans:
        yield from _of_part(word[start:end], language)
    if len(spans) > 1:
        yield from (STEM + whole for whole in joined(word, language)[:1])


def _of_part(part: str, language: str | None) -> Iterator[str]:
    written = surfaces(part, language)
    if not written or written[0].startswith(NUMBER):
        yield from written
        return
    surface = written[0]
    cut = stems.of_text(surface, letters.small(part), language)
    bases = cut[: 1 if language else 2] or (surface,)
    yield from (STEM + base for base in bases)
    if bases != (surface,):
        yield surface
    if may_be_name(part, surface):
        yield from tuple(folds(part, surface, cut))[: 2 if part[0].isupper() else 1]


def _asked(token: Token, language: str | None) -> Weighted:
    if token.kind == "number":
        return tuple((value, 1.0) for value in token.values)
    if token.kind == "run":
        return tuple((pair, 1.0) for pair in _pairs(token.text))
    initials = token.kind == "initials"
    if len(token.text) > LONGEST_CACHED:
        return tuple(_asked_word(token.text, language, initials=initials))
    return _asked_short_word(token.text, language, initials=initials)


@lru_cache(maxsize=1024)
def _asked_short_word(word: str, language: str | None, *, initials: bool) -> Weighted:
    return tuple(_asked_word(word, language, initials=initials))


def _asked_word(word: str, language: str | None, *, initials: bool) -> Iterator[tuple[str, float]]:
    spans = parts(word, initials=initials)
    for start, end in spans:
        yield from _asked_part(word[start:end], language)
    if len(spans) > 1:
        yield from ((STEM + whole, _JOINED) for whole in joined(word, language)[:1])


def _asked_part(part: str, language: str | None) -> Iterator[tuple[str, float]]:
    written = surfaces(part, language)
    if not written or written[0].startswith(NUMBER):
        yield from ((value, 1.0) for value in written)
        return
    surface = written[0]
    small = letters.small(part)
    much = _LETTER if len(surface) == 1 else 1.0
    own = stems.of_text(surface, small, language)
    if language:
        yield STEM + (own[0] if own else surface), much
    spelt = dict.fromkeys((surface, *stems.of_query(surface, small, language)))
    yield from ((STEM + base, much * _ALTERNATIVE) for base in spelt)
    yield surface, much * _SURFACE
    name = _NAME if may_be_name(part, surface) else _PERHAPS_NAME
    yield from ((fold, name) for fold in folds(part, surface, own))
