"""Which words of a text a statement has too, in whatever form: for a person to see."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.finding.postings import number
from app.words import claims
from app.words.letters import primary
from app.words.tokens import tokens


class Words:
    """The words of a text, each with the terms that it is found by, and what it is worth."""

    def __init__(self, text: str, language: str | None, factors: Mapping[int, float]) -> None:
        """Read a text, whose terms are worth so much."""
        self._words: dict[str, tuple[tuple[int, ...], float]] = {}
        for token in tokens(text, primary(language)):
            terms = _terms(token.text, language)
            worth = max((factors.get(term, 0.0) for term in terms), default=0.0)
            self._words.setdefault(token.text.strip(), (terms, worth))
        self._worth = sum(worth for _, worth in self._words.values())

    def shared(self, terms: Iterable[int]) -> tuple[list[str], float]:
        """Give those that a statement with these terms has, the rarest first; and their share."""
        theirs = set(terms)
        found = [
            (worth, word)
            for word, (ours, worth) in self._words.items()
            if not theirs.isdisjoint(ours)
        ]
        ordered = [word for _, word in sorted(found, key=lambda one: -one[0])]
        share = sum(worth for worth, _ in found) / self._worth if self._worth else 0.0
        return ordered, min(share, 1.0)


@lru_cache(maxsize=2048)
def _terms(word: str, language: str | None) -> tuple[int, ...]:
    return tuple(map(number, claims.of_query(word, language)))
