"""Deliveries of a webhook, as shown: what was sent, each attempt, and what was answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import FromClause, case, select

from app.documents.change import Collection
from app.documents.shape import Column, Document, Kind, View, instant, json_list, json_object, owned
from app.tables.webhook import DeliveryState, Webhook, WebhookAttempt
from app.tables.webhook import WebhookDelivery as Stored

LONGEST_ANSWER = 4096
"""How many bytes of an answer are kept."""
_SHOWN = 50


class DeliveryAttempt(Document):
    """One attempt at a delivery, and what came of it."""

    no: int = Field(description="Which attempt it was; the first is 1.", examples=[1])
    at: datetime = Field(description="When it began.")
    duration_ms: int = Field(description="How many milliseconds it took.", examples=[84])
    address: str | None = Field(
        description="The IP address that answered; null where none did.", examples=["192.0.2.7"]
    )
    status: int | None = Field(
        description="The status of the answer; null where there was none.", examples=[204]
    )
    error: str | None = Field(description="Why there was no answer; null where there was one.")
    response_body: str | None = Field(
        description=f"How the answer begins: its first {LONGEST_ANSWER:,} bytes, as UTF-8."
    )


class WebhookDelivery(Document):
    """A change that is to be sent to a webhook, or was."""

    id: UUID
    webhook_id: UUID = Field(description="The webhook.")
    message_id: str = Field(
        description="The header `webhook-id`: the same for each attempt, and for a replay.",
        examples=["msg_01a20470f7d17338b238e2669ef3aa40_42_5b1f7c1c"],
    )
    event: str = Field(description="What was done.", examples=["verdict.published"])
    position: int | None = Field(
        description="The change's place in the feed; null for a ping.", examples=[42]
    )
    collection: Collection | None = Field(description="Of what; null for a ping.")
    resource_id: UUID | None = Field(description="Which resource changed; null for a ping.")
    state: DeliveryState
    created_at: datetime
    updated_at: datetime
    next_attempt_at: datetime | None = Field(
        description="When it is tried next, at the earliest; null when it isn't any more."
    )
    delivered_at: datetime | None = Field(description="When it was taken.")
    request_body: str | None = Field(
        description="What was sent last, to the letter; null before the first attempt."
    )
    attempts: list[DeliveryAttempt] = Field(
        description=f"The attempts, the first first; of very many, the last {_SHOWN}."
    )


def _attempts() -> Column:
    table = WebhookAttempt
    item = json_object(
        no=table.no,
        at=instant(table.at),
        duration_ms=table.duration_ms,
        address=table.address,
        status=table.status,
        error=table.error,
        response_body=table.response_body,
    )
    last = table.no > Stored.attempts - _SHOWN
    rows = select(table).where(table.delivery_id == Stored.id, last).correlate(Stored)
    return json_list(item, rows, table.no)


def document(_: View) -> Column:
    """Build the whole document; the query is over `rows`."""
    waits = Stored.state == DeliveryState.PENDING
    return json_object(
        id=Stored.id,
        webhook_id=Stored.webhook_id,
        message_id=Stored.message_id,
        event=Stored.event,
        position=Stored.position,
        collection=Stored.collection,
        resource_id=case((Stored.position.is_not(None), Stored.resource_id)),
        state=Stored.state,
        created_at=instant(Stored.created_at),
        updated_at=instant(Stored.updated_at),
        next_attempt_at=case((waits, instant(Stored.due_at))),
        delivered_at=instant(Stored.delivered_at),
        request_body=Stored.body,
        attempts=_attempts(),
    )


def rows(_: View) -> FromClause:
    """Join a delivery to its webhook."""
    table: Any = Stored.__table__
    joined: FromClause = table.join(Webhook, Webhook.id == Stored.webhook_id)
    return joined


def visible(view: View) -> Column:
    """Show a delivery to the organisation whose webhook it is."""
    return owned(Webhook, view)


DELIVERY: Kind[Any] = Kind(
    "delivery",
    "webhooks",
    Stored,
    document,
    visible,
    lambda _: Stored.attempts.expression,
    rows,
    is_archivable=False,
)
