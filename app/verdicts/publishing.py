"""Publishing: a draft becomes what the public sees, and from then on nobody can change it."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.record import recorded_change
from app.documents.verdict import VERDICT
from app.foundation.answers import Written
from app.foundation.problems import InputError, invalid
from app.statements import actions as statements
from app.tables.statement import Statement
from app.tables.verdict import Verdict, VerdictState
from app.tables.version import ChangeKind, Publication, VerdictVersion
from app.verdicts import queries
from app.verdicts.moves import allow
from app.verdicts.problems import GateNotPassed
from app.verdicts.schemas import NewTransition


async def move(
    session: AsyncSession, by: Caller, verdict_id: UUID, if_match: str | None, how: NewTransition
) -> Written:
    """Move a verdict to another state. Raises `IllegalTransition` or `GateNotPassed`."""
    row = await hold(session, by, VERDICT, verdict_id, if_match)
    allow(row.state, how.to)
    version = await queries.latest(session, row)
    statement = await _lock_statement(session, row)
    check(version, statement)
    if how.change_kind not in {None, ChangeKind.INITIAL}:
        raise invalid("/change_kind", "initial", "The first publication is 'initial'")
    await statements.make_public(session, by, statement)
    await _publish(session, row, version, how)
    return await recorded_change(session, by, "verdict.published", VERDICT, row, how.comment)


def check(version: VerdictVersion, statement: Statement) -> None:
    """Raise `GateNotPassed` with everything that stands in the way."""
    found = []
    if version.rating_id is None:
        detail = "A published verdict has a rating"
        found.append(InputError(pointer="/rating", code="missing", detail=detail))
    if statement.archived_at is not None:
        detail = "The statement was archived"
        found.append(InputError(pointer="/statement_id", code="archived", detail=detail))
    if found:
        raise GateNotPassed(errors=found)


async def _lock_statement(session: AsyncSession, row: Verdict) -> Statement:
    locked = select(Statement).where(Statement.id == row.statement_id).with_for_update()
    return (await session.scalars(locked)).one()


async def _publish(
    session: AsyncSession, row: Verdict, version: VerdictVersion, how: NewTransition
) -> None:
    now = await session.scalar(select(func.now())) or datetime.now(UTC)
    version.published_at = now
    version.change_kind = ChangeKind.INITIAL
    version.change_reason = how.change_reason
    version.notice = how.notice
    row.state = VerdictState.PUBLISHED
    row.public_id, row.working_id = version.id, None
    row.public_record_version = row.version + 1
    row.published_at = now
    session.add(Publication(version_id=version.id, verdict_id=row.id, during=Range(now, None)))
    await session.flush()
