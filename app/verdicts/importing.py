"""Verdicts that were given elsewhere: brought in as drafts, or as published where that may be."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller, name_mark
from app.changes.record import record, recorded_change
from app.documents.verdict import VERDICT
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import Conflict
from app.statements import actions as statements
from app.tables.api_key import Scope
from app.tables.organization import Organization
from app.tables.rating import CheckType, Rating
from app.tables.statement import Statement
from app.tables.verdict import Verdict, VerdictState
from app.tables.version import ChangeKind, VerdictVersion
from app.verdicts import moving, publishing, queries, revising
from app.verdicts.schemas import NewTransition


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a verdict besides what it says."""

    author: str | None = None
    approver: str | None = None
    published_at: datetime | None = None
    notice: str | None = None
    is_retracted: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What others found about a statement."""

    check_type: CheckType
    rating: Rating
    headline: str | None
    summary: str | None
    explanation: str | None
    language: str
    url: str | None
    told: Told


async def publish_own(session: AsyncSession, by: Caller, verdict_id: UUID, told: Told) -> Written:
    """Publish a draft of one's own organisation that was out elsewhere, by all rules.

    Who may switch the second person off (`admin`) vouches for who wrote and approved it; of anybody
    else it counts as their own work. Raises what a move raises, `GateNotPassed` for one.
    """
    row = await session.get_one(Verdict, verdict_id, with_for_update=True)
    version = await queries.latest(session, row)
    vouched = Scope.ADMIN in by.scopes and told.author is not None
    if vouched:
        version.author, version.writers = str(told.author), [name_mark(str(told.author))]
    await moving.move(session, by, row.id, "*", NewTransition(to=VerdictState.IN_REVIEW))
    if vouched and told.approver is not None:
        version.approver, version.approver_marks = told.approver, [name_mark(told.approver)]
        row.state = VerdictState.APPROVED
        await recorded_change(session, by, "verdict.approved", VERDICT, row, "Approved elsewhere")
    else:
        await moving.move(session, by, row.id, "*", NewTransition(to=VerdictState.APPROVED))
    await publishing.publish(session, by, row, version, told.published_at)
    written = await recorded_change(session, by, "verdict.published", VERDICT, row, "Imported")
    if told.is_retracted:
        notice = told.notice or "Retracted before it was imported"
        how = NewTransition(to=VerdictState.RETRACTED, notice=notice)
        return await moving.move(session, by, row.id, "*", how)
    return written


async def publish_others(
    session: AsyncSession,
    by: Caller,
    statement: Statement,
    of: Organization,
    found: Finding,
    own_id: UUID | None = None,
) -> Written:
    """Record what another organisation has published, as published; its statement is public by it.

    It didn't pass our gate, and needn't: that is for what our own people publish.
    """
    row = Verdict(
        id=own_id or new_id(),
        organization_id=of.id,
        created_by=by.person,
        statement_id=statement.id,
        check_type=found.check_type,
        working_id=new_id(),
    )
    version = VerdictVersion(
        id=row.working_id,
        verdict_id=row.id,
        no=1,
        author=found.told.author or of.name,
        rating_id=found.rating.id,
        headline=found.headline,
        summary=found.summary,
        explanation=found.explanation,
        language=found.language,
        url=found.url,
        statement_revision=statement.revision,
        change_kind=ChangeKind.INITIAL,
    )
    session.add_all([row, version])
    await session.flush()
    await publishing.lock_statement(session, row)
    await statements.make_public(session, by, statement)
    since = found.told.published_at
    await publishing.put_out(session, row, version, VerdictState.PUBLISHED, since)
    row.public_record_version = row.version
    return await record(session, by, "verdict.published", VERDICT, row, "Imported")


async def renew_others(
    session: AsyncSession, by: Caller, verdict_id: UUID, of: Organization, found: Finding
) -> Written:
    """Record what another organisation says now, in place of what it said: as the next version.

    Raises `Conflict` when what it said isn't out any more.
    """
    row = await session.get_one(Verdict, verdict_id, with_for_update=True)
    if row.state is not VerdictState.PUBLISHED or row.organization_id != of.id:
        raise Conflict("What it said before isn't out any more")
    statement = await publishing.lock_statement(session, row)
    version = await revising.begin(session, by, row)
    version.author, version.rating_id = found.told.author or of.name, found.rating.id
    version.headline, version.summary = found.headline, found.summary
    version.explanation, version.language = found.explanation, found.language
    version.url, version.statement_revision = found.url, statement.revision
    version.change_kind = ChangeKind.UPDATE
    await publishing.put_out(session, row, version, VerdictState.PUBLISHED)
    return await recorded_change(session, by, "verdict.published", VERDICT, row, "Imported")
