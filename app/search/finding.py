"""Searching: what was typed becomes queries, and what they find becomes one ranked list."""

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Final
from uuid import UUID

from asyncpg import Record

from app.access.reading import Reading
from app.documents.listing import Listing
from app.documents.search import FoundType
from app.finding.asking import MANY, MUCH_ALIKE, Attempt, Stage
from app.finding.candidates import Named
from app.search import queries
from app.search.queries import NEWEST, Search
from app.search.schemas import SearchQuery
from app.sources.queries import SOURCES
from app.speakers.queries import SPEAKERS
from app.statements.queries import STATEMENTS
from app.words.querying import understand
from app.words.terms import forms, own

FEW: Final = 10
"""Where fewer statements have all that was asked, those that have some of it follow."""
SOME: Final = 500
"""How many statements are expected, at most, to follow because they have some of it."""
NAMES: Final = 10
"""How many speakers, and how many sources, are found by their names at most."""
BIGINT: Final = 2**63 - 1
EVERYTHING: Final = 1_000_000
LISTINGS: dict[FoundType, Listing] = {FoundType.SPEAKER: SPEAKERS, FoundType.SOURCE: SOURCES}
RANKS = {FoundType.STATEMENT: 0, FoundType.SOURCE: 1, FoundType.SPEAKER: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: with which attempt, among which statements, after which score."""

    stage: str = Stage.ALL
    gathered: bool = False
    newest: int = BIGINT
    oldest: int = -BIGINT
    score: float | None = None
    rank: int = 0
    tie: int = 0

    @property
    def has_names(self) -> bool:
        """Whether speakers and sources are still to come: not among older statements."""
        return self.newest == BIGINT

    def is_before(self, score: float, rank: int, tie: int) -> bool:
        """Say whether something with this score comes after this place."""
        return self.score is None or (score, rank, tie) < (self.score, self.rank, self.tie)


class Searching:
    """One search, on its way to a page."""

    def __init__(
        self,
        reader: Reading,
        wanted: SearchQuery,
        given: dict[str, Any],
        place: Place,
        listing: Listing = STATEMENTS,
    ) -> None:
        """Begin, or go on, where `place` says; among the statements of a listing."""
        self.listing = listing
        self.reader = reader
        self.wanted = wanted
        self.asked = understand(wanted.q)
        self.place = place
        self.attempt = Attempt(Stage.ALL, self.asked.all)
        names = ("q", "types", "facets")
        self.filters = {name: given[name] for name in given if name not in names}
        types = wanted.types.split(",") if wanted.types else [one.value for one in FoundType]
        self.types = [one for one in types if not self.filters or one == FoundType.STATEMENT]

    async def names(self, rows: list[Record]) -> list[Named]:
        """Find speakers and sources by their names; with slips, where there are few statements."""
        kinds = {kind: one for kind, one in LISTINGS.items() if kind in self.types}
        if not kinds or not self.place.has_names:
            return []
        finder, view = self.reader.finder, self.reader.view
        viewer = self.reader.caller.organization_id
        found = await finder.names_with(
            self.wanted.q, tuple(kinds.values()), view, viewer, most=NAMES
        )
        if not found and not self.place.gathered and (not rows or rows[0]["found"] < FEW):
            for listing in kinds.values():
                values = {"viewer": viewer}
                named, _ = await finder.names(self.wanted.q, listing, view, values, most=NAMES)
                found += [one for one in named if one.likeness >= MUCH_ALIKE]
        return found

    async def statements(self) -> tuple[Place, list[Record]]:
        """Find statements: with what was asked, or where there is nothing, with what is like it."""
        if FoundType.STATEMENT not in self.types or not self.asked.all:
            return self.place, []
        if self.wanted.cursor is not None:
            self.attempt = await self._same_as_before()
            return self.place, await self._try(self.place)
        place, rows = self.place, []
        async for attempt in self.reader.finder.attempts(self.asked):
            self.attempt = attempt
            place = replace(self.place, stage=attempt.stage, gathered=await self._are_many())
            rows = await self._try(place)
            if rows[0]["found"]:
                break
        exact = place.stage == Stage.ALL or not rows[0]["found"]
        if self.asked.some and exact and not place.gathered and rows[0]["found"] < FEW:
            return await self._with_some(place, rows)
        return place, rows

    async def _are_many(self) -> bool:
        """Say whether so many match that only the newest are ranked."""
        query = queries.expectation(self.reader.view, frozenset(self.filters), self.listing)
        return await self.reader.finder.expected(query, self._values()) > MANY

    async def _with_some(self, place: Place, rows: list[Record]) -> tuple[Place, list[Record]]:
        """Find what has some of what was asked, where that is more than what has all of it.

        Words that many have are no reason to find something: they tell it from nothing.
        """
        some = await self._telling()
        if some is None:
            return place, rows
        before, self.attempt = self.attempt, some
        more = await self._try(replace(place, stage=Stage.SOME))
        if more[0]["found"] > rows[0]["found"]:
            return replace(place, stage=Stage.SOME), more
        self.attempt = before
        return place, rows

    async def _telling(self) -> Attempt | None:
        """Ask for any of the rarest words: as many as some hundred statements may have."""
        query = queries.expectation(self.reader.view, frozenset())
        expected, viewer = self.reader.finder.expected, {"viewer": self._viewer}
        amounts = {
            unit: await expected(query, {"words": unit, **viewer}) for unit in self.asked.units
        }
        rarest = sorted(amounts, key=amounts.__getitem__)
        sums = zip(rarest, accumulate(amounts[unit] for unit in rarest), strict=True)
        few = [unit for unit, amount in sums if amount <= SOME]
        some = self.asked.some
        if not few or some is None:
            return None
        words = " | ".join(few)
        return Attempt(Stage.SOME, f"({words}) & {some}" if " & !" in some else words)

    async def _same_as_before(self) -> Attempt:
        """Make the attempt again that was made for the first page."""
        if self.place.stage == Stage.SOME:
            return await self._telling() or Attempt(Stage.SOME, "")
        async for attempt in self.reader.finder.attempts(self.asked):
            if attempt.stage == self.place.stage:
                return attempt
        return Attempt(Stage.ALL, self.asked.all)

    async def _try(self, place: Place) -> list[Record]:
        search = Search(
            self.reader.view,
            frozenset(self.filters),
            gathered=place.gathered,
            continued=place.score is not None,
            facets=frozenset(self.wanted.facets.split(",") if self.wanted.facets else ()),
            counted=self.wanted.count and place.gathered,
            listing=self.listing,
        )
        units = self.asked.units if place.stage == Stage.SOME else ()
        together = self.asked.all if place.stage == Stage.SOME else self.attempt.words
        values = self._values() | {
            "phrase": self.asked.phrase,
            "own": own(self.asked.phrase),
            "together": together,
            "forms": forms(together) if len(self.asked.units) == 1 else 0,
            "units": list(units),
            "amount": max(1, len(self.asked.units)),
            "newest": place.newest,
            "oldest": place.oldest,
            "enough": self.enough(place),
            "limit": self.wanted.limit + 1,
            "after_score": place.score,
            "after_place": place.tie if place.rank == 0 else BIGINT,
        }
        return await self.reader.finder.reads.rows(queries.page(search), values)

    @property
    def _viewer(self) -> UUID | None:
        return self.reader.caller.organization_id

    def _values(self) -> dict[str, Any]:
        return self.filters | {"words": self.attempt.words, "viewer": self._viewer}

    def enough(self, place: Place) -> int:
        """Say how many of the newest to gather: those of a page that goes on are known by place."""
        if place.oldest > -BIGINT:
            return EVERYTHING
        return NEWEST


def type_of(one: Named) -> FoundType:
    """Tell what a name is of."""
    return next(kind for kind, of in LISTINGS.items() if of.kind.collection == one.collection)
