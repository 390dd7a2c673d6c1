"""Publishing what is scheduled, when it is due: any process that is there does it.

There is no scheduler that could be lost: what is due stands in the database, and whoever looks
first locks it. A process that dies meanwhile leaves it to the others, as it was.
"""

from contextlib import AbstractAsyncContextManager
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.record import recorded_change
from app.documents.verdict import VERDICT
from app.foundation.database import Database
from app.foundation.pauses import looking
from app.foundation.reads import compiled
from app.tables.verdict import Verdict, VerdictState
from app.verdicts import publishing, queries
from app.verdicts.problems import GateNotPassed

_LOG = structlog.get_logger("onrecord.scheduling")
_IS_DUE = (
    Verdict.state == VerdictState.SCHEDULED,
    Verdict.publish_at <= func.now(),
    Verdict.archived_at.is_(None),
)
_LOOK = compiled(select(select(Verdict.id).where(*_IS_DUE).exists().label("due")))


class Schedule:
    """Looks for what is due, for as long as the process runs."""

    def __init__(self, database: Database, every: float) -> None:
        """Look every so many seconds; if that is 0, never: it is left to other processes."""
        self._database = database
        self._every = every

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look while this is open."""
        return looking(self._look, self._every, _failed)

    async def _look(self) -> None:
        """Publish everything that is due; what can't be is left out, and tried at the next look."""
        found = await self._database.reads.row(_LOOK, {})
        failed: set[UUID] = set()
        while found is not None and found["due"]:
            verdict_id = await self._next(failed)
            if verdict_id is None:
                return

    async def _next(self, failed: set[UUID]) -> UUID | None:
        """Publish one, and give which it was; None when nothing is left that nobody has taken."""
        verdict_id = None
        try:
            async with self._database.sessions.begin() as session:
                due = select(Verdict).where(*_IS_DUE, Verdict.id.not_in(failed))
                first = due.order_by(Verdict.publish_at, Verdict.id).limit(1)
                row = await session.scalar(first.with_for_update(skip_locked=True))
                if row is not None:
                    verdict_id = row.id
                    await _publish(session, row)
        except Exception:
            if verdict_id is None:
                raise
            failed.add(verdict_id)
            _LOG.exception("not published as scheduled", verdict=str(verdict_id))
        return verdict_id


def _failed(error: Exception, in_a_row: int) -> None:
    _LOG.warning("schedule not looked at", why=type(error).__name__, in_a_row=in_a_row)


async def _publish(session: AsyncSession, row: Verdict) -> None:
    """Publish what is due, as the act of who scheduled it.

    What lacks something by now isn't published: it goes back to `approved`, and its history says
    what is missing.
    """
    by = Caller(person=row.scheduled_by, organization_id=row.organization_id)
    version = await queries.latest(session, row)
    try:
        async with session.begin_nested():
            await publishing.publish(session, by, row, version)
    except GateNotPassed as refused:
        await session.refresh(row)
        row.state, row.publish_at, row.scheduled_by = VerdictState.APPROVED, None, None
        why = "; ".join(error.detail for error in refused.errors)
        await recorded_change(session, by, "verdict.unscheduled", VERDICT, row, f"Not ready: {why}")
        return
    await recorded_change(session, by, "verdict.published", VERDICT, row, "As scheduled")
