"""The chain: every committed change gets its place in it, in commit order.

Places are given after the commit, by one at a time, to whatever is committed and has none yet. So
an entry that is committed late gets a later place, and nothing is put between places that somebody
has read already. Writers take no part in this, and never wait for it.
"""

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.foundation.database import Database

BATCH = 5000
"""How many places are given in one transaction."""
_SEAL = text("SELECT seal_changes(:most, :patient)")
_PATIENCE = text("SELECT set_config('lock_timeout', '1s', true)")


async def seal(database: Database, *, patient: bool) -> bool:
    """Give every committed change its place.

    Another who does the same is waited for, for a second, when `patient`. Gives whether all was
    done that could be done; when it wasn't, somebody else is doing it.
    """
    while True:
        done = await _batch(database, patient=patient)
        if done is None or done < BATCH:
            return done is not None


async def _batch(database: Database, *, patient: bool) -> int | None:
    try:
        async with database.sessions.begin() as session:
            await session.execute(_PATIENCE)
            done: int | None = await session.scalar(_SEAL, {"most": BATCH, "patient": patient})
    except DBAPIError as error:
        if not isinstance(error.orig and error.orig.__cause__, asyncpg.LockNotAvailableError):
            raise
        return None
    return done
