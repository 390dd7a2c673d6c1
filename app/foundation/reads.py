"""The way of reads: a SELECT compiled once, run on a read-only pool, its bytes handed on."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias

import asyncpg
from sqlalchemy import ColumnElement, Insert, Select, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.types import TypeEngine

from app.foundation.connecting import Hosts
from app.foundation.problems import Unavailable
from app.foundation.sessions import local, of_session, statements
from app.foundation.settings import Settings

PLAIN: Mapping[str, str] = MappingProxyType({})
GENERIC = {"plan_cache_mode": "force_generic_plan"}
"""Has a search planned once: to plan it for each query takes as long as to run it."""
Connection: TypeAlias = asyncpg.pool.PoolConnectionProxy
_DIALECT = dialect.dialect()  # type: ignore[no-untyped-call]
AWAY = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
"""How a database shows that it is away."""


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled SELECT: its text, and which value goes where."""

    text: str
    names: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Put the values in the order of the placeholders; a missing one is our mistake."""
        return [values[name] for name in self.names]


def compiled(select: Select[*tuple[Any, ...]] | Insert) -> Query:
    """Compile a SELECT for asyncpg, or an INSERT.

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


FEW: Final = 4
"""Up to so many values are bound one by one."""


def one_of(column: Any, name: str, kind: TypeEngine[Any], number: int) -> ColumnElement[bool]:  # noqa: ANN401 - a column.
    """Compare a column with one of so many values; a few are bound one by one, others as an array.

    PostgreSQL takes an array that it doesn't know for ten values long, and so would plan anew each
    time for the two that there are. 0 stands for many.
    """
    if not number:
        many: ColumnElement[bool] = column == func.any(bindparam(name, type_=ARRAY(kind)))
        return many
    ones: list[Any] = [bindparam(f"{name}_{place}", type_=kind) for place in range(number)]
    few: ColumnElement[bool] = column == ones[0] if number == 1 else column.in_(ones)
    return few


def few(values: Sequence[object]) -> int:
    """Say how many these are, and 0 when they aren't few."""
    return len(values) if len(values) <= FEW else 0


def given(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Give values as `one_of` asks for them, however many they are."""
    return {name: values, **one_by_one(name, values[:FEW])}


def one_by_one(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Give values as `one_of` asks for so many of them."""
    return {f"{name}_{place}": value for place, value in enumerate(values)}


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
    except (*AWAY, asyncpg.QueryCanceledError) as error:
        raise Unavailable from error


class Reads(Protocol):
    """Whatever answers a SELECT."""

    async def row(self, query: Query, values: Mapping[str, Any]) -> asyncpg.Record | None:
        """Run a query of one row."""

    async def rows(self, query: Query, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Run a query of several rows."""


class ReadPool:
    """Read-only connections in autocommit, taken last in first out, and opened when first used.

    Through a pooler, each read is a transaction that brings its settings along.
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
        most = size or settings.read_pool_size
        self._turns, self._idle = asyncio.Semaphore(most), list[Connection]()
        kept = {"application_name": "onrecord reads", "timezone": "UTC"}
        wanted = {"default_transaction_read_only": "on", **of_session(settings), **session}
        is_pooled = settings.pooler != "none"
        self._local = local(wanted) if is_pooled else None
        make_pool: Any = asyncpg.create_pool
        self._pool: asyncpg.Pool = make_pool(
            connect=lambda _, **given: hosts.connect(**given),
            min_size=0,
            max_size=most,
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
            self._is_open = False
            while self._idle:
                await self._pool.release(self._idle.pop())
            await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Take a connection for a moment. Raises what asyncpg does when it is away."""
        async with self._taken() as connection:
            if self._local is None:
                yield connection
                return
            try:
                await connection.execute(f"BEGIN READ ONLY; {self._local}")
                yield connection
                await connection.execute("COMMIT")
            finally:
                if is_open(connection) and connection.is_in_transaction():
                    await connection.execute("ROLLBACK")

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Take a connection on which all reads see the same. Raises `Unavailable`."""
        with answering_when_away():
            async with (
                self._taken() as connection,
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

    @asynccontextmanager
    async def _taken(self) -> AsyncIterator[Connection]:
        """Have a connection; one over which something went wrong is given back to the pool."""
        connection = await self._take()
        try:
            yield connection
        except BaseException:
            await self._pool.release(connection)
            raise
        else:
            await self._put_back(connection)
        finally:
            self._turns.release()

    async def _take(self) -> Connection:
        """Wait for a turn, and take what was used last, or a connection of the pool.

        The pool would reset it and start a task each time; but there is nothing to reset.
        """
        if self._turns.locked():
            async with asyncio.timeout(self._timeout):
                await self._turns.acquire()
        else:
            await self._turns.acquire()
        try:
            while self._idle:
                connection = self._idle.pop()
                if is_open(connection):
                    return connection
                await self._pool.release(connection)
            return await self._pool.acquire(timeout=self._timeout)
        except BaseException:
            self._turns.release()
            raise

    async def _put_back(self, connection: Connection) -> None:
        if self._is_open and is_open(connection):
            self._idle.append(connection)
        else:
            await self._pool.release(connection)


def is_open(connection: Connection) -> bool:
    """Say whether a connection is there; asyncpg takes one that was cut out of its pool."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False
