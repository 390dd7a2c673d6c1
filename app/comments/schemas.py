"""What comes in about comments."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import Flag, PageQuery
from app.foundation.text import Line, Paragraph

_MENTIONS = 20


class NewComment(Input):
    """A word to colleagues."""

    text: Paragraph = Field(examples=["Did anybody call the border service?"])
    parent_id: UUID | None = Field(
        default=None, description="The comment to which it answers, on the same thing."
    )
    mentions: list[Line] = Field(default=[], max_length=_MENTIONS, examples=[["Ada Lovelace"]])


class CommentAsItIs(Input):
    """What can be changed of a comment."""

    text: Paragraph = Field(description="For its author to change.")
    mentions: list[Line] = Field(
        default=[], max_length=_MENTIONS, description="For its author to change."
    )
    is_resolved: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Whether it is settled. For anybody of the organisation to say."
    )


class CommentPatch(MergePatch):
    """What to change of a comment: what is absent stays, lists are replaced whole."""

    of: ClassVar = CommentAsItIs


class CommentFilter(PageQuery):
    """Which comments to list."""

    is_resolved: Flag | None = Field(default=None, description="Whether they are settled.")
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["created_at", "-created_at"] = "created_at"
