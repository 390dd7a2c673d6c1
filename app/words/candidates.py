"""Which stored names are worth comparing with the one that was asked for, in SQL.

Each leg takes a few dozen rows of `name_key` by one of its GIN indexes; the union of the legs is
what `names.likeness` then ranks. All are constants, so that Postgres prepares them once, and need
no setting: pg_trgm's own thresholds (0.3 for `%`, 0.6 for `<%`) measured best.
"""

from dataclasses import dataclass
from itertools import combinations

from app.words.names import NameKeys, groups

PER_LEG = 80
MOST_GROUPS = 4
TELLING = 3

Parameters = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Leg:
    """One way to candidates: what they fulfil, and which of them come first."""

    condition: str
    order: str


def _together(column: str) -> str:
    """Ask that two words of a name agree, whichever they are."""
    one = [f"{column} && CAST(:{column}_{at} AS text[])" for at in range(1, MOST_GROUPS + 1)]
    return " OR ".join(f"({first} AND {second})" for first, second in combinations(one, 2))


_NEAREST = "similarity(ascii, :ascii) DESC"
_NEAREST_WITHIN = "word_similarity(:ascii, ascii) DESC"
_FOLDS = "folds && CAST(:folds AS text[])"
_SOUNDS = "sounds && CAST(:sounds AS text[])"
_SYMBOLS = "symbols && CAST(:symbols AS text[])"

_OF_ONE_WORD = (
    Leg(":ascii <% ascii", _NEAREST_WITHIN),
    Leg(_FOLDS, _NEAREST_WITHIN),
    Leg(_SOUNDS, _NEAREST_WITHIN),
)
_OF_ONE_WORD_KNOWN = (Leg(_SYMBOLS, _NEAREST_WITHIN),)
_OF_WORDS = (
    Leg("ascii % :ascii", _NEAREST),
    Leg(_FOLDS, _NEAREST),
    Leg(_SOUNDS, _NEAREST),
    Leg("sounds && CAST(:glued AS text[])", _NEAREST),
    Leg(_together("sounds"), _NEAREST),
)
_OF_WORDS_KNOWN = (Leg(_SYMBOLS, _NEAREST), Leg(_together("symbols"), _NEAREST))


def legs(asked: NameKeys) -> tuple[Leg, ...]:
    """Give the legs that a name is looked up by: one word by word, several as a whole as well."""
    if " " not in asked.ascii:
        return _OF_ONE_WORD + (_OF_ONE_WORD_KNOWN if asked.symbols else ())
    return _OF_WORDS + (_OF_WORDS_KNOWN if asked.symbols else ())


def parameters(asked: NameKeys) -> Parameters:
    """Give what the legs of this name bind: `ascii` is text, all others are text[].

    `folds`, `sounds`, `symbols` are of any word, `sounds_1` … `symbols_4` of the longest words one
    by one, `glued` of neighbours written as one. Of several words, only those sounds are asked
    for alone that have three consonants: two are too common to tell anything.
    """
    words = asked.ascii.split()
    heard, meant = groups(asked.sounds), groups(asked.symbols)
    sounds = _any(heard[: len(words)])
    bound: Parameters = {
        "ascii": asked.ascii,
        "folds": list(dict.fromkeys(asked.folds)),
        "sounds": sounds if len(words) == 1 else _telling(sounds),
        "glued": _telling(_any(heard[len(words) :])),
        "symbols": _any(meant),
    }
    return bound | _one_by_one("sounds", words, heard) | _one_by_one("symbols", words, meant)


def _one_by_one(column: str, words: list[str], of_words: list[list[str]]) -> Parameters:
    """Bind the keys of the longest words; an initial tells nothing."""
    known = [(word, keys) for word, keys in zip(words, of_words, strict=False) if len(word) > 1]
    longest = sorted(known, key=lambda pair: len(pair[0]), reverse=True)[:MOST_GROUPS]
    bound = [keys for _, keys in longest] + [[]] * (MOST_GROUPS - len(longest))
    return {f"{column}_{at}": keys for at, keys in enumerate(bound, start=1)}


def _any(of_words: list[list[str]]) -> list[str]:
    return list(dict.fromkeys(key for keys in of_words for key in keys))


def _telling(sounds: list[str]) -> list[str]:
    return [sound for sound in sounds if len(sound) >= TELLING]
