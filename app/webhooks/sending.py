"""Sending to webhooks what changed, until it is taken: any process that is there does it.

There is no sender that could be lost. What is to be sent stands in the database; it is crossed out
after the receiver has taken it, so each change arrives once at least.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from time import monotonic
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.changes import feed
from app.changes.chain import seal as give_places
from app.documents.webhook_delivery import LONGEST_ANSWER
from app.foundation.database import Database
from app.foundation.optional import later
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
from app.webhooks.tidying import EVERY, tidy

if TYPE_CHECKING:
    import httpcore2

    from app.foundation import outgoing
else:  # Nothing goes out where there are no webhooks: 3 MB.
    httpcore2 = later("httpcore2")
    outgoing = later("app.foundation.outgoing")

MOST: Final = 64
"""How many requests a process has under way."""
KEPT: Final = 32
"""How many of them are kept for webhooks that have none under way, and don't fail."""
_GRACE: Final = 5.0
"""Seconds that a lease lasts beyond twice the time of an attempt."""
_GLANCE: Final = 0.5
"""Seconds between looks while something is under way."""
_LOG = structlog.get_logger("onrecord.webhooks")


def _look() -> Select[bool, bool, bool]:
    live = select(Webhook.id).where(Webhook.enabled, Webhook.archived_at.is_(None))
    behind = select(WebhookCursor.id).join(Webhook, Webhook.id == WebhookCursor.webhook_id)
    pending = (
        select(WebhookDelivery.id)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.state == DeliveryState.PENDING, Webhook.archived_at.is_(None))
    )
    unsealed = select(UnsealedChange.change_id).exists()
    return select(
        (unsealed & live.exists()).label("is_unsealed"),
        behind.where(*IS_BEHIND).exists().label("is_behind"),
        pending.exists().label("is_pending"),
    )


_LOOK = compiled(_look())


