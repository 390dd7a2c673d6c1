"""The database: a pool for writes, a pool for reads, and what its refusals mean."""

from collections.abc import Callable

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app.foundation.problems import Conflict, InputError, InvalidInput, Problem, Unavailable
from app.foundation.reads import ReadPool
from app.foundation.settings import Settings

NEAREST = {"hnsw.ef_search": "200", "hnsw.iterative_scan": "relaxed_order"}
"""How pgvector looks for what is near: at 200 at least, and on where filters left too few."""
_FIELDS = {"ref", "key", "url"}


class Database:
    """One process's connections to PostgreSQL."""

    def __init__(self, url: str, settings: Settings) -> None:
        """Set both pools up; nothing is connected yet."""
        self.reads = ReadPool(url, settings)
        # A search is planned once: to plan it for each query takes as long as to run it.
        self.searches = ReadPool(
            url, settings, size=None, plan_cache_mode="force_generic_plan", **NEAREST
        )
        # Who reads slowly holds a connection of these, and none that others read with.
        patience = str(int(settings.export_patience * 2000))
        self.exports = ReadPool(
            url,
            settings,
            size=settings.export_connections,
            idle_in_transaction_session_timeout=patience,
        )
        self.engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=lambda: asyncpg.connect(
                url, timeout=settings.pool_timeout, server_settings=_session(settings)
            ),
            pool_size=settings.write_pool_size,
            max_overflow=0,
            pool_timeout=settings.pool_timeout,
            pool_use_lifo=True,
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        self.session_class: type[Session] = type("Transaction", (Session,), {})
        self.sessions = async_sessionmaker(
            self.engine,
            expire_on_commit=False,
            autoflush=False,
            sync_session_class=self.session_class,
        )

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self.reads.close()
        await self.searches.close()
        await self.exports.close()


def _refuse_closed(_: object, record: ConnectionPoolEntry, __: object) -> None:
    """Have a new connection opened in place of one that was cut; to see that asks nobody."""
    connection: asyncpg.Connection | None = record.driver_connection
    if connection is None or connection.is_closed():
        raise DisconnectionError


def _session(settings: Settings) -> dict[str, str]:
    return {
        "application_name": "onrecord writes",
        "jit": "off",
        "statement_timeout": str(int(settings.statement_timeout * 1000)),
        "timezone": "UTC",
    }


def refusal(error: Exception) -> Problem | None:
    """Say what the database's refusal means to the caller; None when it is our mistake."""
    cause = _cause(error)
    if isinstance(cause, OSError | NoConnectionLeft | asyncpg.InterfaceError):
        return Unavailable()
    state = getattr(cause, "sqlstate", None) or "-"
    for states, meaning in _MEANINGS:
        if state.startswith(states):
            return meaning(cause)
    return None


def _cause(error: Exception) -> BaseException | None:
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
