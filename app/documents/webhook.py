"""Webhooks, as shown: everything but their secrets."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field
from sqlalchemy import func

from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    head_fields,
    instant,
    json_object,
    owned,
    record_fields,
)
from app.tables.webhook import DisabledReason
from app.tables.webhook import Webhook as Stored


class WebhookEvent(StrEnum):
    """What a webhook is told of: one kind of change, all of one kind of resource, or all."""

    EVERYTHING = "*"
    EVERY_STATEMENT = "statement.*"
    STATEMENT_CREATED = "statement.created"
    STATEMENT_CHANGED = "statement.changed"
    STATEMENT_MOVED = "statement.moved"
    STATEMENT_ARCHIVED = "statement.archived"
    EVERY_VERDICT = "verdict.*"
    VERDICT_PUBLISHED = "verdict.published"
    VERDICT_RETRACTED = "verdict.retracted"
    EVERY_SPEAKER = "speaker.*"
    SPEAKER_CREATED = "speaker.created"
    SPEAKER_CHANGED = "speaker.changed"
    SPEAKER_MERGED = "speaker.merged"
    SPEAKER_UNMERGED = "speaker.unmerged"
    SPEAKER_ARCHIVED = "speaker.archived"
    EVERY_SOURCE = "source.*"
    SOURCE_CREATED = "source.created"
    SOURCE_CHANGED = "source.changed"
    SOURCE_ARCHIVED = "source.archived"
    EVERY_TOPIC = "topic.*"
    TOPIC_CREATED = "topic.created"
    TOPIC_CHANGED = "topic.changed"
    TOPIC_ARCHIVED = "topic.archived"
    EVERY_MEASURE = "measure.*"
    MEASURE_CREATED = "measure.created"
    MEASURE_CHANGED = "measure.changed"
    MEASURE_ARCHIVED = "measure.archived"
    EVERY_RATING_SCALE = "rating_scale.*"
    RATING_SCALE_CREATED = "rating_scale.created"
    RATING_SCALE_CHANGED = "rating_scale.changed"
    RATING_SCALE_ARCHIVED = "rating_scale.archived"
    EVERY_ORGANIZATION = "organization.*"
    ORGANIZATION_CREATED = "organization.created"
    ORGANIZATION_CHANGED = "organization.changed"
    ORGANIZATION_ARCHIVED = "organization.archived"
    EVERY_LINK = "link.*"
    LINK_CREATED = "link.created"
    LINK_CHANGED = "link.changed"
    LINK_CONFIRMED = "link.confirmed"
    LINK_REJECTED = "link.rejected"
    EVERY_CONTACT = "contact.*"
    CONTACT_CREATED = "contact.created"
    CONTACT_CHANGED = "contact.changed"
    CONTACT_PUBLISHED = "contact.published"
    CONTACT_ARCHIVED = "contact.archived"


class Webhook(Resource):
    """An address to which public changes are sent."""

    organization_id: UUID
    url: str = Field(description="Where they are sent.", examples=["https://cms.example/hooks"])
    description: str | None = Field(description="What it is for.", examples=["The CMS"])
    events: list[WebhookEvent] = Field(description="What is sent.", examples=[["verdict.*"]])
    enabled: bool = Field(description="Whether anything is sent.", examples=[True])
    disabled_at: datetime | None = Field(description="Since when nothing is.")
    disabled_reason: DisabledReason | None = Field(
        description="Why nothing is: it was `asked` for; the receiver said that it is `gone` (410);"
        " or it was `failing` for five days."
    )
    failing_since: datetime | None = Field(
        description="The first attempt that failed since one succeeded; null: the last succeeded."
    )
    delivered_at: datetime | None = Field(
        description="When a delivery last succeeded, to the minute."
    )
    previous_secret_expires_at: datetime | None = Field(
        description="Until when the secret before the last rotation signs, too, or did."
    )


class NewlyMadeWebhook(Webhook):
    """A webhook with its new secret, which is shown this once."""

    secret: str = Field(
        description="Verify signatures with it, as Standard Webhooks says.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw…"],
    )


class WebhookReplay(Document):
    """What is sent again: the changes in this part of the feed."""

    webhook_id: UUID = Field(description="The webhook.")
    after: int = Field(description="Only changes after this position.", examples=[17])
    until: int = Field(description="Only changes until this position.", examples=[42])
    since: datetime | None = Field(description="Only changes made at or after this instant.")
    before: datetime | None = Field(description="Only changes made before this instant.")


def document(view: View) -> Column:
    """Build the whole document."""
    return json_object(
        **head_fields(Stored),
        organization_id=Stored.organization_id,
        url=Stored.url,
        description=Stored.description,
        events=func.to_json(Stored.events),
        enabled=Stored.enabled,
        disabled_at=instant(Stored.disabled_at),
        disabled_reason=Stored.disabled_reason,
        failing_since=instant(Stored.failing_since),
        delivered_at=instant(Stored.delivered_at),
        previous_secret_expires_at=instant(Stored.previous_expires_at),
        **record_fields(Stored, view),
    )


def visible(view: View) -> Column:
    """Show a webhook to its own organisation."""
    return owned(Stored, view)


WEBHOOK = Kind("webhook", "webhooks", Stored, document, visible)