class Sender:
    """Looks for what is to be sent, for as long as the process runs."""

    def __init__(self, database: Database, settings: Settings, seal: Seal) -> None:
        """Look every so many seconds; if that is 0, never: it is left to other processes."""
        self._database = database
        self._settings = settings
        self._seal = seal
        self._lease = 2 * settings.webhook_timeout + _GRACE
        self._turn = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()
        self._attempts: set[asyncio.Task[Outcome]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look while this is open, and keep order."""
        every = self._settings.webhook_every
        tidies = max(every, EVERY) if every else 0.0
        try:
            async with looking(self.look, every, _failed), looking(self.tidy, tidies, _failed):
                yield
        finally:
            await self._stop()

    async def close(self) -> None:
        """Close the connections to receivers."""
        if "_outgoing" in vars(self):
            await self._outgoing.close()

    async def tidy(self) -> None:
        """Count what is still to be sent, and forget what the log needn't keep any more."""
        await tidy(self._database, self._settings.webhook_log_days)

    async def look(self) -> None:
        """Queue what changed, and send what is due, until nothing is.

        What is under way goes on when this fails, and at the next look others join it.
        """
        is_behind, is_pending = await self._glance()
        if not is_behind and not is_pending:
            return
        glanced_at = monotonic()
        try:
            while True:
                if is_behind:
                    is_behind = await self._queue()
                elif not self._under_way or monotonic() - glanced_at > _GLANCE:
                    is_behind, _ = await self._glance()
                    glanced_at = monotonic()
                await self._begin()
                if self._under_way:
                    await asyncio.wait(
                        self._under_way, timeout=_GLANCE, return_when=asyncio.FIRST_COMPLETED
                    )
                elif not is_behind:
                    return
        except asyncio.CancelledError:
            await self._stop()
            raise

    async def _glance(self) -> tuple[bool, bool]:
        """Say whether anything is to be queued, or sent, once all changes have their places."""
        found = await self._database.reads.row(_LOOK, {})
        if found is not None and found["is_unsealed"]:
            async with self._turn:
                await give_places(self._database, patient=False)
            found = await self._database.reads.row(_LOOK, {})
        return (False, False) if found is None else (found["is_behind"], found["is_pending"])

    async def _queue(self) -> bool:
        """Queue what changed, for a moment; say whether there is more."""
        until = monotonic() + _GLANCE
        while monotonic() < until:
            async with self._transaction() as session:
                if not await queue(session):
                    return False
        return True

    async def _begin(self) -> None:
        """Begin to send as much as there is room for."""
        room = MOST - len(self._under_way)
        if room <= 0:
            return
        async with self._transaction() as session:
            taken = await take(session, room, KEPT, self._lease)
        for one, body in zip(taken, await self._written(taken), strict=True):
            task = asyncio.create_task(self._deliver(one, body))
            self._under_way.add(task)
            task.add_done_callback(self._done)

    async def _written(self, taken: Sequence[Taken]) -> list[bytes]:
        """Write messages; if that can't be done, they are left to others."""
        positions = [one.position for one in taken if one.position is not None]
        try:
            items = await feed.items(self._database.reads, positions) if positions else {}
        except BaseException:
            await self._leave(taken)
            raise
        return [_message(one, items) for one in taken]

    async def _deliver(self, one: Taken, body: bytes) -> None:
        """Make one attempt, and write down what came of it.

        Whoever was held up until an attempt could outlast the lease makes none.
        """
        if monotonic() > one.until - self._settings.webhook_timeout:
            await self._leave([one])
            return
        attempt = asyncio.create_task(self._attempted(one, body))
        self._attempts.add(attempt)
        attempt.add_done_callback(self._attempts.discard)
        try:
            outcome = await attempt
        except asyncio.CancelledError:
            await self._leave([one])
            return
        async with self._transaction() as session:
            await note(session, one, outcome, self._settings.webhook_retries)

    async def _leave(self, taken: Sequence[Taken]) -> None:
        async with self._transaction() as session:
            await release(session, taken)

    def _done(self, task: asyncio.Task[None]) -> None:
        """Forget a delivery; what went wrong with it is nobody else's matter: its lease ends."""
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _LOG.warning("webhook not sent", why=type(error).__name__)

    async def _stop(self) -> None:
        """Leave to others what isn't answered yet, and write down what is."""
        for one in self._attempts:
            one.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncSession]:
        """Begin a transaction; one at a time, so that requests keep their connections."""
        async with self._turn, self._database.sessions.begin() as session:
            yield session

    @cached_property
    def _outgoing(self) -> "outgoing.Outgoing":
        return outgoing.Outgoing(self._settings.webhook_hosts, MOST)

    async def _attempted(self, one: Taken, body: bytes) -> Outcome:
        """Make one attempt."""
        at, begun = datetime.now(UTC), monotonic()
        answer = error = None
        try:
            answer = await self._outgoing.post(
                one.url, self._headers(one, at, body), body,
                self._settings.webhook_timeout, LONGEST_ANSWER,
            )  # fmt: skip
        except (outgoing.Refused, httpcore2.ConnectError) as refused:
            error = str(refused) or "It can't be connected to"
        except (TimeoutError, httpcore2.TimeoutException):
            error = f"There was no answer within {self._settings.webhook_timeout:g} seconds"
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as broken:
            error = f"The connection broke ({type(broken).__name__})"
        return Outcome(at, monotonic() - begun, body, answer, error)

    def _headers(self, one: Taken, at: datetime, body: bytes) -> dict[str, str]:
        """Make the headers of a message. Raises `Refused` when its secret can't be read."""
        signing_secrets = signing.opened(self._seal, one.sealed)
        if not signing_secrets:
            raise outgoing.Refused("Its secret was sealed under another ONRECORD_SECRET: rotate it")
        return {
            "Content-Type": "application/json",
            "User-Agent": f"onrecord/{version('onrecord')}",
            **signing.headers(one.message_id, at, body, signing_secrets),
        }


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
