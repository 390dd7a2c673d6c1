"""Webhooks: where changes are sent, how far each has come, what is to be sent, and what was."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.ids import new_id
from app.tables.record import Base, Record, Strings

_PENDING = text("state = 'pending'")


class DisabledReason(StrEnum):
    """Why nothing is sent to a webhook."""

    ASKED = "asked"
    GONE = "gone"
    FAILING = "failing"


class DeliveryState(StrEnum):
    """What became of a delivery so far."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Webhook(Record):
    """An address to which an organisation wants public changes sent.

    Its secrets are kept sealed. After a rotation, the one before signs, too, until its own end.
    `failures` counts attempts that failed in a row; from the third on, the whole webhook rests
    after each. None of what sending notes here makes a new version.
    """

    __tablename__ = "webhook"
    __constraints__ = (
        CheckConstraint("organization_id IS NOT NULL", name="has_organization"),
        CheckConstraint("cardinality(events) > 0", name="is_about_something"),
        CheckConstraint(
            "num_nulls(disabled_at, disabled_reason) = CASE WHEN enabled THEN 2 ELSE 0 END",
            name="says_why_it_is_disabled",
        ),
        CheckConstraint(
            "num_nulls(previous_sealed, previous_expires_at) IN (0, 2)", name="ends_the_previous"
        ),
    )

    url: Mapped[str]
    description: Mapped[str | None]
    events: Mapped[Strings]
    enabled: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[DisabledReason | None]
    sealed: Mapped[bytes] = mapped_column(LargeBinary())
    previous_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    previous_expires_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    failing_since: Mapped[datetime | None]
    resting_until: Mapped[datetime | None]


class WebhookCursor(Base):
    """How far the feed was gone through for a webhook.

    Each has one that follows the feed for ever, without `until`. A replay is another one, which
    ends; it may be about changes of a time only.
    """

    __tablename__ = "webhook_cursor"
    __table_args__ = (
        Index("uq_webhook_cursor_following", "webhook_id", unique=True,
              postgresql_where=text("until IS NULL")),
        Index("ix_webhook_cursor_webhook_id", "webhook_id"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    position: Mapped[int] = mapped_column(BigInteger())
    until: Mapped[int | None] = mapped_column(BigInteger())
    since: Mapped[datetime | None]
    before: Mapped[datetime | None]


class WebhookDelivery(Base):
    """A change that is to be sent to a webhook, or was; without a position, a ping.

    Who sends it holds a lease on it, and on no other delivery of the same resource to the same
    webhook does anybody hold one. `attempts` were made in all, `tries` since it was last queued.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("uq_webhook_delivery_position", "webhook_id", "position", unique=True),
        Index("uq_webhook_delivery_leased", "webhook_id", "resource_id", unique=True,
              postgresql_where=text("lease IS NOT NULL")),
        Index("ix_webhook_delivery_due", "webhook_id", text("position NULLS FIRST"),
              postgresql_where=_PENDING),
        Index("ix_webhook_delivery_waiting", "webhook_id", "resource_id", "position",
              postgresql_where=_PENDING),
        Index("ix_webhook_delivery_created_at", "webhook_id", "created_at", "id"),
        Index("ix_webhook_delivery_updated_at", "webhook_id", "updated_at", "id"),
        Index("ix_webhook_delivery_done", "updated_at",
              postgresql_where=text("state <> 'pending'")),
        CheckConstraint("num_nulls(lease, leased_until) IN (0, 2)", name="ends_the_lease"),
        CheckConstraint("num_nulls(position, collection) IN (0, 2)", name="is_a_change_or_a_ping"),
        CheckConstraint("(delivered_at IS NOT NULL) = (state = 'delivered')", name="says_when"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    message_id: Mapped[str]
    event: Mapped[str]
    position: Mapped[int | None] = mapped_column(BigInteger())
    collection: Mapped[str | None]
    resource_id: Mapped[UUID]
    state: Mapped[DeliveryState] = mapped_column(
        default=DeliveryState.PENDING, server_default="pending"
    )
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    body: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebhookAttempt(Base):
    """One attempt at a delivery, and what came of it: a status, or an error."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (
        CheckConstraint("num_nulls(status, error) = 1", name="has_an_answer_or_none"),
    )

    delivery_id: Mapped[UUID] = mapped_column(
        ForeignKey("webhook_delivery.id", ondelete="CASCADE"), primary_key=True
    )
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    duration_ms: Mapped[int]
    address: Mapped[str | None]
    status: Mapped[int | None]
    error: Mapped[str | None]
    response_body: Mapped[str | None]
