"""What comes in about topics."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import PageQuery
from app.foundation.text import Key, Labels, Paragraph, Ref


class NewTopic(Input):
    """A topic to record."""

    ref: Ref | None = None
    key: Key = Field(examples=["mobilisation"])
    labels: Labels = Field(examples=[{"en": "Mobilisation"}])
    description: Paragraph | None = None
    parent_id: UUID | None = Field(default=None, description="The broader topic.")


class TopicPatch(MergePatch):
    """What to change of a topic: what is absent stays, null removes."""

    of: ClassVar = NewTopic


class TopicFilter(PageQuery):
    """Which topics to list."""

    parent_id: UUID | None = Field(default=None, description="Only those right below this one.")
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["key", "-key", "created_at", "-created_at", "updated_at", "-updated_at"] = "key"
