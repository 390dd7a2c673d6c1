"""Sending to webhooks what changed, until it is taken: any process that is there does it.

There is no sender that could be lost. What is to be sent stands in the database; it is crossed out
after the receiver has taken it, so each change arrives once at least.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

import structlog
from httpcore2 import ConnectError, NetworkError, ProtocolError, TimeoutException
from sqlalchemy import Select, func, select, text

from app.changes import feed
from app.changes.chain import seal as give_places
from app.documents.webhook_delivery import LONGEST_ANSWER
from app.foundation import metrics
from app.foundation.database import Database
from app.foundation.outgoing import Outgoing, Refused
from app.foundation.pauses import looking
from app.foundation.reads import compiled
from app.foundation.sealing import Seal
from app.foundation.settings import Settings
from app.tables.change import UnsealedChange
from app.tables.webhook import DeliveryState, Webhook, WebhookCursor, WebhookDelivery
from app.webhooks import signing
from app.webhooks.outcomes import Outcome, note
from app.webhooks.queueing import IS_BEHIND, queue
from app.webhooks.taking import Taken, release, take

MOST: Final = 8
"""How many requests a process has under way."""
_GRACE: Final = 5.0
"""Seconds that a lease lasts beyond twice the time of an attempt."""
_GLANCE: Final = 0.5
"""Seconds between looks while something is under way."""
_CLEAN_EVERY: Final = 600.0
"""Seconds between looks for what the log needn't keep any more."""
_CLEANED: Final = 1000
_LOG = structlog.get_logger("onrecord.webhooks")
_CLEAN = text("""
DELETE FROM webhook_delivery WHERE id IN (
    SELECT webhook_delivery.id FROM webhook_delivery
    JOIN webhook ON webhook.id = webhook_id
    WHERE webhook_delivery.updated_at < now() - make_interval(days => :days)
        AND (state <> 'pending' OR archived_at IS NOT NULL)
    LIMIT :most FOR UPDATE OF webhook_delivery SKIP LOCKED
)
""")


def _look() -> Select[int, bool, bool]:
    live = select(Webhook.id).where(Webhook.enabled, Webhook.archived_at.is_(None))
    pending = (
        select(WebhookDelivery.id)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.state == DeliveryState.PENDING, Webhook.archived_at.is_(None))
    )
    waiting = pending.where(Webhook.enabled).with_only_columns(func.count())
    behind = select(WebhookCursor.id).join(Webhook, Webhook.id == WebhookCursor.webhook_id)
    unsealed = select(UnsealedChange.change_id).exists()
    return select(
        waiting.scalar_subquery().label("pending"),
        (unsealed & live.exists()).label("unsealed"),
        (pending.exists() | behind.where(*IS_BEHIND).exists()).label("busy"),
    )


_LOOK = compiled(_look())


