"""Names of units and populations: whether two of them are the same words."""

import re
from functools import lru_cache

from app.words import letters, stems

_WORD = re.compile(r"\w+")
_IRREGULAR = {"people": "person", "persons": "person"}


@lru_cache(maxsize=512)
def forms(text: str) -> tuple[frozenset[str], ...]:
    """Give the forms under which each word of a text is known: itself, and its stems."""
    return tuple(_forms(word) for word in _WORD.findall(letters.compatible(text)))


def _forms(word: str) -> frozenset[str]:
    small = letters.small(word)
    plain = letters.plain(word)
    return frozenset({_IRREGULAR.get(plain, plain), *stems.of_text(plain, small, None)})


def same(one: str, other: str) -> bool:
    """Say whether two texts are the same words, but for case, accents, number and punctuation."""
    if one == other:
        return True
    first, second = forms(one), forms(other)
    if not first or len(first) != len(second):
        return False
    return all(here & there for here, there in zip(first, second, strict=True))


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Write a name in one way, whatever its case, accents and punctuation."""
    found = (letters.plain(word) for word in _WORD.findall(letters.compatible(text)))
    return " ".join(word for word in found if word)
