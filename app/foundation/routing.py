"""Where the reads of one request go: to the replica, or for a reason to the primary."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

import asyncpg

from app.foundation.metrics import REPLICA_READS
from app.foundation.positions import REACHED, Position
from app.foundation.problems import Unavailable
from app.foundation.reads import AWAY, Connection, Query, ReadPool
from app.foundation.replica import Replica

BETWEEN: Final = 0.01
"""Seconds between looks while a read waits for a write."""
T = TypeVar("T")


class AnsweredBy(StrEnum):
    """Who answered a read; where it was the primary, why."""

    REPLICA = "replica"
    AWAY = "primary, replica away"
    BEHIND = "primary, replica behind"
    REFUSED = "primary, replica refused"


class _Elsewhere(Exception):
    """The primary has to be asked."""

    def __init__(self, why: AnsweredBy) -> None:
        self.why = why
        super().__init__()


class Route:
    """The way of one request's reads. Where the primary answered one, it answers the rest, too.

    So no read finds less than one before it.
    """

    __slots__ = ("must_see", "replica", "why_not")

    def __init__(self, replica: Replica, must_see: Position | None) -> None:
        """Read what is written up to a position, at least."""
        self.replica = replica
        self.must_see = must_see
        self.why_not: AnsweredBy | None = None


@dataclass(frozen=True, slots=True)
class Routed:
    """Answers SELECTs over a pool of the replica's, or else over one of the primary's."""

    route: Route
    here: ReadPool
    primary: ReadPool

    async def row(self, query: Query, values: Mapping[str, Any]) -> asyncpg.Record | None:
        """Run a query of one row. Raises `Unavailable`."""
        return await self._answered(
            lambda connection: connection.fetchrow(query.text, *query.arguments(values)),
            lambda: self.primary.row(query, values),
        )

    async def rows(self, query: Query, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Run a query of several rows. Raises `Unavailable`."""
        return await self._answered(
            lambda connection: connection.fetch(query.text, *query.arguments(values)),
            lambda: self.primary.rows(query, values),
        )

    async def _answered(
        self, ask: Callable[[Connection], Awaitable[T]], elsewhere: Callable[[], Awaitable[T]]
    ) -> T:
        if self.route.why_not is None:
            try:
                found = await self._here(ask)
            except _Elsewhere as refused:
                self.route.why_not = refused.why
            else:
                REPLICA_READS.labels(AnsweredBy.REPLICA).inc()
                return found
        REPLICA_READS.labels(self.route.why_not).inc()
        return await elsewhere()

    async def _here(self, ask: Callable[[Connection], Awaitable[T]]) -> T:
        """Ask the replica. What it refuses is asked again, for the primary may know better.

        It cancels what stands in the way of what it has to replay, and may not have a migration
        yet. A query that takes too long would do so there, too.
        """
        if not self.route.replica.is_well:
            raise _Elsewhere(AnsweredBy.AWAY)
        try:
            async with self._reached() as connection:
                return await ask(connection)
        except (TimeoutError, asyncpg.QueryCanceledError) as error:
            raise Unavailable from error
        except ValueError as error:
            raise _Elsewhere(AnsweredBy.REFUSED) from error
        except AWAY as error:
            self.route.replica.lost(type(error).__name__)
            raise _Elsewhere(AnsweredBy.AWAY) from error
        except asyncpg.PostgresError as error:
            raise _Elsewhere(AnsweredBy.REFUSED) from error

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[Connection]:
        """Take a connection to a server that has what must be seen, once it has."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience()
        while True:
            async with self.here.connection() as connection:
                if await self._is_reached(connection):
                    yield connection
                    return
            if loop.time() >= until:
                raise _Elsewhere(AnsweredBy.BEHIND)
            await asyncio.sleep(BETWEEN)

    def _patience(self) -> float:
        """Say how long to wait: not at all for what an older timeline had, which may be lost."""
        seen, replica = self.route.must_see, self.route.replica
        return replica.wait if seen is not None and seen.timeline >= replica.timeline else 0.0

    async def _is_reached(self, connection: Connection) -> bool:
        seen = self.route.must_see
        if seen is None:
            return True
        return bool(await connection.fetchval(REACHED.text, seen.byte))
