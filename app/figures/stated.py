"""What numbers, years and countries a text names, for comparing two texts that look alike.

It is not a reading of the text: nobody knows what a number counts. Where two texts of much the same
words name other numbers, though, or other countries, they are hardly the same claim.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from app.figures import places, wording
from app.figures.ranges import Range, meant
from app.tables.quantity import Comparator
from app.words import letters, stems
from app.words.tokens import NUMBER, Token, tokens

COUNTRIES: Final = Path(__file__).with_name("countries.json")
"""What countries are called in 33 languages."""
SMALLEST: Final = 32
"""Smaller whole numbers are days, places of a list, and the like, more often than they are not."""
FIRST_YEAR, LAST_YEAR = 1800, 2100
LONGEST: Final = 2000
LONGEST_NAME: Final = 4
"""Of how many words a country's name is, at most."""
_BEFORE: Final = 24
"""How many characters before a number can say how it is meant."""
_YEAR: Final = re.compile(r"\d{4}")
_PERCENT: Final = re.compile(
    r"\s?(?:%|٪|percent|per cent|pct|prozent|pour ?cent|por ciento|процент)", re.IGNORECASE
)
_ABOUT: Final = (
    "about", "around", "roughly", "approximately", "some", "nearly", "almost", "close to", "circa",
    "environ", "pres de", "presque", "quelque", "autour de", "etwa", "rund", "ungefahr", "fast",
    "knapp", "circa", "ca", "unos", "unas", "cerca de", "casi", "alrededor de", "quase", "quasi",
    "около", "примерно", "почти", "порядка", "приблизительно", "близько", "майже", "приблизно",
    "шамамен", "жуык", "prawie", "okolo", "yaklasik", "حوالي", "نحو",
)  # fmt: skip
_MORE: Final = (
    "more than", "over", "above", "at least", "upwards of", "plus de", "au moins", "mehr als",
    "uber", "mindestens", "mas de", "al menos", "mais de", "piu di", "almeno", "более", "больше",
    "свыше", "не менее", "понад", "билше", "ponad", "wiecej niz",
)  # fmt: skip
_LESS: Final = (
    "less than", "fewer than", "under", "below", "at most", "up to", "moins de", "au plus",
    "weniger als", "unter", "hochstens", "menos de", "meno di", "менее", "меньше", "не более",
    "до", "менше", "mniej niz",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """What a text names: numbers with what they can mean, years, and countries by their codes."""

    numbers: tuple[tuple[str, tuple[Range, ...]], ...] = ()
    years: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()


@lru_cache(maxsize=512)
def stated(text: str, language: str | None) -> Stated:
    """Read what a text names, the first 2000 characters of it."""
    read = text[:LONGEST]
    found = list(tokens(read, letters.primary(language)))
    numbers, years = [], set()
    for token in found:
        if not any(map(str.isdecimal, token.text)):
            continue
        if year := _year(token, read):
            years.add(year)
        elif meanings := tuple(_meant(token, read)):
            numbers.append((token.text.strip(), meanings))
    return Stated(tuple(numbers), frozenset(years), frozenset(_countries(found)))


def _year(token: Token, text: str) -> int | None:
    """Take four digits for a year, where they look like one."""
    if not _YEAR.fullmatch(token.text) or _PERCENT.match(text, token.end):
        return None
    year = int(token.text)
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def _meant(token: Token, text: str) -> Iterator[Range]:
    """Tell what a number can mean: what it says, as the words before it say."""
    if token.kind != "number":
        return
    is_share = _PERCENT.match(text, token.end) is not None
    has_words = len(token.values) > sum(one.startswith(NUMBER) for one in token.values)
    for value in token.values:
        if not value.startswith(NUMBER):
            continue
        number = Decimal(value.removeprefix(NUMBER))
        if is_share or has_words or number >= SMALLEST or number != int(number):
            yield meant(_comparator(text[max(0, token.start - _BEFORE) : token.start]), number)


def _comparator(before: str) -> Comparator:
    """Read from the words before a number whether it is a bound, or not meant exactly."""
    words = f" {wording.plain(before)}"
    ways = {Comparator.GTE: _MORE, Comparator.LTE: _LESS, Comparator.APPROX: _ABOUT}
    for comparator, said in ways.items():
        if any(words.endswith(f" {one}") for one in said):
            return comparator
    return Comparator.EQ


def _countries(found: list[Token]) -> Iterator[str]:
    """Give the countries that are named, in whatever language and case, the longest names first."""
    words = [part for token in found if token.kind == "word" for part in _plain(token.text)]
    named = _named()
    at = 0
    while at < len(words):
        for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            code = named.get(" ".join(words[at : at + length]))
            if code is None and length == 1:
                code = _inflected(words[at])
            if code is not None:
                yield code
                at += length - 1
                break
        at += 1


def _plain(word: str) -> tuple[str, ...]:
    return tuple(wording.plain(word).split()) if word[:1].isupper() or not word.isascii() else ("",)


@lru_cache(maxsize=2048)
def _inflected(word: str) -> str | None:
    """Look for a country whose name has the same stem."""
    by_stem = _by_stem()
    for stem in stems.of_query(word, word, None):
        if len(stem) >= LONGEST_NAME and (code := by_stem.get(stem)):
            return code
    return None


@cache
def _named() -> dict[str, str]:
    """Name all countries in all languages, as names are compared."""
    known = json.loads(COUNTRIES.read_text(encoding="utf-8"))["names"]
    found = {name: code for code, names in known.items() for name in names}
    return found | {name: code for name, code in places.names().items() if len(name) > len("XK")}


@cache
def _by_stem() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, code in _named().items():
        if " " not in name:
            for stem in stems.of_text(name, name, None):
                if found.setdefault(stem, code) != code:
                    found[stem] = ""
    return found
