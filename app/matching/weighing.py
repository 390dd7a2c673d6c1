"""How likely it is that a statement makes the claim of a post: a score from 0 to 1.

The score is a logistic regression over a few likenesses, fitted to posts of which fact-checkers
had said which earlier check answers them; half of the posts had none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log1p
from statistics import fmean
from typing import Final, NamedTuple

from app.words import claims
from app.words.letters import compatible

MATCH: Final = 0.8
"""The score from which two claims are called the same."""

LONGEST = 600

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may make the claim: its texts, the claim first, and what was measured.

    `lexical` is its BM25 by `claims.of_query`, `cosine` that of the vectors, None without a model.
    """

    texts: tuple[str, ...]
    lexical: float
    cosine: float | None = None


class _Weights(NamedTuple):
    base: float
    lexical: float
    alike: float
    covered: float
    cosine: float = 0.0
    above: float = 0.0


_WITHOUT_MODEL: Final = _Weights(-9.5, 1.2, 5.0, 3.0)
_WITH_MODEL: Final = _Weights(-28.0, 0.8, 3.0, 2.0, 20.0, 10.0)


def scores(text: str, candidates: Sequence[Candidate]) -> list[float]:
    """Give the score of each candidate, in their order."""
    asked = trigrams(claims.clean(text))
    cosines = [one.cosine for one in candidates if one.cosine is not None]
    usual = fmean(cosines) if cosines else 0.0
    return [_score(asked, one, usual) for one in candidates]


def _score(asked: frozenset[str], candidate: Candidate, usual: float) -> float:
    found = [trigrams(text) for text in candidate.texts if text] or [frozenset()]
    alike = max(len(asked & one) / max(len(asked | one), 1) for one in found)
    covered = max(len(asked & one) / max(len(one), 1) for one in found)
    weights = _WITHOUT_MODEL if candidate.cosine is None else _WITH_MODEL
    cosine = candidate.cosine or 0.0
    return _likelihood(
        weights.base
        + weights.lexical * log1p(max(candidate.lexical, 0.0))
        + weights.alike * alike
        + weights.covered * covered
        + weights.cosine * cosine
        + weights.above * (cosine - usual)
    )


def _likelihood(sum_of_all: float) -> float:
    return 1 / (1 + exp(-max(min(sum_of_all, 30.0), -30.0)))


@lru_cache(maxsize=2048)
def trigrams(text: str) -> frozenset[str]:
    """Give the runs of three characters of the words of a text, as pg_trgm does."""
    padded = (f"  {word} " for word in _WORD.findall(compatible(text[:LONGEST]).casefold()))
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))
