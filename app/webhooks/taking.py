"""Taking deliveries to send: what is due, with a lease, and of each resource the first alone.

A lease is longer than an attempt may take. Who dies meanwhile leaves it to run out, and then
another takes the same delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text

from app.foundation.database import Database
from app.foundation.ids import new_id

EACH: Final = 4
"""How many requests one webhook gets at once, of all processes together."""
FAILED: Final = 3
"""After so many failures in a row, a webhook gets one request at a time, and rests after each."""
_FREE = text("""
UPDATE webhook_delivery SET lease = NULL, leased_until = NULL WHERE id IN (
    SELECT id FROM webhook_delivery
    WHERE lease IS NOT NULL AND leased_until < now() FOR UPDATE SKIP LOCKED
)
""")
_TAKE = text("""
WITH due AS MATERIALIZED (
    SELECT head.id
    FROM webhook
    CROSS JOIN LATERAL (
        SELECT one.id
        FROM webhook_delivery AS one
        WHERE one.webhook_id = webhook.id AND one.state = 'pending'
            AND one.lease IS NULL AND one.due_at <= now()
            AND (one.position IS NULL OR (
                webhook.enabled
                AND (webhook.resting_until IS NULL OR webhook.resting_until <= now())
            ))
            AND NOT EXISTS (
                SELECT FROM webhook_delivery AS earlier
                WHERE earlier.webhook_id = one.webhook_id AND earlier.state = 'pending'
                    AND earlier.resource_id = one.resource_id AND earlier.position < one.position
            )
            AND NOT EXISTS (
                SELECT FROM webhook_delivery AS other
                WHERE other.webhook_id = one.webhook_id AND other.resource_id = one.resource_id
                    AND other.lease IS NOT NULL
            )
        ORDER BY one.position NULLS FIRST
        LIMIT greatest(0, CASE WHEN webhook.failures >= :failed THEN 1 ELSE :each END - (
            SELECT count(*) FROM webhook_delivery AS sent
            WHERE sent.webhook_id = webhook.id AND sent.lease IS NOT NULL
        ))
        FOR UPDATE OF one SKIP LOCKED
    ) AS head
    WHERE webhook.archived_at IS NULL
    ORDER BY random()
    LIMIT :most
)
UPDATE webhook_delivery AS taken
SET lease = :lease, leased_until = now() + make_interval(secs => :seconds)
FROM due, webhook
WHERE taken.id = due.id AND webhook.id = taken.webhook_id
RETURNING taken.id, taken.webhook_id, taken.message_id, taken.event, taken.position,
    taken.created_at, taken.lease, webhook.url, webhook.sealed,
    CASE WHEN webhook.previous_expires_at > now() THEN webhook.previous_sealed END AS previous
""")
_RELEASE = text("""
UPDATE webhook_delivery SET lease = NULL, leased_until = NULL WHERE id = :id AND lease = :lease
""")


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that is ours to send for a while, with where it leads, and what signs it."""

    id: UUID
    webhook_id: UUID
    message_id: str
    event: str
    position: int | None
    created_at: datetime
    lease: UUID
    url: str
    sealed: Sequence[bytes]


async def take(database: Database, most: int, seconds: float) -> list[Taken]:
    """Take what is due and nobody else has, for so many seconds."""
    given = {"lease": new_id(), "most": most, "seconds": seconds, "each": EACH, "failed": FAILED}
    async with database.sessions.begin() as session:
        await session.execute(_FREE)
        rows = (await session.execute(_TAKE, given)).all()
    return [
        Taken(
            row.id, row.webhook_id, row.message_id, row.event, row.position, row.created_at,
            row.lease, row.url, [one for one in (row.sealed, row.previous) if one is not None],
        )
        for row in rows
    ]  # fmt: skip


async def release(database: Database, one: Taken) -> None:
    """Leave a delivery to others, untried."""
    async with database.sessions.begin() as session:
        await session.execute(_RELEASE, {"id": one.id, "lease": one.lease})
