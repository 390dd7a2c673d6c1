"""How likely it is that a statement makes the claim of a post: a score from 0 to 1.

The score is a logistic regression over six likenesses. It was fitted to the training posts of
CLEF CheckThat! 2020 2A, 2022 2A and 2B and half of those of 2025 (13 languages), of which
fact-checkers had said which check answers them: each once as it is, and once with that check (and
its copies) taken out of the corpus. So a score of 0.8 means that, where every other post has an
earlier check, four out of five such matches are right.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, fsum, log1p, sqrt
from typing import Final, NamedTuple

from app.words import claims
from app.words.letters import compatible
from app.words.numbers import normalised

MATCH: Final = 0.8
"""The score from which two claims are called the same.

Of posts half of which have an earlier check among some 10,000 statements, 0.89 of such matches were
right without a model and 0.87 with one, and 0.35 and 0.44 of the checks were found; among 300
statements, 0.99 were right and 0.48 and 0.65 found.
"""

LONGEST: Final = 600
MOST_TEXTS: Final = 4
_NEIGHBOURS: Final = 100
_USUAL: Final = slice(10, 60)
"""Which of the best candidates show what is usual for a post: the ten best may be right."""

_LEAST_LEXICAL, _LEAST_COSINE = 2.0, 0.01
_SAME_TEXT, _OF_SAME_TEXT = 0.95, 0.95
"""What share of trigrams a copy has in common with its original, and the least score of one."""
_SAID, _OF_CLAIM, _TRIGRAMS, _OF_SAID = 0.8, 0.3, 20, 0.9
"""What share of a post's trigrams stands in a claim that says it, what share of the claim's they
are at least, from how many of them on, and the least score. Of fact-checkers' own titles, asked
among 10,000 claims (CheckThat! 2020), 0.99 of such matches are right, and 0.55 of the claims are
found; posts are longer, and seldom stand in a claim.
"""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may make the claim: its texts, the claim first, and what was measured.

    `lexical` is its BM25 by `claims.of_query`, 0 where it wasn't among the best; `cosine` is that
    of the vectors, None where there is no model.
    """

    texts: tuple[str, ...]
    lexical: float
    cosine: float | None = None


class Likeness(NamedTuple):
    """What a score is made of, for one candidate.

    `outstanding` and `near` say by how many standard deviations its BM25 and its cosine exceed
    what is usual for this post: posts that say a little of everything have something in common
    with many statements, and which cosine is much depends on the model. `behind` grows with how
    far another candidate is ahead, by `near` or else by `outstanding`: most posts make one claim.
    `covered` is the share of the claim's trigrams that the post has, `other` the best of its other
    texts; `missing` grows with the numbers of the claim that the post lacks. `copied` is a claim
    in the words of the post, which among a few statements can't stand out enough; `said` is one
    that says all of a short post, with all its numbers, and not much more.
    """

    outstanding: float
    covered: float
    missing: float
    other: float
    behind: float
    near: float | None = None
    copied: bool = False
    said: bool = False


class _Weights(NamedTuple):
    base: float
    outstanding: float
    covered: float
    missing: float
    other: float
    behind: float
    near: float = 0.0


class _Usual(NamedTuple):
    mean: float
    spread: float

    def exceeded(self, value: float) -> float:
        return max(value - self.mean, 0.0) / self.spread


class _Standing(NamedTuple):
    outstanding: float
    near: float | None


_WITHOUT_MODEL: Final = _Weights(-7.51, 0.95, 2.43, -0.57, 1.27, -0.74)
_WITH_MODEL: Final = _Weights(-6.48, 0.72, 1.25, -0.53, 1.35, -1.57, 0.48)


def scores(text: str, candidates: Sequence[Candidate]) -> list[float]:
    """Give the score of each candidate of a post, in their order.

    All candidates must be given at once, a hundred of each leg where there are so many: what is
    usual is told by them. Those without a cosine are weighed by their words alone.
    """
    return [likelihood(one) for one in likenesses(text, candidates)]


