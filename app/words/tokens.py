"""The tokens of a text, and what each of them is found by.

A lexeme says by its first character what it is: a surface form has no mark, `~` begins a stem, `^`
a spelling that is the same in every script, `#` the value of a number.
"""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.words import letters, numbers, stems
from app.words.letters import (
    APOSTROPHES,
    BIGRAMS,
    HYPHENS,
    INVISIBLE,
    LAST_CASED,
    LONGEST,
    MARKS,
)
from app.words.romanising import folded

STEM, FOLD, NUMBER = "~", "^", "#"
MOST_PARTS = 8
SHORTEST_FOLDED, SHORTEST_FOLDED_STEM = 3, 5
LONGEST_TOKEN = 400

_LETTER = rf"[^\W_{BIGRAMS}]"
_PART = rf"{_LETTER}(?:{_LETTER}++|[{MARKS}{INVISIBLE}]++)*+"
_WITHIN = (
    rf"(?:[{APOSTROPHES}]|[{HYPHENS}](?!\d)|(?<![\u05d0-\u05ea])[{HYPHENS}]"
    r'|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea]))'
)
_WORD = rf"{_PART}(?:{_WITHIN}{_PART}){{0,{MOST_PARTS - 1}}}"
_INITIALS = rf"(?<![\w.])[^\W\d_{BIGRAMS}]\.(?:[^\W\d_{BIGRAMS}]\.){{0,5}}[^\W\d_{BIGRAMS}](?!\w)"
_TOKEN = re.compile(rf"(?P<digit>\d)|(?P<run>[{BIGRAMS}]+)|(?P<initials>{_INITIALS})|{_WORD}")
_STOPS = '.,;:!?()"«»„“”…'
_AT_WORD = re.compile(_WORD)
_ONE_WORD = re.compile(_PART)
_UNSPLIT = re.compile(f"(?<=[а-яёґ])[{APOSTROPHES}](?=[яюєїёеЯЮЄЇЁЕ])", re.IGNORECASE)
_HEBREW_UNSPLIT = re.compile(f'(?<=[א-ת])[{APOSTROPHES}"]')
_DIGITS_FIRST = re.compile(r"(\d{1,9})[^\W\d_]{1,3}$")
_NO_DIGRAPHS = frozenset({"tr", "az", "es", "pt", "ca", "gl", "fr"})
_CASELESS = frozenset(
    {"hebrew", "arabic", "devanagari", "bengali", "tamil", "georgian", "other"}
)  # fmt: skip

Begun = Mapping[str, frozenset[str]]
"""The letters that words begin with, and for each, those that don't come second."""


class Token(NamedTuple):
    """A token of a text: a number, a run of a script without spaces, or a word."""

    kind: str
    text: str
    start: int
    end: int
    values: tuple[str, ...] = ()


class Slot(NamedTuple):
    """One position of a text: where it stands in its token, and the lexemes that find it."""

    start: int
    end: int
    lexemes: tuple[str, ...]


def tokens(text: str, language: str | None = None, begun: Begun | None = None) -> Iterator[Token]:
    """Give the tokens of a text in order; numbers are read together with their multipliers.

    Of words in small letters, only those that are `begun` so, if given.
    """
    position = 0
    for start, end in _spans(text, begun):
        position = max(position, start)
        while position < end:
            for found in _TOKEN.finditer(text, position, end):
                if found.lastgroup == "digit":
                    token = _from_digit(text, found.start(), language)
                    yield token
                    position = token.end
                    break
                word = found[0][:LONGEST_TOKEN]
                yield Token(found.lastgroup or "word", word, found.start(), found.end())
            else:
                break


def _spans(text: str, begun: Begun | None) -> Iterator[tuple[int, int]]:
    """Tell what is to be read: all, or what stands between spaces but for words not begun so."""
    if begun is None:
        yield 0, len(text)
        return
    start = 0
    for piece in text.split(" "):
        end = start + len(piece)
        word = piece.strip(_STOPS)
        others = begun.get(word[:1])
        if (others is not None and word[1:2] not in others) or not _is_small(word):
            yield start, end
        start = end + 1


def _is_small(word: str) -> bool:
    """Say whether it is one word in small letters, of a script that has these.

    None begins with a letter that is neither small nor a capital; plain forms leave some of these
    out.
    """
    if not word.isalpha() or not word.islower():
        return False
    return word.isascii() or (word[0].islower() and max(word) <= LAST_CASED)


