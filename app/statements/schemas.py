"""What comes in about statements."""

import re
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.changes.batches import LARGEST, unread
from app.foundation.dates import Instant, PartialDate
from app.foundation.merging import Input, MergePatch, listed
from app.foundation.pages import Flag, PageQuery
from app.foundation.text import Key, Language, Line, Paragraph, Ref, Typed
from app.speakers.schemas import NewSpeaker
from app.statements.parts import (
    NewAppearance,
    NewCheckability,
    NewPlace,
    NewQuantity,
    NewTranslation,
    TopicChoice,
    TopicName,
    Yes,
)
from app.tables.link import LinkState, LinkType
from app.tables.rating import CheckType, NormalizedRating
from app.tables.statement import Origin, StatementKind, StatementState, Utterance, Visibility

_RATED = re.compile(
    r"^\W*(true|false|fake|hoax|misleading|mixed|mostly (true|false)|unverifiable|missing context"
    r"|vrai|faux|fausse|intox|trompeur|plut[oô]t (vrai|faux)|неправда|ложь|фейк)"
    r"\s*[:!\])\u2013\u2014-]",
    re.IGNORECASE,
)


def unrated(value: str) -> str:
    """Refuse a summary that gives a rating, as in "False: ..."; it must say only what was said."""
    if _RATED.match(value):
        raise PydanticCustomError(
            "rating_word", "A summary says what was said, and doesn't rate it"
        )
    return value


class NewStatement(Input):
    """A statement to record. Speaker, sources and topics that are new may be nested."""

    ref: Ref | None = None
    text: Paragraph = Field(
        description="Verbatim, in `language`.",
        examples=["environ 98.000 Russes sont entrés au Kazakhstan depuis le 21 septembre"],
    )
    language: Language = Field(examples=["fr"])
    summary: Annotated[Line, Field(max_length=300), AfterValidator(unrated)] | None = Field(
        default=None,
        description="Neutral, best below 75 characters. A longer one brings a warning.",
        examples=["About 98,000 Russians have entered Kazakhstan since 21 September"],
    )
    kind: StatementKind = StatementKind.FACTUAL
    utterance: Utterance = Utterance.QUOTE
    speaker_id: UUID | None = Field(default=None, description="Who said it.")
    speaker: NewSpeaker | None = Field(
        default=None, description="A speaker to record with it, instead of `speaker_id`."
    )
    speaker_is_anonymous: Yes = False
    speaker_role: Line | None = Field(default=None, description="As it was that day.")
    said_on: PartialDate | None = None
    occasion: Line | None = None
    place: NewPlace | None = None
    translations: list[NewTranslation] = listed(max_length=100)
    quantities: list[NewQuantity] = listed(max_length=100)
    appearances: list[NewAppearance] = listed(max_length=200)
    topics: list[TopicChoice] = listed(
        max_length=50, description="Ids or keys of topics, or new ones."
    )
    checkability: NewCheckability = Field(
        default_factory=NewCheckability,
        json_schema_extra={"default": {"state": "undecided", "reason": None}},
    )
    state: StatementState = StatementState.CAPTURED
    visibility: Visibility = Visibility.INTERNAL
    origin: Origin = Origin.HUMAN

    @model_validator(mode="after")
    def _has_one_speaker(self) -> "NewStatement":
        given = [self.speaker_id is not None, self.speaker is not None, self.speaker_is_anonymous]
        if given.count(True) != 1:
            raise PydanticCustomError(
                "one_of", "Give one of speaker_id, speaker, or speaker_is_anonymous: true"
            )
        return self


class NewStatementBatch(Input):
    """Statements to record in one request."""

    items: list[Annotated[Any, unread(NewStatement)]] = Field(min_length=1, max_length=LARGEST)


class StatementPatch(MergePatch):
    """What to change of a statement: what is absent stays, null removes, lists are replaced whole.

    Items of `appearances` keep their id when they keep their key, items of `quantities` when they
    keep their place and measure; or give the `id`.
    """

    of: ClassVar = NewStatement
    excludes: ClassVar = {
        "speaker": ("speaker_id", "speaker_is_anonymous"),
        "speaker_id": ("speaker_is_anonymous",),
        "speaker_is_anonymous": ("speaker_id",),
    }


class NewStatementTransition(Input):
    """A move of a statement to another state."""

    to: StatementState
    comment: Paragraph | None = None


class StatementChoice(BaseModel):
    """Which statements are meant."""

    model_config = ConfigDict(extra="forbid")

    speaker_id: UUID | None = Field(default=None, description="Who said it.")
    source_id: UUID | None = Field(default=None, description="Any hop by which it travelled.")
    publisher_id: UUID | None = Field(
        default=None, description="The outlet of any hop by which it travelled."
    )
    rating: Key | None = Field(default=None, description="A verdict's rating, by its key.")
    normalized_rating: NormalizedRating | None = Field(
        default=None, description="A verdict's rating, in the words that all share."
    )
    check_type: CheckType | None = Field(
        default=None, description="With a rating: of the same verdict."
    )
    has_verdict: Flag | None = Field(default=None, description="Whether there is one.")
    topic: TopicName | None = Field(
        default=None, description="A topic's id or key; topics below it count too."
    )
    language: Language | None = Field(default=None, description="`fr` finds `fr-CA` too.")
    kind: StatementKind | None = Field(default=None, description="What sort of assertion.")
    state: StatementState | None = Field(default=None, description="Where the work on it is.")
    said_from: PartialDate | None = Field(
        default=None, description="Only what may have been said then or later."
    )
    said_until: PartialDate | None = Field(
        default=None, description="Only what may have been said then or earlier."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )


class StatementConditions(StatementChoice, PageQuery):
    """Which statements are meant, and which page of them."""


class StatementFilter(StatementConditions):
    """Which statements to list."""

    q: Annotated[Typed, Field(max_length=10_000)] | None = Field(
        default=None,
        description='Only those with these words: `"a phrase"`, `-not` and `or` are understood.'
        " `GET /v1/search` ranks what it finds.",
        examples=["98 000 Russes"],
    )
    as_of: Instant | None = Field(
        default=None,
        description="Show what the public saw at this instant, whatever happened since.",
    )
    sort: Literal[
        "said_on", "-said_on", "created_at", "-created_at", "updated_at", "-updated_at"
    ] = "-created_at"

    @field_validator("as_of")
    @classmethod
    def _is_not_searched(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        """Refuse to search the past: words are only kept as they are now."""
        if value is not None and info.data.get("q") is not None:
            raise PydanticCustomError("not_with_q", "What was public once can't be searched by q")
        return value


class NewLink(Input):
    """A link from one statement to another."""

    other_id: UUID
    type: LinkType
    state: LinkState = LinkState.SUGGESTED
    reason: Paragraph | None = None


class LinkDecision(Input):
    """What is decided about a link."""

    state: LinkState
    reason: Paragraph | None = None


class LinkPatch(MergePatch):
    """What to change of a link: what is absent stays, null removes."""

    of: ClassVar = LinkDecision


class LinkFilter(PageQuery):
    """Which links of a statement to list."""

    type: LinkType | None = Field(default=None, description="How they relate.")
    state: LinkState | None = Field(default=None, description="Whether it is decided.")
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["created_at", "-created_at"] = "created_at"
