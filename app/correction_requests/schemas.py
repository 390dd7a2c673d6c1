"""What comes in about correction requests."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import Flag, PageQuery
from app.foundation.text import Email, Language, Line, Paragraph, Ref, Url
from app.tables.correction_request import CorrectionRequestState

_MILLION = 1_000_000


class NewCorrectionRequest(Input):
    """What is wrong with a verdict."""

    verdict_id: UUID = Field(description="The verdict, which must be public.")
    message: Paragraph = Field(description="What is wrong with it.")
    proposed_correction: Paragraph | None = Field(
        default=None, description="How it should be, in your eyes."
    )
    links: list[Url] = Field(
        default=[], max_length=10, description="Where that can be looked up.", examples=[[]]
    )
    language: Language | None = Field(default=None, description="The language of the message.")
    name: Line | None = Field(
        default=None, description="Who you are, if you like. Kept encrypted, and erased on request."
    )
    email: Email | None = Field(
        default=None,
        description="Where an answer can be sent to, if you like one. Kept as the name is.",
    )


class Handling(Input):
    """How a newsroom goes about a correction request."""

    ref: Ref | None = None
    assignee: Line | None = Field(default=None, description="Who looks into it.")


class CorrectionRequestPatch(MergePatch):
    """What to change of a request: what is absent stays, null removes. What was sent stays."""

    of: ClassVar = Handling


class NewCorrectionRequestTransition(Input):
    """A move of a correction request to another state."""

    to: CorrectionRequestState
    comment: Paragraph | None = Field(
        default=None, description="A word to colleagues; to open it again needs one."
    )
    resolution: Paragraph | None = Field(
        default=None,
        description="Why: needed to accept, to reject, and for a duplicate; and only for these.",
    )
    resulting_version: Annotated[int, Field(strict=True, ge=1, le=_MILLION)] | None = Field(
        default=None,
        description="With `accepted`: the number of the verdict's published version that resulted.",
    )


class CorrectionRequestFilter(PageQuery):
    """Which correction requests to list."""

    state: CorrectionRequestState | None = Field(default=None, description="Where the work is.")
    verdict_id: UUID | None = Field(default=None, description="About this verdict.")
    statement_id: UUID | None = Field(
        default=None, description="About the verdicts on this statement."
    )
    overdue: Flag | None = Field(
        default=None, description="Whether it was due before today, and isn't resolved."
    )
    assignee: Line | None = Field(default=None, description="Who looks into it.")
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["due_on", "-due_on", "created_at", "-created_at", "updated_at", "-updated_at"] = (
        "due_on"
    )
