"""Keeping order: what is still to be sent is counted, and what the log needn't keep is deleted."""

from typing import Final

from sqlalchemy import func, select, text

from app.foundation import metrics
from app.foundation.database import Database
from app.foundation.reads import compiled
from app.tables.webhook import DeliveryState, Webhook, WebhookDelivery

EVERY: Final = 15.0
"""Seconds between looks."""
_BATCH: Final = 1000
_PENDING = compiled(
    select(func.count().label("count"))
    .select_from(WebhookDelivery)
    .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
    .where(WebhookDelivery.state == DeliveryState.PENDING)
    .where(Webhook.enabled, Webhook.archived_at.is_(None))
)
_OLD = text("""
DELETE FROM webhook_delivery WHERE id IN (
    SELECT id FROM webhook_delivery
    WHERE state <> 'pending' AND updated_at < now() - make_interval(days => :days)
    LIMIT :most FOR UPDATE SKIP LOCKED
)
""")
_ARCHIVED = text("""
DELETE FROM webhook_delivery WHERE id IN (
    SELECT delivery.id FROM webhook
    CROSS JOIN LATERAL (
        SELECT id FROM webhook_delivery WHERE webhook_id = webhook.id LIMIT :most
    ) AS found
    JOIN webhook_delivery AS delivery ON delivery.id = found.id
    WHERE webhook.archived_at < now() - make_interval(days => :days)
    LIMIT :most FOR UPDATE OF delivery SKIP LOCKED
)
""")


async def tidy(database: Database, days: int) -> None:
    """Count what is to be sent; delete what ended so many days ago, or whose webhook was archived.

    It is deleted a part at a time, so that nobody waits for it.
    """
    found = await database.reads.row(_PENDING, {})
    metrics.DELIVERIES_PENDING.set(0 if found is None else found["count"])
    for statement in (_OLD, _ARCHIVED):
        deleted = _BATCH
        while deleted == _BATCH:
            async with database.sessions.begin() as session:
                connection = await session.connection()
                done = await connection.execute(statement, {"days": days, "most": _BATCH})
                deleted = done.rowcount
