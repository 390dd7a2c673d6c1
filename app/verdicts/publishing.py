"""Publishing: a version becomes what the public sees, and from then on nobody can change it."""

from datetime import UTC, datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.statements import actions as statements
from app.tables.statement import Statement
from app.tables.verdict import Verdict, VerdictState
from app.tables.version import ChangeKind, Publication, VerdictVersion
from app.verdicts import contacts, gate


async def publish(
    session: AsyncSession,
    by: Caller,
    row: Verdict,
    version: VerdictVersion,
    since: datetime | None = None,
) -> None:
    """Make the working version public, in place of the one that is; its statement, too.

    `since` is when it was first published elsewhere, where it comes from there.

    Raises `GateNotPassed`.
    """
    statement = await lock_statement(session, row)
    await gate.check(session, row, version, statement)
    await statements.make_public(session, by, statement)
    version.change_kind = version.change_kind or ChangeKind.INITIAL
    await put_out(session, row, version, VerdictState.PUBLISHED, since)
    await contacts.bring_out(session, by, row.id)


async def put_out(
    session: AsyncSession,
    row: Verdict,
    version: VerdictVersion,
    state: VerdictState,
    since: datetime | None = None,
) -> None:
    """End the period of the version that is out, and begin that of another."""
    now = await _end_present(session, row)
    version.published_at = now
    row.state = state
    row.public_id, row.working_id = version.id, None
    row.public_record_version = row.version + 1
    row.published_at = row.published_at or min(since or now, now)
    row.publish_at = row.scheduled_by = row.assignee = row.due_on = None
    await session.flush()
    session.add(Publication(version_id=version.id, verdict_id=row.id, during=Range(now, None)))
    await session.flush()


async def lock_statement(session: AsyncSession, row: Verdict) -> Statement:
    """Lock what a verdict is about, so that it isn't hidden or archived meanwhile."""
    its = select(Statement).where(Statement.id == row.statement_id)
    locked = its.with_for_update(key_share=True)
    return (await session.scalars(locked)).one()


async def _end_present(session: AsyncSession, row: Verdict) -> datetime:
    """End the present period, and give the instant at which the next begins.

    That is now: when the transaction began, unless it has waited for the one that began the present
    period.
    """
    present = Publication.verdict_id == row.id, func.upper_inf(Publication.during)
    after = func.max(func.lower(Publication.during)) + text("interval '1 microsecond'")
    now = await session.scalar(select(func.greatest(func.now(), after)).where(*present))
    now = now or datetime.now(UTC)
    ended = func.tstzrange(func.lower(Publication.during), now)
    await session.execute(update(Publication).where(*present).values(during=ended))
    return now
