"""Weighing what was found for a text, and saying why: which words, how near, which numbers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from asyncpg import Record

from app.documents.match import MatchReason, MatchReasonCode
from app.figures import wording
from app.matching import comparing, weighing
from app.matching.comparing import Named
from app.matching.found import Asked, Found, is_same_text, standing, wordings
from app.matching.retrieving import Terms
from app.matching.sharing import Words
from app.words import claims

DIFFERENT: Final = 0.98
"""By how much the score of what names something else stays below that of a match, at least."""
SHOWN_WORDS: Final = 8
_NEAR: Final = 0.8
"""From which cosine on a meaning is called near; unrelated texts have 0.7 to 0.8."""


def weighed(
    asked: Asked,
    terms: Terms,
    rows: Sequence[Record],
    cosines: Mapping[UUID, float],
    most: int,
) -> list[Found]:
    """Weigh what was found, and say why; the likeliest first."""
    candidates = [
        weighing.Candidate(
            tuple(text for text, _ in wordings(row)),
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
            for score, row in _shared(ordered[:most])
        ),
        key=standing,
    )


def _shared(ordered: Sequence[tuple[float, Record]]) -> Iterator[tuple[float, Record]]:
    """Give statements with the same words the score of the best of them.

    They are equally likely to make a claim, though quotation marks and summaries move vectors.
    """
    best: dict[str, float] = {}
    for score, row in ordered:
        words = wording.plain(row["text"])
        yield best.setdefault(words, score) if words else score, row


def _found(
    asked: Asked,
    words: Words,
    here: Named,
    score: float,
    row: Record,
    cosine: float | None,
) -> Found:
    """Say why a statement has its score; what names something else stays below a match."""
    is_same = is_same_text(asked.text, row)
    why = list(_reasons(asked, words, row, cosine, is_same=is_same))
    if not is_same:
        there = comparing.named(wordings(row), json.loads(row["quantities"]))
        why += comparing.reasons(here, there)
    day = comparing.days(asked.said_on, row["said_on"])
    why += [] if day is None else [day]
    found = Found(row["id"], 1.0 if is_same else score, is_same, why)
    if found.differs:
        found.score *= DIFFERENT * weighing.MATCH
    return found


def _reasons(
    asked: Asked,
    words: Words,
    row: Record,
    cosine: float | None,
    *,
    is_same: bool,
) -> Iterator[MatchReason]:
    """Say what speaks for it: which words, how near in meaning, and who said it."""
    if is_same:
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
