"""The way of reads: a SELECT compiled once, run on a read-only pool, its bytes handed on."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

import asyncpg
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from app.foundation.connecting import Hosts
from app.foundation.problems import Unavailable
from app.foundation.settings import Settings

PLAIN: Mapping[str, str] = MappingProxyType({})
GENERIC = {"plan_cache_mode": "force_generic_plan"}
"""Has a search planned once: to plan it for each query takes as long as to run it."""
Connection: TypeAlias = asyncpg.pool.PoolConnectionProxy
_DIALECT = dialect.dialect()  # type: ignore[no-untyped-call]
_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
)


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled SELECT: its text, and which value goes where."""

    text: str
    names: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Put the values in the order of the placeholders; a missing one is our mistake."""
        return [values[name] for name in self.names]


def compiled(select: Select[*tuple[Any, ...]]) -> Query:
    """Compile a SELECT for asyncpg.

    What it binds by name is given with each run; constants are written into the text, so that
    PostgreSQL can plan with them (a partial index needs that).
    """
    made = select.compile(dialect=_DIALECT)
    names = tuple(made.positiontup or ())
    asked = list(dict.fromkeys(bind.key for bind in made.binds.values() if bind.required))

    def placed(match: re.Match[str]) -> str:
        name = names[int(match[1]) - 1]
        if name in asked:
            return f"${asked.index(name) + 1}"
        return _literal(made.params[name])

    return Query(re.sub(r"\$(\d+)", placed, str(made)), tuple(asked))


def explained(select: Select[*tuple[Any, ...]]) -> Query:
    """Compile the question what PostgreSQL expects of a SELECT: an EXPLAIN, which runs nothing."""
    asked = compiled(select)
    return Query(f"EXPLAIN (FORMAT JSON) {asked.text}", asked.names)


def _literal(value: object) -> str:
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + str(value).replace("'", "''") + "'"
    raise TypeError(f"A constant of type {type(value).__name__} can't be written into a query")


async def _as_bytes(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary"
    )


async def _nothing(_: asyncpg.Connection) -> None:
    """Leave a connection as it is: read-only autocommit has nothing to reset."""


@contextmanager
def answering_when_away() -> Iterator[None]:
    """Say 503 when the database is away, shutting down, or too slow."""
    try:
        yield
    except _AWAY as error:
        raise Unavailable from error


class Reads(Protocol):
    """Whatever answers a SELECT."""

    async def row(self, query: Query, values: Mapping[str, Any]) -> asyncpg.Record | None:
        """Run a query of one row."""

    async def rows(self, query: Query, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Run a query of several rows."""


class ReadPool:
    """Read-only connections in autocommit, taken last in first out, and opened when first used.

    A pooler gives every transaction another session of the database: there, each read is a
    transaction that brings its settings along.
    """

    def __init__(
        self,
        hosts: Hosts,
        settings: Settings,
        *,
        size: int | None = None,
        session: Mapping[str, str] = PLAIN,
    ) -> None:
        """Remember where to connect, with which settings of a session; nothing is opened yet."""
        self._timeout = settings.pool_timeout
        self._is_open = False
        kept = {"application_name": "onrecord reads", "timezone": "UTC"}
        wanted = {"default_transaction_read_only": "on", **of_session(settings), **session}
        is_pooled = settings.pooler != "none"
        self._local = local(wanted) if is_pooled else None
        make_pool: Any = asyncpg.create_pool
        self._pool: asyncpg.Pool = make_pool(
            connect=lambda _, **given: hosts.connect(**given),
            min_size=0,
            max_size=size or settings.read_pool_size,
            init=_as_bytes,
            reset=_nothing,
            timeout=settings.pool_timeout,
            max_inactive_connection_lifetime=0,
            server_settings=kept if is_pooled else {**kept, **wanted},
            **statements(settings),
        )

    async def open(self) -> None:
        """Start the pool, whether or not the database is there yet."""
        await self._pool
        self._is_open = True

    async def close(self) -> None:
        """Close every connection, if it was ever started."""
        if self._is_open:
            await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Take a connection for a moment. Raises what asyncpg does when it is away."""
        async with self._pool.acquire(timeout=self._timeout) as connection:
            if self._local is None:
                yield connection
                return
            try:
                await connection.execute(f"BEGIN READ ONLY; {self._local}")
                yield connection
                await connection.execute("COMMIT")
            finally:
                if not connection.is_closed() and connection.is_in_transaction():
                    await connection.execute("ROLLBACK")

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Take a connection on which all reads see the same. Raises `Unavailable`."""
        with answering_when_away():
            async with (
                self._pool.acquire(timeout=self._timeout) as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                if self._local is not None:
                    await connection.execute(self._local)
                yield connection

    async def row(self, query: Query, values: Mapping[str, Any]) -> asyncpg.Record | None:
        """Run a query of one row. Raises `Unavailable`."""
        with answering_when_away():
            async with self.connection() as connection:
                return await connection.fetchrow(query.text, *query.arguments(values))

    async def rows(self, query: Query, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Run a query of several rows. Raises `Unavailable`."""
        with answering_when_away():
            async with self.connection() as connection:
                return await connection.fetch(query.text, *query.arguments(values))


def of_session(settings: Settings) -> dict[str, str]:
    """Say how every session of ours is set, besides its time zone."""
    return {"jit": "off", "statement_timeout": str(int(settings.statement_timeout * 1000))}


def local(wanted: Mapping[str, str]) -> str:
    """Write the SQL that sets this for one transaction; all of it is sent at once."""
    return "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in wanted.items())


def statements(settings: Settings) -> dict[str, int]:
    """Have asyncpg name no statement, where a pooler would lose it."""
    return {"statement_cache_size": 0} if settings.pooler == "unprepared" else {}
