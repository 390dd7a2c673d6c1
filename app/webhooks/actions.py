"""What can be done with webhooks."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import add_record
from app.changes.holding import hold
from app.changes.record import record, recorded_change, shown
from app.documents.webhook import WEBHOOK, WebhookReplay
from app.documents.webhook_message import PING
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.optional import later
from app.foundation.problems import Conflict, invalid
from app.foundation.sealing import Seal
from app.tables.webhook import (
    DeliveryState,
    DisabledReason,
    Webhook,
    WebhookCursor,
    WebhookDelivery,
)
from app.webhooks import queries, signing
from app.webhooks.schemas import NewReplay, NewWebhook, SecretRotation, WebhookPatch

if TYPE_CHECKING:
    from app.foundation import outgoing
else:
    outgoing = later("app.foundation.outgoing")

_WHATEVER = "*"
_REPLAYS = 10
"""How many replays of one webhook may be under way."""


async def add(
    session: AsyncSession, by: Caller, seal: Seal, hosts: Collection[str], new: NewWebhook
) -> tuple[Written, str]:
    """Make a webhook, which is told what changes from now on; the secret is given this once."""
    _see_address(new.url, hosts)
    secret = signing.new_secret()
    row = Webhook(
        id=new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        sealed=signing.sealed(seal, secret),
        **new.model_dump(exclude={"enabled"}),
    )
    _enable(row, new.enabled)
    await add_record(session, row)
    session.add(WebhookCursor(webhook_id=row.id, position=await queries.end_of_feed(session)))
    return await record(session, by, "webhook.created", WEBHOOK, row), secret


async def change(
    session: AsyncSession,
    by: Caller,
    hosts: Collection[str],
    webhook_id: UUID,
    if_match: str | None,
    patch: WebhookPatch,
) -> Written:
    """Change where a webhook leads, what it is told, or whether; never its secret.

    With another address, or enabled again, it begins anew: what waits is sent at once.
    """
    row = await hold(session, by, WEBHOOK, webhook_id, if_match)
    current = NewWebhook.model_validate(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, WEBHOOK, row)
    if wanted.url != current.url:
        _see_address(wanted.url, hosts)
    row.ref, row.url, row.description = wanted.ref, wanted.url, wanted.description
    row.events = [*wanted.events]
    if wanted.enabled != current.enabled:
        _enable(row, wanted.enabled)
    if wanted.enabled and (wanted.url, wanted.enabled) != (current.url, current.enabled):
        await _begin_anew(session, row)
    return await recorded_change(session, by, "webhook.changed", WEBHOOK, row)


async def rotate(
    session: AsyncSession,
    by: Caller,
    seal: Seal,
    webhook_id: UUID,
    if_match: str | None,
    how: SecretRotation,
) -> tuple[Written, str]:
    """Give a webhook a new secret; the one before signs, too, until its end, and an older never."""
    row = await hold(session, by, WEBHOOK, webhook_id, if_match)
    secret, overlap = signing.new_secret(), timedelta(seconds=how.overlap_seconds)
    row.previous_sealed = row.sealed if overlap else None
    row.previous_expires_at = func.now() + overlap if overlap else None
    row.sealed = signing.sealed(seal, secret)
    return await recorded_change(session, by, "webhook.rotated", WEBHOOK, row), secret


async def ping(session: AsyncSession, by: Caller, webhook_id: UUID) -> Written:
    """Queue a message that tells of nothing. It is sent to a disabled webhook, too."""
    row = await hold(session, by, WEBHOOK, webhook_id, _WHATEVER)
    made = new_id()
    delivery = WebhookDelivery(
        id=made, webhook_id=row.id, message_id=f"ping_{made.hex}", event=PING, resource_id=made
    )
    session.add(delivery)
    await recorded_change(session, by, "webhook.pinged", WEBHOOK, row)
    return await queries.shown_delivery(session, delivery)


async def replay_one(
    session: AsyncSession, by: Caller, webhook_id: UUID, delivery_id: UUID
) -> Written:
    """Queue a delivery again, whatever became of it. Raises `NotFound`."""
    row = await hold(session, by, WEBHOOK, webhook_id, _WHATEVER)
    delivery = await queries.delivery(session, webhook_id, delivery_id)
    delivery.state, delivery.delivered_at, delivery.tries = DeliveryState.PENDING, None, 0
    delivery.due_at = delivery.updated_at = func.now()
    why = f"Delivery {delivery.message_id}"
    await recorded_change(session, by, "webhook.replayed", WEBHOOK, row, why)
    return await queries.shown_delivery(session, delivery)


async def replay(
    session: AsyncSession, by: Caller, webhook_id: UUID, wanted: NewReplay
) -> WebhookReplay:
    """Have a part of the feed sent again, in its order.

    Raises `InvalidInput` for a position that isn't reached yet, and `Conflict` when many replays
    are under way.
    """
    row = await hold(session, by, WEBHOOK, webhook_id, _WHATEVER)
    end = await queries.end_of_feed(session)
    after = wanted.after or 0
    if after > end:
        wrong = f"The feed ends at {end}: this position is none of its own"
        raise invalid("/after", "beyond", wrong)
    if await queries.count_replays(session, row.id) >= _REPLAYS:
        raise Conflict(f"{_REPLAYS} replays of this webhook are under way: wait for them")
    limits = {"since": wanted.since, "before": wanted.before}
    session.add(WebhookCursor(webhook_id=row.id, position=after, until=end, **limits))
    await recorded_change(session, by, "webhook.replayed", WEBHOOK, row, _told(wanted))
    return WebhookReplay(webhook_id=row.id, after=after, until=end, **limits)


async def disable(session: AsyncSession, webhook_id: UUID, reason: DisabledReason) -> None:
    """Disable a webhook that can't be reached, if nobody has disabled or archived it already."""
    row = await session.get(Webhook, webhook_id, with_for_update=True, populate_existing=True)
    if row is None or not row.enabled or row.archived_at is not None:
        return
    row.enabled, row.disabled_at, row.disabled_reason = False, datetime.now(UTC), reason
    by = Caller(organization_id=row.organization_id)
    await recorded_change(session, by, "webhook.disabled", WEBHOOK, row, reason.value)


def _told(wanted: NewReplay) -> str:
    if wanted.since is None:
        return f"Everything after {wanted.after}"
    until = f" until {wanted.before.isoformat()}" if wanted.before is not None else ""
    return f"Everything from {wanted.since.isoformat()}{until}"


def _see_address(url: str, hosts: Collection[str]) -> None:
    wrong = outgoing.why_not(url, hosts)
    if wrong is not None:
        raise invalid("/url", "url", wrong)


def _enable(row: Webhook, enabled: bool) -> None:  # noqa: FBT001 - a field of what came in.
    row.enabled = enabled
    row.disabled_at = None if enabled else datetime.now(UTC)
    row.disabled_reason = None if enabled else DisabledReason.ASKED


async def _begin_anew(session: AsyncSession, row: Webhook) -> None:
    """Forget failures, and have what waits sent at once, with all its attempts before it."""
    row.failures, row.failing_since, row.resting_until = 0, None, None
    waits = update(WebhookDelivery).where(
        WebhookDelivery.webhook_id == row.id, WebhookDelivery.state == DeliveryState.PENDING
    )
    await session.execute(
        waits.values(due_at=func.now(), tries=0), execution_options={"synchronize_session": False}
    )
