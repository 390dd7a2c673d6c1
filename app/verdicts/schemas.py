"""What comes in about verdicts."""

from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.foundation.dates import Day, Instant
from app.foundation.merging import Input, MergePatch, listed
from app.foundation.pages import Flag, PageQuery, Whole
from app.foundation.text import Key, Language, Line, LongText, Paragraph, Ref, Url
from app.tables.evidence import EvidenceRole, Stance
from app.tables.rating import CheckType, NormalizedRating
from app.tables.verdict import VerdictState
from app.tables.version import ChangeKind, ChangeReason, Uncertainty

_MILLION = 1_000_000
DESK = {"assignee", "due_on"}
"""What is about the work on a verdict, and changes whatever its state."""


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
    evidence: list[NewEvidence] = listed(max_length=200)
    evidence_note: Paragraph | None = Field(
        default=None,
        description="Why there are fewer or other sources than your organisation asks for; readers"
        " see it, and with it the verdict can be published all the same.",
    )
    assignee: Line | None = Field(
        default=None, description="Whose work it is: a person, as their key or token names them."
    )
    due_on: Day | None = Field(default=None, description="Until when it is to be done.")
    statement_revision: Annotated[int, Field(strict=True, ge=1, le=_MILLION)] | None = Field(
        default=None, description="The revision that was judged; the present one, if not given."
    )

    def applied(self, current: Self) -> Self:
        """Take the place of what is there; what was worked out for it, and isn't given, stays."""
        kept: dict[str, Any] = {}
        for name in ("language", "statement_revision"):
            if getattr(self, name) is None:
                kept[name] = getattr(current, name)
        for name in DESK - self.model_fields_set:
            kept[name] = getattr(current, name)
        given, present = self.rating, current.rating
        if given and present and given.scale is None and given.key == present.key:
            kept["rating"] = present
        return self.model_copy(update=kept)


class VerdictPatch(MergePatch):
    """What to change of a draft or a revision: what is absent stays, null removes, lists are whole.

    `assignee` and `due_on` can be changed in any state.
    """

    of: ClassVar = NewVerdict


class NewTransition(Input):
    """A move of a verdict to another state."""

    to: VerdictState
    comment: Paragraph | None = Field(
        default=None, description="A word to colleagues; what goes back needs one."
    )
    change_kind: ChangeKind | None = Field(
        default=None,
        description="What sort of change it is: `initial` the first time, and then by itself; later"
        " `minor`, `update` or `correction`. An earlier move may say it: it is kept until then.",
    )
    change_reason: ChangeReason | None = Field(default=None, description="Kept likewise.")
    notice: Paragraph | None = Field(
        default=None,
        description="What readers are told; corrections and retractions need one. Kept likewise.",
    )
    publish_at: Instant | None = Field(
        default=None, description="With `scheduled`: when it shall be published."
    )

    @model_validator(mode="after")
    def _schedules_what_it_schedules(self) -> "NewTransition":
        if (self.publish_at is not None) != (self.to is VerdictState.SCHEDULED):
            raise PydanticCustomError("schedule", "publish_at goes with 'scheduled', and is needed")
        return self


class VersionFilter(PageQuery):
    """Which versions of a verdict to list."""

    updated_since: Instant | None = Field(
        default=None, description="Only those that were published at or after this instant."
    )
    sort: Literal["no", "-no"] = "no"


class DiffQuery(BaseModel):
    """Which versions to compare."""

    model_config = ConfigDict(extra="forbid")

    from_: Whole = Field(
        alias="from", ge=1, le=_MILLION, description="The number of the one version."
    )
    to: Whole = Field(ge=1, le=_MILLION, description="The number of the other.")


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
    stale: Flag | None = Field(
        default=None, description="Whether anything speaks for judging again (`stale_reasons`)."
    )
    assignee: Line | None = Field(
        default=None, description="Whose work it is; your own organisation's only."
    )
    due_until: Day | None = Field(
        default=None, description="Only what is due then or earlier; your own organisation's only."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    as_of: Instant | None = Field(
        default=None,
        description="Show what the public saw at this instant, whatever happened since.",
    )
    sort: Literal[
        "published_at", "-published_at", "created_at", "-created_at", "updated_at", "-updated_at"
    ] = "-created_at"
