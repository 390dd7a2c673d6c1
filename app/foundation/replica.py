"""A replica that answers reads while it is well; what it can't answer, the primary does."""

import asyncio
from contextlib import AbstractAsyncContextManager
from time import monotonic
from typing import Final

import asyncpg
import structlog

from app.foundation import metrics
from app.foundation.connecting import ANY, Hosts
from app.foundation.lag import Lag
from app.foundation.pauses import looking
from app.foundation.problems import Unavailable
from app.foundation.reads import GENERIC, Query, ReadPool
from app.foundation.settings import Settings

EVERY: Final = 1.0
"""Seconds between looks at how far it is."""
HOLDS: Final = 3.0
"""Seconds for which a look holds: one that gets no answer says nothing, and takes long."""
PATIENCE: Final = 2.0
"""Seconds to wait for a connection to it; the primary is there, too."""
_STANDING: Final = Query(
    """
    SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
            ELSE pg_current_wal_insert_lsn() END - '0/0')::bigint AS byte,
        CASE WHEN pg_is_in_recovery() THEN coalesce(
            (SELECT received_tli FROM pg_stat_wal_receiver),
            (SELECT timeline_id FROM pg_control_checkpoint()))::bigint
        ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint
        END AS timeline,
        coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)::float8 AS age
    """,
    (),
)
"""How far a server is. A role without `pg_read_all_stats` hears of a new timeline minutes later."""
_LOG = structlog.get_logger("onrecord.replica")


class Replica:
    """Connections to a replica, and what is known of how it does."""

    def __init__(self, url: str, settings: Settings, primary: ReadPool) -> None:
        """Remember where to connect; before the first look, nothing is asked of it.

        The primary is asked how far it has written.
        """
        hosts = Hosts(url, ANY, patience=PATIENCE)
        self.reads = ReadPool(hosts, settings)
        self.searches = ReadPool(hosts, settings, session=GENERIC)
        self.wait = settings.replica_wait
        self.timeline = 0
        """The newest one that is known."""
        self._looks = ReadPool(hosts, settings, size=1)
        self._primary = primary
        self._lag, self._most = Lag(), settings.replica_max_lag
        self._well_until = 0.0
        self._told = False

    @property
    def is_well(self) -> bool:
        """Say whether reads may go there: it answers, and isn't too far behind."""
        return monotonic() < self._well_until

    async def open(self) -> None:
        """Start the pools, whether or not it is there yet."""
        for pool in (self.reads, self.searches, self._looks):
            await pool.open()

    async def close(self) -> None:
        """Close every connection."""
        for pool in (self.reads, self.searches, self._looks):
            await pool.close()

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look how it does while this is open."""
        return looking(self.look, EVERY, _not_looked)

    async def look(self) -> None:
        """See how far both are. Without the primary, the replica answers, however old."""
        now = monotonic()
        here, there = await asyncio.gather(_standing(self._looks), _standing(self._primary))
        if here is None:
            self.lost("it doesn't answer")
            return
        if there is not None:
            self.timeline = there["timeline"]
            lag = self._lag.seconds(now, there["byte"], here["byte"], here["age"])
            metrics.REPLICA_LAG.set(lag)
            metrics.REPLICA_LAG_BYTES.set(max(0, there["byte"] - here["byte"]))
            if lag > self._most:
                self.lost("it is too far behind")
                return
            if here["timeline"] < self.timeline:
                self.lost("it doesn't follow the primary that there is now")
                return
        self._well_until = now + HOLDS
        self._tell(is_well=True, why="it answers")

    def lost(self, why: str) -> None:
        """Send no reads there until a look finds it well."""
        self._well_until = 0.0
        self._tell(is_well=False, why=why)

    def _tell(self, *, is_well: bool, why: str) -> None:
        metrics.REPLICA_WELL.set(is_well)
        if is_well != self._told:
            self._told = is_well
            said = "replica answers reads" if is_well else "primary answers instead of replica"
            _LOG.warning(said, why=why)


async def _standing(pool: ReadPool) -> asyncpg.Record | None:
    try:
        return await pool.row(_STANDING, {})
    except (Unavailable, asyncpg.PostgresError):
        return None


def _not_looked(error: Exception, failures: int) -> None:
    _LOG.warning("replica not looked at", why=type(error).__name__, in_a_row=failures)
