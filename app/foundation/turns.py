"""One at a time, across processes and machines: whoever starts first prepares the database."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.foundation.database_check import connect
from app.foundation.refusal import Refusal

LOCK = 6031769118542
PATIENCE = 120.0
BETWEEN = 0.1


class StartUnderway(Refusal):
    """Another process has been preparing this database for too long."""


@asynccontextmanager
async def turn(url: str) -> AsyncIterator[None]:
    """Wait until nobody else prepares the database, and keep others waiting meanwhile.

    The lock belongs to a transaction, so that no pooler can keep it; nobody waits inside of one,
    for that would block `CREATE INDEX CONCURRENTLY`.
    """
    connection = await connect(url)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            transaction = connection.transaction()
            await transaction.start()
            got = await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK)
            # A simple query ends the portal of the one before, which would hold its snapshot for
            # as long as the transaction lasts, and have `CREATE INDEX CONCURRENTLY` wait for it.
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            if got:
                break
            await transaction.rollback()
            if time.monotonic() > deadline:
                raise StartUnderway(
                    f"Another process has been starting on this database for {PATIENCE:.0f} s"
                )
            await asyncio.sleep(BETWEEN)
        yield
        await transaction.rollback()
    finally:
        await connection.close()
