"""Names of people and outlets: their keys, and how like one another two names are.

Only to find and to rank by: that two names are alike never proves that they are one.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from app.words.dictionary import symbols_by_word
from app.words.romanising import folded, romanised

VERSION = 1
LIKE_ENOUGH = 0.4
MOST_WORDS = 12
BREAK = "/"

SOUND = 0.32
SAME_NAME = 0.97
ONE_SLIP = 0.6
INITIAL = 0.4
UNLIKE = 0.4
GLUED = 0.82
LAST_WORD = 1.33
LEFT_OVER = 0.85
LEFT_OVER_BY_ONE = 0.94
ALONE = 2


@dataclass(frozen=True, slots=True)
class NameKeys:
    """What a name is found and compared by.

    The words of `ascii` are in the order of `folds`. In `sounds` and `symbols` a "/" stands
    between what belongs to one word and to the next; the sounds of neighbouring words written as
    one follow those of the words.
    """

    ascii: str
    folds: tuple[str, ...]
    sounds: tuple[str, ...]
    symbols: tuple[str, ...]


def keys(name: str, *, dictionary: bool = False) -> NameKeys:
    """Give the keys of a name in any script; the dictionary adds which names its words can be."""
    words = romanised(name).split()[:MOST_WORDS]
    known = symbols_by_word(name) if dictionary else {}
    return NameKeys(
        ascii=" ".join(words),
        folds=tuple(folded(word) for word in words),
        sounds=_joined([sounds(word) for word in (*words, *_glued(words))]),
        symbols=_joined([known.get(word, ()) for word in words]) if any(known.values()) else (),
    )


def likeness(asked: NameKeys, known: NameKeys) -> float:
    """Say how like a known name is to what was asked for, from 0 to 1.

    The words are paired, the likest first; neighbours may be written as one on either side. The
    last word weighs most: it tends to be the surname. A word asked for alone must be liker, as some
    word of some name always resembles it.
    """
    theirs, ours = _words(asked), _words(known)
    paired_theirs = paired_ours = 0
    likest = [0.0] * len(theirs)
    for like, their_places, our_places in sorted(_pairs(asked, known), reverse=True):
        if not (paired_theirs & their_places or paired_ours & our_places):
            paired_theirs |= their_places
            paired_ours |= our_places
            for at in range(len(theirs)):
                if their_places >> at & 1:
                    likest[at] = like
    like = _weighed(theirs, likest) * _completeness(len(theirs), ours, paired_ours)
    return math.pow(like, ALONE) if len(theirs) == paired_ours.bit_count() == 1 else like


@lru_cache(maxsize=2048)
def sounds(word: str) -> tuple[str, ...]:
    """Give the consonants of an ASCII word by class, once for each way to read it that differs."""
    read = []
    for reading in _READINGS:
        key = word
        for pattern, replacement in reading:
            key = pattern.sub(replacement, key)
        read.append(key)
    return tuple(dict.fromkeys(filter(None, read)))


def groups(keys_of_words: tuple[str, ...]) -> list[list[str]]:
    """Take apart what "/" stands between: the sounds, or the symbols, of each word."""
    apart: list[list[str]] = [[]]
    for key in keys_of_words:
        if key == BREAK:
            apart.append([])
        else:
            apart[-1].append(key)
    return apart


class _Word(NamedTuple):
    """A word of a name, or neighbours written as one; a bit is set for each place it takes."""

    spelt: str
    fold: str
    sounds: list[str]
    symbols: list[str]
    places: int


def _joined(apart: list[tuple[str, ...]]) -> tuple[str, ...]:
    parts = [part for group in apart for part in (*group, BREAK)]
    return tuple(parts[:-1])


def _glued(words: Sequence[str]) -> list[str]:
    """Write neighbours as one: each two, and all of up to four."""
    return ["".join(words[start:end]) for start, end in _neighbours(len(words))]


def _neighbours(count: int) -> list[tuple[int, int]]:
    pairs = [(at, at + 2) for at in range(count - 1)]
    return [*pairs, (0, count)] if count in {3, 4} else pairs


def _words(name: NameKeys) -> list[_Word]:
    spelt = name.ascii.split()
    symbols = groups(name.symbols) if name.symbols else [[]] * len(spelt)
    places = [1 << at for at in range(len(spelt))]
    heard = groups(name.sounds)
    return list(map(_Word, spelt, name.folds, heard, symbols, places))


def _glued_words(name: NameKeys) -> list[_Word]:
    spelt = name.ascii.split()
    heard = groups(name.sounds)[len(spelt) :]
    places = [(1 << end) - (1 << start) for start, end in _neighbours(len(spelt))]
    return list(map(_Word, _glued(spelt), _glued(name.folds), heard, [[]] * len(heard), places))


def _pairs(asked: NameKeys, known: NameKeys) -> Iterator[tuple[float, int, int]]:
    """Give each pair of words that are somewhat alike, and which places they take."""
    theirs, ours = _words(asked), _words(known)
    their_glued, our_glued = _glued_words(asked), _glued_words(known)
    for one in theirs:
        for other in ours:
            like = _word_likeness(one, other)
            if like > 0:
                yield like, one.places, other.places
    for ones, others in (
        (theirs, our_glued),
        (their_glued, ours),
        (their_glued[-1:], our_glued[-1:]),
    ):
        for one in ones:
            for other in others:
                if not set(one.sounds).isdisjoint(other.sounds):
                    yield GLUED * max(0.0, _word_likeness(one, other)), one.places, other.places


def _word_likeness(one: _Word, other: _Word) -> float:
    """Compare two words; less than 0 is less than chance."""
    if one.spelt == other.spelt:
        return 1.0
    if len(one.spelt) == 1 or len(other.spelt) == 1:
        return INITIAL if one.spelt[0] == other.spelt[0] else 0.0
    heard = _sound_likeness(one.sounds, other.sounds)
    spelt = _spelling_likeness(one.spelt, one.fold, other.spelt, other.fold)
    like = spelt + SOUND * (heard - spelt)
    if OSA.distance(one.spelt, other.spelt, score_cutoff=1) == 1:
        like = max(like, ONE_SLIP)
    if not set(one.symbols).isdisjoint(other.symbols):
        like = max(like, SAME_NAME)
    return (like - UNLIKE) / (1 - UNLIKE)


def _spelling_likeness(one: str, one_fold: str, other: str, other_fold: str) -> float:
    likenesses = (
        JaroWinkler.similarity(one, other),
        JaroWinkler.similarity(one_fold, other_fold),
        OSA.normalized_similarity(one, other),
        OSA.normalized_similarity(one_fold, other_fold),
    )
    return sum(likenesses) / len(likenesses)


def _sound_likeness(ones: list[str], others: list[str]) -> float:
    if not set(ones).isdisjoint(others):
        return 1.0
    return max(
        (Levenshtein.normalized_similarity(one, other) for one in ones for other in others),
        default=0.0,
    )


def _weighed(words: list[_Word], likest: list[float]) -> float:
    """Give the mean likeness of the words; a longer word weighs more, and the last one."""
    weights = [math.pow(len(word.spelt), 0.4) for word in words]
    if not weights:
        return 0.0
    weights[-1] *= LAST_WORD
    return sum(map(float.__mul__, weights, likest)) / sum(weights)


def _completeness(asked: int, known: list[_Word], paired: int) -> float:
    """Say what a name loses for the words that nobody asked for; one surname may stand alone."""
    left_over = any(len(word.spelt) > 1 and not paired & word.places for word in known)
    if not left_over:
        return 1.0
    if asked > 1:
        return LEFT_OVER
    return 1.0 if paired & known[-1].places else LEFT_OVER_BY_ONE


def _rules(*rules: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), replacement) for pattern, replacement in rules]


_TWICE = (r"([a-z])\1+", r"\1")
_SIBILANTS = ("shch|schtsch|tch|tsch|dzh|dsch|dj|zh|sz|cz|sh|dg(?=e)|ts|tz|^x|sc(?=[eiy])", "S")
_CONSONANTS = (
    ("sch", "S"),
    ("ph", "P"),
    ("ck", "K"),
    ("kh", "h"),
    ("th|[td]", "T"),
    ("c(?=[eiy])", "S"),
    ("x", "KS"),
    ("[kgqc]", "K"),
    ("[szj]", "S"),
    ("[pbfvw]", "P"),
    ("ng(?=[KS]|$)|n", "N"),
    ("m", "M"),
    ("[rl]", "R"),
    (r"([A-Z])\1+", r"\1"),
    ("^[aeiouyh]+", "A"),
    ("[a-z]+", ""),
)
_SILENT_END = ("(?<=[aeiouyrn])[tdsxzp]+$", "")
_SILENT_R = ("e?r+(?=[b-df-hj-np-tv-z]|$)", "")
_READINGS = [
    _rules(_TWICE, _SIBILANTS, ("ch", "S"), *_CONSONANTS),
    _rules(_TWICE, _SIBILANTS, ("gh|w", ""), ("rz|sch|ch|g(?=[eiy])|c|x", "S"), *_CONSONANTS),
    _rules(
        _TWICE,
        ("kh", "K"),
        _SIBILANTS,
        ("^[aei]s(?=[ptk])", "s"),
        ("sch", "S"),
        ("ch|(?<![ptg])h", "K"),
        ("j", ""),
        ("u(?=[aeio])", "P"),
        *_CONSONANTS,
    ),
    _rules(
        _TWICE,
        _SILENT_END,
        _SILENT_R,
        _SIBILANTS,
        ("gh|w", ""),
        ("sch|ch|g(?=[eiy])", "S"),
        *_CONSONANTS,
    ),
    _rules(_TWICE, _SILENT_R, _SIBILANTS, ("ch", "S"), *_CONSONANTS),
    _rules(_TWICE, _SILENT_R, _SIBILANTS, ("gh|w", ""), ("ch|g(?=[eiy])", "S"), *_CONSONANTS),
]
