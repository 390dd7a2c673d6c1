"""Waiting for the next change: one look at the database for everybody in this process who waits.

The same look gives committed changes their places in the chain, so that the feed is up to date
though nobody reads it.
"""

import asyncio
import signal
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from sqlalchemy import func, select
from starlette.requests import Request

from app.changes.chain import seal
from app.foundation.database import Database
from app.foundation.pauses import after_failures
from app.foundation.problems import Unavailable
from app.foundation.reads import Query, compiled
from app.tables.change import SealedChange, UnsealedChange

AWAITED: Final = 0.2
"""Seconds between looks while somebody waits."""
GLANCE: Final = 0.5
"""Seconds after which who waits looks whether it should still."""
LONGEST: Final = 30.0
"""Seconds between looks at a database that is away."""
MOST: Final = 1000
"""How many may wait in one process."""
_LOG = structlog.get_logger("onrecord.changes")
_EVERYTHING: Final = ""
_LOOK = compiled(
    select(
        func.coalesce(func.max(SealedChange.position), 0).label("last"),
        select(UnsealedChange.change_id).exists().label("behind"),
    )
)
"""How far the chain goes, and whether something committed isn't in it."""
_SHOWN = Query(
    "SELECT shown_in, max(position) FROM sealed_change"
    " WHERE position > $1 AND shown_in IS NOT NULL GROUP BY shown_in",
    ("last",),
)


class Watch:
    """Looks after the chain for as long as the process runs, and wakes who waits for it."""

    def __init__(self, database: Database, every: float) -> None:
        """Look every so many seconds; if that is 0, only while somebody waits."""
        self._database = database
        self._every = every
        self._waiting = 0
        self._wanted = asyncio.Event()
        self._news = asyncio.Condition()
        self._newest: defaultdict[str, int] = defaultdict(int)
        self._last: int | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Watch"]:
        """Look while this is open."""
        task = asyncio.create_task(self._run())
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def beyond(
        self, position: int, collection: str | None, seconds: float, request: Request
    ) -> bool:
        """Wait until there is something public beyond a position, and tell whether there is.

        It ends early when the caller leaves or the process is asked to stop. Nothing of the
        database is held meanwhile. Raises `Unavailable` when too many wait already.
        """
        if self._waiting >= MOST:
            raise Unavailable("Too many wait for changes: ask without wait, or again in a while")
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        self._waiting += 1
        self._wanted.set()
        try:
            while (left := until - loop.time()) > 0:
                if await self._heard(position, collection or _EVERYTHING, min(left, GLANCE)):
                    return True
                if is_stopping() or await request.is_disconnected():
                    return False
            return False
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._wanted.clear()

    async def _heard(self, position: int, collection: str, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: self._newest[collection] > position)
                return True
        return False

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                await self._pause(failures)
                await self._look()
                failures = 0
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed.
                failures += 1
                _LOG.warning("changes not looked at", why=type(error).__name__, in_a_row=failures)

    async def _pause(self, failures: int) -> None:
        if failures:
            await asyncio.sleep(after_failures(failures, 1.0, LONGEST))
        elif self._wanted.is_set():
            await asyncio.sleep(AWAITED)
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every or None):
                    await self._wanted.wait()

    async def _look(self) -> None:
        found = await self._database.reads.row(_LOOK, {})
        if found is not None and found["behind"]:
            await seal(self._database, patient=False)
            found = await self._database.reads.row(_LOOK, {})
        if found is not None and found["last"] != self._last:
            await self._tell(found["last"])

    async def _tell(self, last: int) -> None:
        """Note what is new, and wake who waits; at first, everything may be."""
        if self._last is None or last < self._last:
            self._newest = defaultdict(lambda: last)
        else:
            for collection, position in await self._database.reads.rows(
                _SHOWN, {"last": self._last}
            ):
                self._newest[collection] = position
                self._newest[_EVERYTHING] = max(self._newest[_EVERYTHING], position)
        self._last = last
        async with self._news:
            self._news.notify_all()


def is_stopping() -> bool:
    """Tell whether the server was asked to stop; it waits for the requests that are under way.

    Uvicorn handles the signal by a method of its server, which is where it remembers that.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))