def likenesses(text: str, candidates: Sequence[Candidate]) -> list[Likeness]:
    """Measure how like a post each candidate is, beside what is usual among them."""
    asked = claims.clean(text)
    trigrams, numbers = _trigrams(asked), numbers_of(asked)
    standing = _standing(candidates)
    ahead = max((one.outstanding for one in standing), default=0.0)
    nearest = max((one.near for one in standing if one.near is not None), default=0.0)
    return [
        _likeness(trigrams, numbers, one, where, ahead if where.near is None else nearest)
        for one, where in zip(candidates, standing, strict=True)
    ]


def likelihood(of: Likeness) -> float:
    """Give the score that likenesses amount to."""
    weights = _WITHOUT_MODEL if of.near is None else _WITH_MODEL
    each = (1.0, *of[:5], of.near or 0.0)
    total = fsum(one * much for one, much in zip(each, weights, strict=True))
    score = 1 / (1 + exp(-max(min(total, 30.0), -30.0)))
    if of.copied:
        return max(score, _OF_SAME_TEXT)
    return max(score, _OF_SAID + (_OF_SAME_TEXT - _OF_SAID) * score) if of.said else score


def numbers_of(text: str) -> frozenset[str]:
    """Give the values of the numbers of a text, in plain digits."""
    return frozenset(value for number in normalised(text, None) for value in number.values)


def _standing(candidates: Sequence[Candidate]) -> list[_Standing]:
    """Tell how far candidates exceed what is usual among them, by their words and their meaning.

    Statements that share no word with a post have a BM25 of 0, and are usual, too.
    """
    lexical = [one.lexical for one in candidates]
    cosines = [one.cosine for one in candidates if one.cosine is not None]
    words = _usual(lexical + [0.0] * (_NEIGHBOURS - len(lexical)), _LEAST_LEXICAL)
    meaning = _usual(cosines, _LEAST_COSINE)
    return [
        _Standing(
            words.exceeded(one.lexical),
            None if one.cosine is None else meaning.exceeded(one.cosine),
        )
        for one in candidates
    ]


def _usual(values: Iterable[float], least: float) -> _Usual:
    best = sorted(values, reverse=True)[:_NEIGHBOURS]
    if not best:
        return _Usual(0.0, least)
    rest = best[_USUAL] or best
    mean = fsum(best) / len(best)
    spread = sqrt(fsum((one - mean) ** 2 for one in best) / len(best))
    return _Usual(fsum(rest) / len(rest), max(spread, least))


def _likeness(
    trigrams: frozenset[str],
    numbers: frozenset[str],
    one: Candidate,
    where: _Standing,
    ahead: float,
) -> Likeness:
    own, *more = [text[:LONGEST] for text in one.texts[:MOST_TEXTS]] or [""]
    has, figures = _trigrams(own), numbers_of(own)
    reached = where.outstanding if where.near is None else where.near
    covered = _share(has & trigrams, has)
    is_told = len(trigrams) >= _TRIGRAMS and covered >= _OF_CLAIM and numbers <= figures
    return Likeness(
        outstanding=where.outstanding,
        covered=covered,
        missing=log1p(len(figures - numbers)),
        other=max((_share(other & trigrams, other) for other in map(_trigrams, more)), default=0.0),
        behind=log1p(ahead - reached),
        near=where.near,
        copied=figures == numbers and _share(has & trigrams, has | trigrams) >= _SAME_TEXT,
        said=is_told and _share(has & trigrams, trigrams) >= _SAID,
    )


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part) / max(len(whole), 1)


@lru_cache(maxsize=8)
def _trigrams(text: str) -> frozenset[str]:
    """Give the runs of three characters of the words of a text, as pg_trgm does."""
    words = _WORD.findall(compatible(text[: 2 * LONGEST]).casefold())
    padded = (f"  {word} " for word in words)
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))
