"""The way of writes: queries compiled once, run by asyncpg itself in a session's transaction.

SQLAlchemy opens the transaction and ends it. What it does besides for each query (looking up what
to bind, and describing the rows that come) takes the service as long as all that asyncpg does.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from weakref import ref

import asyncpg
from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from app.foundation.reads import Query

Row: TypeAlias = asyncpg.Record | RowMapping
"""What came back, by the names of its columns."""
REFUSED: Final = (DBAPIError, asyncpg.PostgresError)
"""How a transaction shows that the database refuses something."""
_DRIVER: Final = "onrecord.driver"
"""Names, in what a session knows, asyncpg's connection, and in which transaction it is that."""


async def run(session: AsyncSession, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
    """Run a compiled query in a transaction. Raises what asyncpg does."""
    driver = _driver(session.sync_session)
    if driver is None:
        return await session.run_sync(run_now, query, values)
    try:
        return await driver.fetch(query.text, *query.arguments(values))
    except asyncpg.ReadOnlySQLTransactionError:
        await session.run_sync(_leave)
        raise


def run_now(session: Session, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
    """Run it inside of what SQLAlchemy itself calls. The first one begins the transaction."""
    driver, arguments = _driver(session), query.arguments(values)
    connection = session.connection()
    if driver is None:
        found = connection.exec_driver_sql(query.text, tuple(arguments))
        inside = connection.connection.driver_connection
        begun: Any = session.get_transaction()
        # A session that knew its own transaction would be freed by the garbage collector alone.
        session.info[_DRIVER] = ref(begun), inside
        return found.mappings().all() if found.returns_rows else ()
    adapted: Any = connection.connection.dbapi_connection
    try:
        rows: Sequence[Row] = adapted.run_async(lambda inside: inside.fetch(query.text, *arguments))
    except asyncpg.ReadOnlySQLTransactionError:
        _leave(session)
        raise
    return rows


def _driver(session: Session) -> asyncpg.Connection | None:
    """Give the connection of the transaction that is under way, if there is one yet."""
    known: tuple[ref[SessionTransaction], asyncpg.Connection] | None = session.info.get(_DRIVER)
    begun = None if known is None else known[0]()
    if known is None or begun is None or begun is not session.get_transaction():
        return None
    return known[1]


def _leave(session: Session) -> None:
    """Give up all connections to what was the primary and is a standby by now."""
    connection = session.connection()
    connection.invalidate()
    connection.engine.dispose()
