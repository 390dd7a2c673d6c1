"""What webhooks receive, as Standard Webhooks has it: a type, an instant, and data."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.documents.change import PublicChange
from app.documents.shape import Document

PING = "webhook.ping"


class WebhookMessage(Document):
    """What a webhook receives about a change: the item of the feed."""

    type: str = Field(description="What was done, as `noun.verb`.", examples=["verdict.published"])
    timestamp: datetime = Field(description="When it was done.")
    data: PublicChange


class WebhookPing(Document):
    """That a webhook was pinged."""

    webhook_id: UUID = Field(description="The webhook.")


class WebhookPingMessage(Document):
    """What a webhook receives when somebody tries it out."""

    type: str = Field(description="`webhook.ping`.", examples=[PING])
    timestamp: datetime = Field(description="When it was asked for.")
    data: WebhookPing
