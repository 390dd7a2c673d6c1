"""Asking what is there by words and names, for whoever reads."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Any, Final
from uuid import UUID

from rapidfuzz.distance import OSA

from app.documents.listing import Listing
from app.documents.shape import View
from app.finding import candidates
from app.finding.candidates import Named
from app.finding.matching import few_or_many, nearest_words, whether_any
from app.foundation.reads import Query, Reads
from app.words import names
from app.words.candidates import PER_LEG, parameters
from app.words.names import NameKeys
from app.words.querying import Asked, understand

MANY: Final = 3000
"""From how many expected matches on a search doesn't look at all of them."""
KEPT: Final = 60.0
"""Seconds for which an expectation holds."""
MOST_KEPT: Final = 10_000
LONG: Final = 8
"""From how many letters on a word may have two slips."""
LONG_ENOUGH: Final = 3
"""From how many letters on a name that one types is also found with a slip."""
MUCH_ALIKE: Final = 0.6
"""From which likeness on a name comes up in a search that isn't for names alone."""
MOST_WORDS: Final = 6
"""With how many words a search may be for a name."""


class Stage(StrEnum):
    """With what a search was made: what was asked, or what is like it."""

    ALL = "all"
    BEGINNINGS = "beginnings"
    CORRECTED = "corrected"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A tsquery to try, and which words it takes for those asked for, besides themselves."""

    stage: Stage
    words: str
    lexemes: frozenset[str] = frozenset()
    openings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """What stands for what was typed on a list, and with which attempt something was found."""

    stage: Stage
    conditions: dict[str, Any]

    def order(self, sort: str) -> str:
        """Name the order for a cursor, which goes on with the same attempt."""
        return f"{sort} {self.stage}"


class Finder:
    """What is typed, understood by what is there."""

    def __init__(self, reads: Reads, *, dictionary: bool) -> None:
        """Ask over these connections; the dictionary of names is used if the settings say so."""
        self.reads = reads
        self._dictionary = dictionary
        self._expected: dict[bytes, tuple[float, float]] = {}

    def over(self, reads: Reads) -> "Finder":
        """Give one who asks over other connections, and knows as much."""
        other = copy(self)
        other.reads = reads
        return other

    async def expected(self, query: Query, values: Mapping[str, Any]) -> float:
        """Tell how many rows PostgreSQL expects of an EXPLAIN; what it said lately holds on."""
        asked = f"{query.text} {query.arguments(values)}"
        key = hashlib.blake2b(asked.encode(), digest_size=16).digest()
        known = self._expected.get(key)
        if known is not None and known[0] > monotonic():
            return known[1]
        said = await self.reads.row(query, values)
        rows = float(json.loads(said[0])[0]["Plan"]["Plan Rows"]) if said is not None else 0.0
        if len(self._expected) >= MOST_KEPT:
            self._expected.clear()
        self._expected[key] = monotonic() + KEPT, rows
        return rows

    async def words(
        self, typed: str, view: View, viewer: UUID | None, stage: Stage | None = None
    ) -> Understood:
        """Give the condition that stands for what was typed, on a list of statements.

        What finds nothing is tried once more with beginnings of words, and then with words that are
        spelled much like them; a page that goes on keeps to the `stage` of the first.
        """
        asked = understand(typed)
        if not asked.all:
            return Understood(Stage.ALL, {"few": ""})
        if stage in {None, Stage.ALL} and await self._are_many(asked.all, view):
            return Understood(Stage.ALL, {"many": asked.all})
        async for attempt in self.attempts(asked):
            if attempt.stage == stage or (
                stage is None and await self._any(attempt.words, view, viewer)
            ):
                kind = "many" if await self._are_many(attempt.words, view) else "few"
                return Understood(attempt.stage, {kind: attempt.words})
        return Understood(stage or Stage.ALL, {"few": asked.all})

    async def _are_many(self, words: str, view: View) -> bool:
        return await self.expected(few_or_many(view), {"words": words}) > MANY

    async def attempts(self, asked: Asked) -> AsyncIterator[Attempt]:
        """Give what to look for, and what to try where nothing is found."""
        yield Attempt(Stage.ALL, asked.all)
        if asked.prefix:
            yield Attempt(Stage.BEGINNINGS, asked.prefix, openings=asked.openings)
        nearest = await self._nearest(asked.spellings)
        corrected = asked.corrected(nearest)
        if corrected:
            lexemes = frozenset(word for words in nearest.values() for word in words)
            yield Attempt(Stage.CORRECTED, corrected, lexemes=lexemes)

    async def _nearest(self, spellings: Sequence[str]) -> dict[str, list[str]]:
        """Find words that occur, and are spelled much like those asked for."""
        if not spellings:
            return {}
        rows = await self.reads.rows(nearest_words(), {"spellings": list(spellings)})
        near = {row["spelling"]: _near(row["spelling"], row["words"]) for row in rows}
        return {spelling: words for spelling, words in near.items() if words}

    async def _any(self, words: str, view: View, viewer: UUID | None) -> bool:
        row = await self.reads.row(whether_any(view), {"words": words, "viewer": viewer})
        return row is not None and row["found"]

    async def names(
        self, typed: str, listing: Listing, view: View, values: Mapping[str, Any], *, most: int
    ) -> tuple[list[Named], bool]:
        """Find by names, the likeliest first, among what the filters in `values` let by.

        Also tells whether that are all of them: of very many that share a key, only some are
        compared.
        """
        asked = self.keys(typed)
        if not asked.ascii:
            return [], True
        query = candidates.query(listing, view, frozenset(values) - {"viewer"}, asked)
        rows = await self.reads.rows(query, {**values, **parameters(asked)})
        found = candidates.ranked(asked, rows, names.LIKE_ENOUGH)
        return found[:most], len(rows) < PER_LEG and len(found) <= most

    async def misspelled(
        self, typed: str, wanted: Mapping[Listing, Mapping[str, Any]], view: View, *, most: int
    ) -> list[Named]:
        """Find names that are spelled otherwise than one types them, the likeliest first.

        Among what the values of the filters let by of each listing, and so many of each. What is
        shorter than a name is none with a slip.
        """
        found: list[Named] = []
        if len(typed.strip()) >= LONG_ENOUGH:
            for listing, values in wanted.items():
                some, _ = await self.names(typed, listing, view, values, most=most)
                found += some
        return sorted(found, key=lambda one: (-one.likeness, one.id))

    async def names_with(
        self,
        typed: str,
        listings: tuple[Listing, ...],
        view: View,
        viewer: UUID | None,
        *,
        most: int,
    ) -> list[Named]:
        """Find what shares a word with what was typed, and is much like it: quick, and no slips."""
        asked = self.keys(typed)
        words = [word for word in asked.folds if word]
        if not listings or not words or len(words) > MOST_WORDS:
            return []
        values = {"ascii": asked.ascii, "folds": words, "most": most, "viewer": viewer}
        rows = await self.reads.rows(candidates.by_words(listings, view), values)
        return candidates.ranked(asked, rows, MUCH_ALIKE)

    def keys(self, typed: str) -> NameKeys:
        """Give the keys of a name."""
        return names.keys(typed, dictionary=self._dictionary)


def _near(spelling: str, words: Sequence[str]) -> list[str]:
    """Choose the words that are a slip away: one letter more, less, other or exchanged, or two."""
    slips = 1 if len(spelling) < LONG else 2
    return [word for word in words if OSA.distance(spelling, word) <= slips]
