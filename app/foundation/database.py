"""The database: a pool for writes, a pool for reads, and what its refusals mean."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import asyncpg
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app.foundation import positions
from app.foundation.connecting import Hosts
from app.foundation.positions import Position
from app.foundation.problems import Conflict, InputError, InvalidInput, Problem, Unavailable
from app.foundation.reads import GENERIC, ReadPool
from app.foundation.replica import Replica
from app.foundation.sessions import of_session, statements
from app.foundation.settings import Settings
from app.foundation.together import Together

NEAREST = GENERIC | {"hnsw.ef_search": "200", "hnsw.iterative_scan": "relaxed_order"}
"""How searches are run, and pgvector looks for what is near: at 200 at least, and on."""
_WRITES = {"application_name": "onrecord writes", "timezone": "UTC"}
_READ_ONLY = "25006"
_PREPARED = 100
"""How many statements SQLAlchemy keeps for each connection."""
_NOT_THERE = (OSError, NoConnectionLeft, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last is what is said over a connection whose server has said goodbye, and is about to go."""
_FIELDS = {"ref", "key", "url"}


class Database:
    """One process's connections to PostgreSQL."""

    def __init__(self, url: str, settings: Settings) -> None:
        """Set both pools up; nothing is connected yet."""
        hosts = Hosts(url)
        self.reads = ReadPool(hosts, settings)
        self.together = Together(self.reads, patience=settings.pool_timeout)
        self.searches = ReadPool(hosts, settings, session=NEAREST)
        # Who reads slowly holds a connection of these, and none that others read with.
        patience = str(int(settings.export_patience * 2000))
        self.exports = ReadPool(
            hosts,
            settings,
            size=settings.export_connections,
            session={"idle_in_transaction_session_timeout": patience},
        )
        replica = settings.replica_url
        self.replica = (
            Replica(replica.get_secret_value(), settings, self.reads) if replica else None
        )
        self.engine = create_async_engine(
            "postgresql+asyncpg://",
            creator=lambda: self._connected(hosts, settings),
            pool_size=settings.write_pool_size,
            max_overflow=0,
            pool_timeout=settings.pool_timeout,
            pool_use_lifo=True,
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        event.listen(self.engine.sync_engine, "handle_error", _leave_standby)
        self.session_class: type[Session] = type("Transaction", (Session,), {})
        if settings.pooler != "none":
            event.listen(self.session_class, "after_begin", _settings_for_one(settings))
        self.sessions = async_sessionmaker(
            self.engine,
            expire_on_commit=False,
            autoflush=False,
            sync_session_class=self.session_class,
        )

    async def open(self) -> None:
        """Start all pools, whether or not the database is there yet."""
        await self.reads.open()
        await self.searches.open()
        await self.exports.open()
        if self.replica is not None:
            await self.replica.open()

    def following(self) -> AbstractAsyncContextManager[None]:
        """Look how the replica does while this is open, if there is one."""
        return nullcontext() if self.replica is None else self.replica.running()

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self.together.close()
        await self.reads.close()
        await self.searches.close()
        await self.exports.close()
        if self.replica is not None:
            await self.replica.close()

    async def written(self) -> Position | None:
        """Tell how far the primary has written, where a replica would be asked about it."""
        if self.replica is None:
            return None
        try:
            row = await self.reads.row(positions.NOW, {})
        except Unavailable:
            return None
        return None if row is None else positions.written(row["timeline"], row["byte"])

    def _connected(self, hosts: Hosts, settings: Settings) -> Any:  # noqa: ANN401 - SQLAlchemy's.
        is_unprepared = settings.pooler == "unprepared"
        session = of_session(settings) if settings.pooler == "none" else {}
        return self.engine.sync_engine.dialect.dbapi.connect(  # type: ignore[union-attr]
            async_creator_fn=lambda: hosts.connect(
                timeout=settings.pool_timeout,
                server_settings={**_WRITES, **session},
                # However long: what builds a document is longer than asyncpg would keep.
                max_cacheable_statement_size=0,
                **statements(settings),
            ),
            prepared_statement_cache_size=0 if is_unprepared else _PREPARED,
        )


def _refuse_closed(_: object, record: ConnectionPoolEntry, __: object) -> None:
    """Have a new connection opened in place of one that was cut; to see that asks nobody."""
    connection: asyncpg.Connection | None = record.driver_connection
    if connection is None or connection.is_closed():
        raise DisconnectionError


def _leave_standby(context: ExceptionContext) -> None:
    """Close a connection to what was the primary and is a standby by now, and look for the new."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _settings_for_one(settings: Settings) -> Callable[[Session, object, Connection], None]:
    """Set in each transaction what a pooler doesn't let a session keep."""
    values = of_session(settings)
    calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in values.items())
    asked = text(f"SELECT {calls}")

    def begin(_: Session, __: object, connection: Connection) -> None:
        connection.execute(asked)

    return begin


def refusal(error: Exception) -> Problem | None:
    """Say what the database's refusal means to the caller; None when it is our mistake."""
    cause = cause_of(error)
    if isinstance(cause, _NOT_THERE):
        return Unavailable()
    state = getattr(cause, "sqlstate", None) or "-"
    for states, meaning in _MEANINGS:
        if state.startswith(states):
            return meaning(cause)
    return None


def cause_of(error: Exception) -> BaseException | None:
    """Give what asyncpg said, where SQLAlchemy has wrapped it."""
    if isinstance(error, DBAPIError):
        return error.orig.__cause__ if error.orig is not None else None
    return error


def _error(cause: BaseException | None, code: str, detail: str) -> InputError:
    """Point at the column, where PostgreSQL or the constraint's name tells which it was."""
    constraint = getattr(cause, "constraint_name", None) or ""
    table = getattr(cause, "table_name", None) or ""
    field = getattr(cause, "column_name", None) or constraint.split("_", 1)[-1].removeprefix(
        f"{table}_"
    )
    known = field in _FIELDS or field.endswith("_id")
    return InputError(
        pointer=f"/{field}" if known else None,
        code=code,
        detail=detail,
    )


def _taken(cause: BaseException | None) -> Problem:
    return Conflict(errors=[_error(cause, "taken", "This is taken")])


def _dangling(cause: BaseException | None) -> Problem:
    return Conflict(errors=[_error(cause, "reference", "This refers to nothing, or is in use")])


def _kept(_: BaseException | None) -> Problem:
    return Conflict("What was public, or is in use, can't be changed")


def _invalid(cause: BaseException | None) -> Problem:
    return InvalidInput(errors=[_error(cause, "value", "The database refuses this value")])


def _away(_: BaseException | None) -> Problem:
    return Unavailable()


_MEANINGS: tuple[tuple[tuple[str, ...], Callable[[BaseException | None], Problem]], ...] = (
    (("23505",), _taken),
    (("23503",), _dangling),
    (("23001", "23P01"), _kept),
    (("22", "23502", "23514"), _invalid),
    (("08", "25006", "40", "53", "55P03", "57", "58"), _away),
)
"""What each SQLSTATE, or class of them, means to the caller (PostgreSQL, appendix A)."""
