"""What comes in about verdicts."""

from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import PageQuery
from app.foundation.text import Key, Language, Line, LongText, Paragraph, Ref, Url
from app.tables.evidence import EvidenceRole, Stance
from app.tables.rating import CheckType, NormalizedRating
from app.tables.verdict import VerdictState
from app.tables.version import ChangeKind, ChangeReason, Uncertainty

_MILLION = 1_000_000


class RatingChoice(Input):
    """A rating, by its key."""

    key: Key = Field(examples=["false"])
    scale: Key | None = Field(
        default=None,
        description="Where it is not the organisation's default for the check type.",
        examples=[None],
    )


class NewEvidence(Input):
    """A source that a verdict cites."""

    source_id: UUID
    stance: Stance
    role: EvidenceRole
    excerpt: Paragraph | None = None
    locator: Line | None = Field(default=None, examples=["p. 4"])
    note: Paragraph | None = None


class NewVerdict(Input):
    """A verdict to draft."""

    ref: Ref | None = None
    statement_id: UUID
    check_type: CheckType
    rating: RatingChoice | None = Field(default=None, description="Needed to publish.")
    headline: Line | None = None
    summary: Annotated[Paragraph, Field(max_length=600)] | None = None
    explanation: LongText | None = Field(default=None, description="Markdown.")
    language: Language | None = Field(
        default=None, description="The organisation's, or else the statement's, if not given."
    )
    uncertainty: Uncertainty = Uncertainty.NONE
    url: Url | None = Field(default=None, description="The public article.")
    evidence: list[NewEvidence] = Field(default=[], max_length=200)
    statement_revision: Annotated[int, Field(strict=True, ge=1, le=_MILLION)] | None = Field(
        default=None, description="The revision that was judged; the present one, if not given."
    )

    def applied(self, current: Self) -> Self:
        """Take the place of what is there; what was worked out for it, and isn't given, stays."""
        kept: dict[str, Any] = {}
        for name in ("language", "statement_revision"):
            if getattr(self, name) is None:
                kept[name] = getattr(current, name)
        given, present = self.rating, current.rating
        if given and present and given.scale is None and given.key == present.key:
            kept["rating"] = present
        return self.model_copy(update=kept)


class VerdictPatch(MergePatch):
    """What to change of a draft: what is absent stays, null removes, lists are replaced whole."""

    of: ClassVar = NewVerdict


class NewTransition(Input):
    """A move of a verdict to another state."""

    to: VerdictState
    comment: Paragraph | None = None
    change_kind: ChangeKind | None = Field(
        default=None, description="`initial` for the first publication, and then by itself."
    )
    change_reason: ChangeReason | None = None
    notice: Paragraph | None = Field(
        default=None, description="What readers are told; corrections and retractions need one."
    )
    publish_at: Instant | None = Field(default=None, description="With `scheduled`.")

    @model_validator(mode="after")
    def _schedules_what_it_schedules(self) -> "NewTransition":
        if (self.publish_at is not None) != (self.to is VerdictState.SCHEDULED):
            raise PydanticCustomError("schedule", "publish_at goes with 'scheduled', and is needed")
        return self


class VerdictFilter(PageQuery):
    """Which verdicts to list."""

    statement_id: UUID | None = Field(default=None, description="What was judged.")
    organization_id: UUID | None = Field(default=None, description="Whose they are.")
    check_type: CheckType | None = Field(default=None, description="What was checked.")
    state: VerdictState | None = Field(default=None, description="As you see it.")
    rating: Key | None = Field(default=None, description="By its key.")
    normalized_rating: NormalizedRating | None = Field(
        default=None, description="In the words that all share."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal[
        "published_at", "-published_at", "created_at", "-created_at", "updated_at", "-updated_at"
    ] = "-created_at"