class Sender:
    """Looks for what is to be sent, for as long as the process runs."""

    def __init__(self, database: Database, settings: Settings, seal: Seal) -> None:
        """Look every so many seconds; if that is 0, never: it is left to other processes."""
        self._database = database
        self._settings = settings
        self._seal = seal
        self._outgoing = Outgoing(settings.webhook_hosts, MOST)
        self._cleaned_at = float("-inf")

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look while this is open."""
        return looking(self.look, self._settings.webhook_every, _failed)

    async def close(self) -> None:
        """Close the connections to receivers."""
        await self._outgoing.close()

    async def look(self) -> None:
        """Queue what changed, and send what is due, until nothing is."""
        await self._clean()
        found = await self._database.reads.row(_LOOK, {})
        if found is not None and found["unsealed"]:
            await give_places(self._database, patient=False)
            found = await self._database.reads.row(_LOOK, {})
        if found is not None:
            metrics.DELIVERIES_PENDING.set(found["pending"])
            if found["busy"]:
                await self._send()

    async def _send(self) -> None:
        """Send side by side; who is slow holds up nobody else, as long as there is room."""
        under_way: set[asyncio.Task[None]] = set()
        loop = asyncio.get_running_loop()
        queued_at = float("-inf")
        try:
            while True:
                if not under_way or loop.time() - queued_at > _GLANCE:
                    while await queue(self._database):
                        pass
                    queued_at = loop.time()
                under_way |= await self._begun(MOST - len(under_way))
                if not under_way:
                    return
                done, under_way = await asyncio.wait(
                    under_way, timeout=_GLANCE, return_when=asyncio.FIRST_COMPLETED
                )
                for one in done:
                    one.result()
        finally:
            for one in under_way:
                one.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _begun(self, room: int) -> set[asyncio.Task[None]]:
        """Begin to send as much as there is room for."""
        if not room:
            return set()
        lease = 2 * self._settings.webhook_timeout + _GRACE
        taken = await take(self._database, room, lease)
        positions = [one.position for one in taken if one.position is not None]
        items = await feed.items(self._database.reads, positions) if positions else {}
        return {asyncio.create_task(self._deliver(one, _message(one, items))) for one in taken}

    async def _deliver(self, one: Taken, body: bytes) -> None:
        try:
            outcome = await self._attempted(one, body)
        except asyncio.CancelledError:
            await release(self._database, one)
            raise
        async with self._database.sessions.begin() as session:
            await note(session, one, outcome, self._settings.webhook_retries)

    async def _attempted(self, one: Taken, body: bytes) -> Outcome:
        """Make one attempt."""
        at, loop = datetime.now(UTC), asyncio.get_running_loop()
        begun = loop.time()
        answer = error = None
        try:
            answer = await self._outgoing.post(
                one.url, self._headers(one, at, body), body,
                self._settings.webhook_timeout, LONGEST_ANSWER,
            )  # fmt: skip
        except (Refused, ConnectError) as refused:
            error = str(refused) or "It can't be connected to"
        except (TimeoutError, TimeoutException):
            error = f"There was no answer within {self._settings.webhook_timeout:g} seconds"
        except (NetworkError, ProtocolError, OSError) as broken:
            error = f"The connection broke ({type(broken).__name__})"
        return Outcome(at, loop.time() - begun, body, answer, error)

    def _headers(self, one: Taken, at: datetime, body: bytes) -> dict[str, str]:
        """Make the headers of a message. Raises `Refused` when its secret can't be read."""
        signing_secrets = signing.opened(self._seal, one.sealed)
        if not signing_secrets:
            raise Refused("Its secret was sealed under another ONRECORD_SECRET: rotate it")
        return {
            "Content-Type": "application/json",
            "User-Agent": f"onrecord/{version('onrecord')}",
            **signing.headers(one.message_id, at, body, signing_secrets),
        }

    async def _clean(self) -> None:
        """Delete what the log needn't keep any more, a part at a time."""
        now = asyncio.get_running_loop().time()
        if now - self._cleaned_at < _CLEAN_EVERY:
            return
        given = {"days": self._settings.webhook_log_days, "most": _CLEANED}
        deleted = _CLEANED
        while deleted == _CLEANED:
            async with self._database.sessions.begin() as session:
                connection = await session.connection()
                deleted = (await connection.execute(_CLEAN, given)).rowcount
        self._cleaned_at = now


def _message(one: Taken, items: Mapping[int, tuple[str, bytes]]) -> bytes:
    """Write a message: the item of the feed as it is now, or a ping."""
    if one.position is None:
        at = f"{one.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        data = json.dumps({"webhook_id": str(one.webhook_id)}).encode()
    else:
        at, data = items[one.position]
    return b'{"type": "%s", "timestamp": "%s", "data": %s}' % (
        one.event.encode(), at.encode(), data,
    )  # fmt: skip


def _failed(error: Exception, in_a_row: int) -> None:
    _LOG.warning("webhooks not looked at", why=type(error).__name__, in_a_row=in_a_row)