def _from_digit(text: str, start: int, language: str | None) -> Token:
    number = numbers.read(text, start, language)
    if number and not _ONE_WORD.match(text, number.end):
        words = tuple(letters.plain(word) for word in number.words)
        values = tuple(NUMBER + value for value in number.values)
        return Token("number", text[start : number.end], start, number.end, values + words)
    word = _AT_WORD.match(text, start)
    end = word.end() if word else start + 1
    return Token("word", text[start : min(end, start + LONGEST_TOKEN)], start, end)


def slots(token: Token, language: str | None, *, names: bool = False) -> tuple[Slot, ...]:
    """Give the positions that a token of a text takes, each with all its lexemes."""
    if token.kind == "number":
        return (Slot(0, len(token.text), token.values),)
    if token.kind == "run":
        return run_slots(token.text)
    return word_slots(token.text, language, names=names, initials=token.kind == "initials")


def run_slots(run: str) -> tuple[Slot, ...]:
    """Give the pairs of characters of a run, and its last one by itself."""
    typed = even(run)
    return tuple(
        Slot(at, min(at + 2, len(typed)), (typed[at : at + 2],)) for at in range(len(typed))
    )


def even(run: str) -> str:
    """Write a run with the usual characters for compatible ones; Thai vowels stay in one piece."""
    return run if run[0] < "\u1000" else letters.compatible(run)


def word_slots(word: str, language: str | None, *, names: bool, initials: bool) -> tuple[Slot, ...]:
    """Give the positions of a word, one for each part of a compound, with all their lexemes."""
    spans = parts(word, initials=initials)
    whole = joined(word, language) if len(spans) > 1 else ()
    found = [(span, _lexemes(word[slice(*span)], language, names=names)) for span in spans]
    return tuple(Slot(*span, tuple(dict.fromkeys((*known, *whole)))) for span, known in found)


def parts(word: str, *, initials: bool = False) -> list[tuple[int, int]]:
    """Cut a compound at hyphens and apostrophes, but not where these stand for a letter."""
    kept = _HEBREW_UNSPLIT.sub("\u05d0", _UNSPLIT.sub("ь", word))
    if initials:
        kept = kept.replace(".", " ")
    return [found.span() for found in _ONE_WORD.finditer(kept)]


def joined(word: str, language: str | None = None) -> tuple[str, ...]:
    """Give the surface forms of a compound written as one word; numbers are never joined."""
    surface = letters.plain(word)
    if not surface or surface.isdecimal():
        return ()
    return (surface, *_digraphs(word, surface, language))


def surfaces(part: str, language: str | None = None) -> tuple[str, ...]:
    """Give the surface forms of a word: without accents, and with ae for ä where there is one."""
    surface = letters.plain(part)
    if surface.isdecimal():
        return (NUMBER + numbers.digits(surface),)
    return (surface, *_digraphs(part, surface, language)) if surface else ()


def _digraphs(word: str, surface: str, language: str | None) -> tuple[str, ...]:
    if word.isascii() or language in _NO_DIGRAPHS or (spelt := letters.digraph(word)) == surface:
        return ()
    return (spelt,)


def _lexemes(part: str, language: str | None, *, names: bool) -> Iterator[str]:
    yield from (written := surfaces(part, language))
    if not written or written[0].startswith(NUMBER):
        return
    surface = written[0]
    if number := _DIGITS_FIRST.match(surface):
        yield NUMBER + str(int(number[1]))
    cut = stems.of_text(surface, letters.small(part), language)
    if not names:
        yield from (STEM + stem for stem in cut)
    if names or may_be_name(part, surface):
        yield from folds(part, surface, cut)


def may_be_name(part: str, surface: str) -> bool:
    """Tell whether a word may be a name: it has a capital, or its script has none."""
    return not part.islower() or letters.script(surface) in _CASELESS


def folds(part: str, surface: str, cut: tuple[str, ...]) -> Iterator[str]:
    """Give the spellings of a name, and of its stems outside Latin, that all scripts share."""
    script = letters.script(surface)
    spelt = surface if script == "arabic" else part.replace('"', "")
    endings_cut = () if script == "latin" else cut
    for spelling in (spelt, *(stem for stem in endings_cut if len(stem) >= SHORTEST_FOLDED_STEM)):
        if len(key := folded(spelling)) >= SHORTEST_FOLDED:
            yield FOLD + key[:LONGEST]
