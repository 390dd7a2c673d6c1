"""Matching: texts are looked for by their words and their meaning, and what is found is weighed."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from asyncpg import Record

from app.documents.match import MatchLeg, MatchReason, MatchReasonCode
from app.documents.shape import View
from app.figures import wording
from app.foundation.reads import ReadPool
from app.matching import comparing, queries, weighing
from app.matching.comparing import DIFFERING, Named
from app.matching.retrieving import Retriever, Terms
from app.matching.sharing import Words
from app.meaning.asking import Meaning, Read
from app.words import claims

BY_WORDS: Final = 100
"""How many statements are looked at for a text because they share words with it."""
BY_MEANING: Final = 50
"""How many because they are near in meaning."""
AT_ONCE: Final = 10
"""How many texts are weighed together."""
DECIDED: Final = 20
"""For how many of the likeliest it is looked up what editors decided about them."""
DIFFERENT: Final = 0.98
"""By how much the score of what names something else stays below that of a match, at least."""
SHOWN_WORDS: Final = 8
_NEAR: Final = 0.8
"""From which cosine on a meaning is called near; unrelated texts have 0.7 to 0.8."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A text for which statements are looked for; `speakers` are those who may be meant."""

    text: str
    language: str | None = None
    said_on: str | None = None
    speakers: frozenset[UUID] = frozenset()
    but_not: UUID | None = None
    """A statement that isn't found by its own text."""


@dataclass(slots=True)
class Found:
    """A statement that may make the claim of a text."""

    id: UUID
    score: float
    is_same_text: bool
    reasons: list[MatchReason] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether it names something else than the text."""
        return any(one.code in DIFFERING for one in self.reasons)

    @property
    def is_match(self) -> bool:
        """Whether it may be taken for the same claim."""
        return self.score >= weighing.MATCH and not self.differs


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
        weighed = []
        for asked, worth, some, near in zip(self._asked, terms, ids, cosines, strict=True):
            known = [rows[one] for one in some if one in rows and one != asked.but_not]
            weighed.append(_weighed(asked, worth, known, near, self._most))
            await asyncio.sleep(0)
        return await self._decided(weighed, rows)

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
        others = {one.id for some in weighed for one in some[: self._most]}
        if not own:
            return set()
        values = {"ids": list(own), "others": list(others)}
        rows = await self._reads.rows(queries.rejected(), values)
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
            is_same = _is_same_text(asked.text, rows[twin])
            known[twin] = Found(twin, one.score, is_same, [reason, *others])
    return sorted(known.values(), key=lambda one: (-one.score, not one.is_same_text, one.id))


def _weighed(
    asked: Asked,
    terms: Terms,
    rows: Sequence[Record],
    cosines: Mapping[UUID, float],
    most: int,
) -> list[Found]:
    """Weigh what was found, and say why; the likeliest first."""
    candidates = [
        weighing.Candidate(
            tuple(text for text, _ in _wordings(row)),
            terms.lexical(row["terms"] or (), row["weights"] or ()),
            cosines.get(row["id"]),
        )
        for row in rows
    ]
    scores = weighing.scores(asked.text, candidates)
    ordered = sorted(zip(scores, rows, strict=True), key=lambda one: (-one[0], one[1]["id"]))
    words = Words(claims.clean(asked.text), asked.language, terms.factors)
    here = comparing.named([(claims.clean(asked.text), asked.language)])
    return sorted(
        (
            _found(asked, words, here, score, row, cosines.get(row["id"]))
            for score, row in ordered[:most]
        ),
        key=lambda one: (-one.score, not one.is_same_text, one.id),
    )


def _found(
    asked: Asked,
    words: Words,
    here: Named,
    score: float,
    row: Record,
    cosine: float | None,
) -> Found:
    """Say why a statement has its score; what names something else stays below a match."""
    is_same_text = _is_same_text(asked.text, row)
    why = list(_reasons(asked, words, row, cosine, is_same_text=is_same_text))
    if not is_same_text:
        there = comparing.named(_wordings(row), json.loads(row["quantities"]))
        why += comparing.reasons(here, there)
    day = comparing.days(asked.said_on, row["said_on"])
    why += [] if day is None else [day]
    found = Found(row["id"], 1.0 if is_same_text else score, is_same_text, why)
    if found.differs:
        found.score *= DIFFERENT * weighing.MATCH
    return found


def _reasons(
    asked: Asked,
    words: Words,
    row: Record,
    cosine: float | None,
    *,
    is_same_text: bool,
) -> Iterator[MatchReason]:
    """Say what speaks for it: which words, how near in meaning, and who said it."""
    if is_same_text:
        yield MatchReason(code=MatchReasonCode.SAME_WORDS, detail="The same words", value=1.0)
    shared, share = words.shared(row["terms"] or ())
    if shared:
        detail = f"Both say: {', '.join(shared[:SHOWN_WORDS])}"
        yield MatchReason(code=MatchReasonCode.LEXICAL, detail=detail, value=round(share, 4))
    if cosine is not None and cosine >= _NEAR:
        detail = f"Near in meaning: the cosine is {cosine:.2f}"
        value = round(min(max(cosine, 0.0), 1.0), 4)
        yield MatchReason(code=MatchReasonCode.SEMANTIC, detail=detail, value=value)
    if asked.speakers and row["speaker_id"] is not None:
        is_same = row["speaker_id"] in asked.speakers
        code = MatchReasonCode.SAME_SPEAKER if is_same else MatchReasonCode.DIFFERENT_SPEAKER
        yield MatchReason(code=code, detail=f"Said by {row['speaker']}", value=None)


def _wordings(row: Record) -> list[tuple[str, str | None]]:
    """Give all wordings of a statement's claim, its own first."""
    own: list[tuple[str, str | None]] = [(row["text"], row["language"])]
    if row["summary"]:
        own.append((row["summary"], None))
    others = json.loads(row["translations"]) + json.loads(row["headlines"])
    return own + [(one["text"], one["language"]) for one in others]


def _is_same_text(text: str, row: Record) -> bool:
    return wording.plain(text) == wording.plain(row["text"]) != ""
