"""Matching: texts are looked for by their words and their meaning, and what is found is weighed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from asyncpg import Record

from app.documents.match import MatchLeg, MatchReason, MatchReasonCode
from app.documents.shape import View
from app.foundation.reads import ReadPool
from app.matching import queries
from app.matching.comparing import DIFFERING
from app.matching.explaining import weighed
from app.matching.found import DECIDED, Asked, Found, is_same_text, standing
from app.matching.retrieving import Retriever
from app.meaning.asking import Meaning, Read
from app.words import claims

BY_WORDS: Final = 100
"""How many statements are looked at for a text because they share words with it."""
BY_MEANING: Final = 100
"""How many because they are near in meaning."""
AT_ONCE: Final = 10
"""How many texts are weighed together."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found for each text, the likeliest first; and by what."""

    found: list[list[Found]]
    model: str | None

    @property
    def legs(self) -> list[MatchLeg]:
        """Name by what was looked for."""
        return [MatchLeg.LEXICAL, *([MatchLeg.SEMANTIC] if self.model else [])]


class Matcher:
    """Finds what was claimed before, for whoever reads."""

    def __init__(self, reads: ReadPool, meaning: Meaning) -> None:
        """Ask over these connections; meaning may be unknown."""
        self.reads = reads
        self.meaning = meaning
        self.retriever = Retriever(reads)

    async def answers(
        self, asked: Sequence[Asked], view: View, viewer: UUID | None, *, most: int
    ) -> Answers:
        """Find what may make the same claim as each text, of what the viewer may see."""
        if not asked:
            return Answers([], None)
        read = await self.meaning.read([claims.clean(one.text) or one.text for one in asked])
        found: list[list[Found]] = []
        for at in range(0, len(asked), AT_ONCE):
            some = asked[at : at + AT_ONCE]
            part = read and Read(read.model, read.number, read.vectors[at : at + AT_ONCE])
            found += await _Round(self, some, part, view, viewer, most).found()
        return Answers(found, None if read is None else str(read.model))


class _Round:
    """Some texts, on their way to what is found for them."""

    def __init__(
        self,
        matcher: Matcher,
        asked: Sequence[Asked],
        read: Read | None,
        view: View,
        viewer: UUID | None,
        most: int,
    ) -> None:
        self._most = max(most, 2 * DECIDED)
        self._reads = matcher.reads
        self._meaning = matcher.meaning
        self._retriever = matcher.retriever
        self._asked = asked
        self._read = read
        self._view = view
        self._viewer = viewer

    async def found(self) -> list[list[Found]]:
        lexemes = [claims.of_query(one.text, one.language) for one in self._asked]
        terms = await self._retriever.terms(lexemes)
        cosines = await self._nearest()
        ids: list[list[UUID]] = []
        for one, near in zip(terms, cosines, strict=True):
            words = await self._retriever.best(one, self._view, self._viewer, most=BY_WORDS)
            ids.append(list(dict.fromkeys([*words, *near])))
        rows = await self._details({one for some in ids for one in some})
        await self._complete(ids, cosines)
        likely = []
        for asked, worth, some, near in zip(self._asked, terms, ids, cosines, strict=True):
            known = [rows[one] for one in some if one in rows and one != asked.but_not]
            likely.append(weighed(asked, worth, known, near, self._most))
            await asyncio.sleep(0)
        return await self._decided(likely, rows)

    async def _nearest(self) -> list[dict[UUID, float]]:
        """Give what is nearest in meaning to each text, with its cosine."""
        if self._read is None:
            return [{} for _ in self._asked]
        near = await self._meaning.nearest(self._read, self._view, self._viewer, most=BY_MEANING)
        return [{one.id: one.cosine for one in some} for some in near]

    async def _complete(
        self, ids: Sequence[Sequence[UUID]], cosines: Sequence[dict[UUID, float]]
    ) -> None:
        """Add the cosines of what was found by its words."""
        if self._read is None:
            return
        pairs = [
            (place, one)
            for place, some in enumerate(ids)
            for one in some
            if one not in cosines[place]
        ]
        for (place, one), cosine in (await self._meaning.cosines(self._read, pairs)).items():
            cosines[place][one] = cosine

    async def _details(self, ids: set[UUID]) -> dict[UUID, Record]:
        values = {"ids": list(ids), "viewer": self._viewer}
        rows = await self._reads.rows(queries.details(self._view), values) if ids else []
        return {row["id"]: row for row in rows}

    async def _decided(
        self, weighed: list[list[Found]], rows: dict[UUID, Record]
    ) -> list[list[Found]]:
        """Heed what editors decided: take what was confirmed along, and leave out what wasn't."""
        likeliest = [some[:DECIDED] for some in weighed]
        ids = {one.id for some in likeliest for one in some}
        twins = await self._reads.rows(queries.twins(), {"ids": list(ids)}) if ids else []
        unknown = {row["id"] for row in twins} - rows.keys()
        rows |= await self._details(unknown)
        by_one: dict[UUID, list[UUID]] = {}
        for row in twins:
            if row["id"] in rows:
                by_one.setdefault(row["of"], []).append(row["id"])
        with_twins = [
            _with_twins(asked, some, by_one, rows)
            for asked, some in zip(self._asked, weighed, strict=True)
        ]
        same = [
            {one.id for one in some if one.is_same_text}
            | ({asked.but_not} if asked.but_not else set())
            for asked, some in zip(self._asked, with_twins, strict=True)
        ]
        pairs = await self._rejected(same, with_twins)
        return [
            [one for one in some if not any((it, one.id) in pairs for it in own)]
            for own, some in zip(same, with_twins, strict=True)
        ]

    async def _rejected(
        self, same: Sequence[set[Any]], weighed: Sequence[list[Found]]
    ) -> set[tuple[UUID, UUID]]:
        """Give the pairs that were rejected of who says these words, and what was found."""
        own = {one for some in same for one in some}
        others = {one.id for some in weighed for one in some}
        if not own:
            return set()
        values = {"ids": list(own), "others": list(others), "viewer": self._viewer}
        rows = await self._reads.rows(queries.rejected(self._view), values)
        return {(row["one"], row["other"]) for row in rows}


def _with_twins(
    asked: Asked,
    found: list[Found],
    by_one: Mapping[UUID, Sequence[UUID]],
    rows: Mapping[UUID, Record],
) -> list[Found]:
    """Add what editors confirmed to be the same claim as something that was found."""
    known = {one.id: one for one in found}
    for one in found:
        for twin in by_one.get(one.id, ()):
            if twin == asked.but_not or (twin in known and known[twin].score >= one.score):
                continue
            reason = MatchReason(
                code=MatchReasonCode.CONFIRMED,
                detail=f"Confirmed to be the same claim as {one.id}",
                value=round(one.score, 4),
            )
            others = [each for each in one.reasons if each.code in DIFFERING]
            is_same = is_same_text(asked.text, rows[twin])
            known[twin] = Found(twin, one.score, is_same, [reason, *others])
    return sorted(known.values(), key=standing)
