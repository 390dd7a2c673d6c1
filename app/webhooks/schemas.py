"""What comes in about webhooks."""

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.documents.webhook import WebhookEvent
from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import PageQuery
from app.foundation.text import Paragraph, Ref, Url
from app.keys.schemas import KeyRotation
from app.tables.webhook import DeliveryState

LAST_EXACT = 2**53 - 1
"""The largest integer that every reader of JSON takes as it is (RFC 8259 §6)."""


class NewWebhook(Input):
    """An address to which public changes shall be sent."""

    ref: Ref | None = None
    url: Url = Field(
        description="An https address of the public Internet, without credentials.",
        examples=["https://cms.example/hooks"],
    )
    description: Paragraph | None = Field(
        default=None, description="What it is for.", examples=["The CMS"]
    )
    events: list[WebhookEvent] = Field(
        default=[WebhookEvent.EVERYTHING],
        min_length=1,
        max_length=50,
        description="What shall be sent; everything, if not given.",
        examples=[["verdict.published", "verdict.retracted"]],
    )
    enabled: Annotated[bool, Field(strict=True)] = Field(
        default=True,
        description="Whether anything shall be sent. Enabled again, it goes on where it stopped.",
    )

    @field_validator("events")
    @classmethod
    def _names_each_once(cls, value: list[WebhookEvent]) -> list[WebhookEvent]:
        if len(set(value)) < len(value):
            raise PydanticCustomError("repeated", "The same event is there twice")
        return value


class WebhookPatch(MergePatch):
    """What to change of a webhook: what is absent stays, null removes."""

    of: ClassVar = NewWebhook


class SecretRotation(KeyRotation):
    """How to give a webhook a new secret: meanwhile, both sign."""


class NewReplay(Input):
    """What to send again: what is after a position of the feed, or from a time."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False)

    after: Annotated[int, Field(strict=True, ge=0, le=LAST_EXACT)] | None = Field(
        default=None,
        description="Everything after this position of the feed; 0 for all there is. Instead of"
        " `from`.",
        examples=[17],
    )
    since: Instant | None = Field(
        default=None,
        alias="from",
        description="What was done at or after this instant. Instead of `after`.",
    )
    before: Instant | None = Field(
        default=None,
        alias="to",
        description="With `from`: only what was done before this instant.",
    )

    @model_validator(mode="after")
    def _says_from_where(self) -> "NewReplay":
        if (self.after is None) == (self.since is None):
            raise PydanticCustomError("one_of", "Give either after or from")
        if self.before is not None and (self.since is None or self.before <= self.since):
            raise PydanticCustomError("period", "to goes with from, and comes after it")
        return self


class WebhookFilter(PageQuery):
    """Which webhooks to list."""

    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"


class WebhookDeliveryFilter(PageQuery):
    """Which deliveries to list."""

    state: DeliveryState | None = Field(default=None, description="What became of them.")
    event: Annotated[str, Field(max_length=100, pattern=r"^[a-z_]+\.[a-z_]+$")] | None = Field(
        default=None, description="What was done.", examples=["verdict.published"]
    )
    created_from: Instant | None = Field(
        default=None, description="Only those queued at or after this instant."
    )
    created_until: Instant | None = Field(
        default=None, description="Only those queued at or before this instant."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
