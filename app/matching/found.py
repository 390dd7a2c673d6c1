"""What is asked, and what is found for it."""

import json
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from asyncpg import Record

from app.documents.match import MatchReason, MatchReasonCode
from app.figures import wording
from app.finding.inputs import claim_passages
from app.matching import weighing
from app.matching.comparing import DIFFERING

DECIDED: Final = 20
"""For how many of the likeliest it is looked up what editors decided about them."""


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


def standing(found: Found) -> tuple[float, bool, bool, UUID]:
    """Order what was found: the likeliest first.

    Of what is equally likely, the same text is ahead, then what was said by whoever is meant, then
    what was recorded first.
    """
    is_theirs = any(one.code is MatchReasonCode.SAME_SPEAKER for one in found.reasons)
    return -found.score, not found.is_same_text, not is_theirs, found.id


def wordings(row: Record) -> list[tuple[str, str | None]]:
    """Give all wordings of a statement's claim, its own first."""
    return [(one.text, one.language) for one in claim_passages(json.loads(row["texts"]))]


def is_same_text(text: str, row: Record) -> bool:
    """Say whether a text is a statement's own, but for case, accents and punctuation."""
    return wording.plain(text) == wording.plain(row["text"]) != ""
