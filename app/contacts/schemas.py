"""What comes in about contacts."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.foundation.dates import Instant, PastInstant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import Flag, PageQuery
from app.foundation.text import Line, Paragraph, Ref
from app.tables.contact import ContactChannel, ContactPurpose, ContactState

_ONE_OF = "Instead of the other two: one of speaker_id, source_id and name is needed."


class NewContact(Input):
    """Somebody whom you asked."""

    ref: Ref | None = None
    verdict_id: UUID = Field(description="A verdict of your organisation.")
    speaker_id: UUID | None = Field(default=None, description=f"A speaker. {_ONE_OF}")
    source_id: UUID | None = Field(
        default=None, description=f"A source, such as the publisher. {_ONE_OF}"
    )
    name: Line | None = Field(
        default=None,
        description=f"Somebody else. {_ONE_OF}",
        examples=["The regional border service"],
    )
    purpose: ContactPurpose
    channel: ContactChannel
    asked_at: PastInstant = Field(
        default_factory=lambda: datetime.now(UTC),
        description="When they were asked; now, if not given.",
    )
    reply_by: Instant | None = Field(
        default=None, description="Until when they were asked to reply; not before `asked_at`."
    )
    state: ContactState = ContactState.ASKED
    replied_at: PastInstant | None = Field(
        default=None, description="When the reply came. With `replied` only, and then needed."
    )
    reply: Paragraph | None = Field(
        default=None, description="What came back. With `replied` only, and then needed."
    )
    note: Paragraph | None = Field(default=None, description="A word to colleagues, never public.")
    is_public: Annotated[bool, Field(strict=True)] = False

    @field_validator("reply_by", "replied_at")
    @classmethod
    def _comes_after_asking(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        asked_at: datetime | None = info.data.get("asked_at")
        if value is not None and asked_at is not None and value < asked_at:
            raise PydanticCustomError("period", "This is before they were asked")
        return value

    @model_validator(mode="after")
    def _asks_one_and_has_a_reply_when_replied(self) -> "NewContact":
        if [self.speaker_id, self.source_id, self.name].count(None) != 2:  # noqa: PLR2004 -- of 3.
            raise PydanticCustomError("one_of", "Give one of speaker_id, source_id and name")
        needed = 2 if self.state is ContactState.REPLIED else 0
        if [self.replied_at, self.reply].count(None) != 2 - needed:
            raise PydanticCustomError(
                "reply", "replied_at and reply go with 'replied' only, and are needed there"
            )
        return self


class ContactPatch(MergePatch):
    """What to change of a contact: what is absent stays, null removes."""

    of: ClassVar = NewContact
    excludes: ClassVar = {
        "speaker_id": ("source_id", "name"),
        "source_id": ("speaker_id", "name"),
        "name": ("speaker_id", "source_id"),
    }


class ContactFilter(PageQuery):
    """Which contacts to list."""

    verdict_id: UUID | None = Field(default=None, description="For which verdict.")
    speaker_id: UUID | None = Field(default=None, description="The speaker who was asked.")
    source_id: UUID | None = Field(default=None, description="The source that was asked.")
    state: ContactState | None = Field(default=None, description="What came of it.")
    purpose: ContactPurpose | None = Field(default=None, description="What they were asked for.")
    overdue: Flag | None = Field(
        default=None,
        description="Whether `reply_by` is over and they are still `asked`: nothing came back.",
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal[
        "reply_by", "-reply_by", "asked_at", "-asked_at",
        "created_at", "-created_at", "updated_at", "-updated_at",
    ] = "-created_at"  # fmt: skip
