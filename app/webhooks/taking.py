"""Taking deliveries to send: what is due, with a lease, and of each resource the first alone.

A lease is longer than an attempt may take. Who dies meanwhile leaves it to run out, and then
another takes the same delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

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
WITH head AS MATERIALIZED (
    SELECT one.id, webhook.failures = 0 AND held.already + one.rank = 1 AS goes_first,
        row_number() OVER (
            ORDER BY webhook.failures > 0, held.already + one.rank, random()
        ) AS turn
    FROM webhook
    CROSS JOIN LATERAL (
        SELECT count(*) AS already FROM webhook_delivery AS sent
        WHERE sent.webhook_id = webhook.id AND sent.lease IS NOT NULL
    ) AS held
    CROSS JOIN LATERAL (
        SELECT id, row_number() OVER (ORDER BY position NULLS FIRST) AS rank FROM (
            (
                SELECT ping.id, ping.position FROM webhook_delivery AS ping
                WHERE ping.webhook_id = webhook.id AND ping.state = 'pending'
                    AND ping.position IS NULL AND ping.lease IS NULL AND ping.due_at <= now()
                LIMIT :each
            ) UNION ALL (
                SELECT one.id, one.position FROM webhook_delivery AS one
                WHERE webhook.enabled
                    AND (webhook.resting_until IS NULL OR webhook.resting_until <= now())
                    AND one.webhook_id = webhook.id AND one.state = 'pending'
                    AND one.position IS NOT NULL AND one.lease IS NULL AND one.due_at <= now()
                    AND NOT EXISTS (
                        SELECT FROM webhook_delivery AS earlier
                        WHERE earlier.webhook_id = one.webhook_id AND earlier.state = 'pending'
                            AND earlier.resource_id = one.resource_id
                            AND earlier.position < one.position
                    )
                    AND NOT EXISTS (
                        SELECT FROM webhook_delivery AS other
                        WHERE other.webhook_id = one.webhook_id
                            AND other.resource_id = one.resource_id AND other.lease IS NOT NULL
                    )
                ORDER BY one.position LIMIT :each
            )
        ) AS due
        LIMIT greatest(0, CASE WHEN webhook.failures >= :failed THEN 1 ELSE :each END
            - held.already)
    ) AS one
    WHERE webhook.archived_at IS NULL
), mine AS MATERIALIZED (
    SELECT delivery.id
    FROM head JOIN webhook_delivery AS delivery ON delivery.id = head.id
    WHERE head.turn <= CASE WHEN head.goes_first THEN CAST(:room AS bigint) ELSE :shared END
        AND delivery.lease IS NULL AND delivery.state = 'pending'
    FOR UPDATE OF delivery SKIP LOCKED
)
UPDATE webhook_delivery AS taken
SET lease = :lease, leased_until = now() + make_interval(secs => :seconds)
FROM mine, webhook
WHERE taken.id = mine.id AND webhook.id = taken.webhook_id
RETURNING taken.id, taken.webhook_id, taken.message_id, taken.event, taken.position,
    taken.created_at, taken.lease, webhook.url, webhook.sealed,
    CASE WHEN webhook.previous_expires_at > now() THEN webhook.previous_sealed END AS previous
""")
_RELEASE = text("""
UPDATE webhook_delivery SET lease = NULL, leased_until = NULL
WHERE lease = :lease AND id = ANY (:ids)
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
    until: float
    """When the lease ends at the latest, by the process's own clock, which nobody sets."""


async def take(session: AsyncSession, room: int, kept: int, seconds: float) -> list[Taken]:
    """Take what is due and nobody else has, for so many seconds.

    Webhooks take turns: who has the fewest requests under way comes first. The last `kept` of the
    room are for who has none and doesn't fail, so that those who are slow never take all of it.
    """
    until = monotonic() + seconds
    given = {"lease": new_id(), "room": room, "shared": room - kept, "seconds": seconds}
    await session.execute(_FREE)
    rows = await session.execute(_TAKE, given | {"each": EACH, "failed": FAILED})
    return [
        Taken(
            row.id, row.webhook_id, row.message_id, row.event, row.position, row.created_at,
            row.lease, row.url, [one for one in (row.sealed, row.previous) if one is not None],
            until,
        )
        for row in rows
    ]  # fmt: skip


async def release(session: AsyncSession, taken: Sequence[Taken]) -> None:
    """Leave deliveries that were taken together to others, untried."""
    given = {"lease": taken[0].lease, "ids": [one.id for one in taken]}
    await session.execute(_RELEASE, given)
