"""Moving a verdict from state to state, by the table of moves."""

from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.record import recorded_change
from app.documents.verdict import VERDICT
from app.foundation.answers import Written, archived
from app.foundation.problems import Conflict, InputError, InvalidInput, invalid
from app.tables.verdict import Verdict, VerdictState
from app.tables.version import ChangeKind, VerdictVersion
from app.verdicts import gate, publishing, queries, revising
from app.verdicts.moves import EDITED, Move, allowed
from app.verdicts.schemas import NewTransition


async def move(
    session: AsyncSession, by: Caller, verdict_id: UUID, if_match: str | None, how: NewTransition
) -> Written:
    """Move a verdict to another state.

    Raises `IllegalTransition`, `Forbidden` without the scope of the move, `NotTheApprover` or
    `GateNotPassed` with everything that is missing.
    """
    row = await hold(session, by, VERDICT, verdict_id, if_match)
    step = allowed(row, how.to)
    by.need(step.scope)
    _refuse_unsaid(row, step, how)
    await _make(session, by, row, step, how)
    return await recorded_change(session, by, step.action, VERDICT, row, _why(how))


async def discard(
    session: AsyncSession, by: Caller, verdict_id: UUID, if_match: str | None
) -> Response:
    """Give up the revision of what is out. Raises `Conflict` when none is being written."""
    row = await hold(session, by, VERDICT, verdict_id, if_match)
    if row.state is not VerdictState.REVISING:
        raise Conflict(f"There is no revision to give up: it is {row.state}")
    await revising.give_up(session, row)
    row.working_id, row.state = None, VerdictState.PUBLISHED
    await recorded_change(session, by, "verdict.revision_discarded", VERDICT, row)
    return archived()


async def _make(
    session: AsyncSession, by: Caller, row: Verdict, step: Move, how: NewTransition
) -> None:
    """Do what a move does, besides the state."""
    if step.to is VerdictState.RETRACTED:
        await _retract(session, by, row, how)
        return
    if step.start is VerdictState.PUBLISHED:
        await revising.begin(session, by, row)
    version = await queries.latest(session, row)
    for name in _TOLD & how.model_fields_set:
        setattr(version, name, getattr(how, name))
    if step.to in EDITED or step.to is VerdictState.IN_REVIEW:
        version.approver, version.approver_marks = None, []
    if step.to is VerdictState.APPROVED and step.start is VerdictState.IN_REVIEW:
        await gate.refuse_writer(session, by, version)
        version.approver, version.approver_marks = by.person, sorted(by.marks)
    if step.to is VerdictState.SCHEDULED:
        await gate.check(session, row, version, await publishing.lock_statement(session, row))
        row.publish_at, row.scheduled_by = how.publish_at, by.person
    elif step.to is VerdictState.PUBLISHED:
        await publishing.publish(session, by, row, version)
    else:
        row.publish_at = row.scheduled_by = None
    row.state = step.to


async def _retract(session: AsyncSession, by: Caller, row: Verdict, how: NewTransition) -> None:
    """Take a verdict back: a last version says so, with its notice; the work on another ends."""
    if how.notice is None:
        detail = "A retraction needs a notice that tells readers why"
        raise invalid("/notice", "missing", detail)
    await revising.give_up(session, row)
    version = await revising.begin(session, by, row)
    out = await session.get_one(VerdictVersion, row.public_id)
    version.author, version.approver = out.author, out.approver
    version.change_kind, version.notice = ChangeKind.RETRACTION, how.notice
    version.change_reason = how.change_reason
    row.retracted = True
    await publishing.put_out(session, row, version, VerdictState.RETRACTED)


def _refuse_unsaid(row: Verdict, step: Move, how: NewTransition) -> None:
    """See that a move says what it must, and of the change only what it can be."""
    found = []
    if step.needs_comment and how.comment is None:
        detail = "Say why it goes back"
        found.append(InputError(pointer="/comment", code="missing", detail=detail))
    kinds = gate.kinds(row) if step.to is not VerdictState.RETRACTED else (ChangeKind.RETRACTION,)
    if how.change_kind not in {None, *kinds}:
        detail = f"Here it is {' or '.join(kinds)}"
        found.append(InputError(pointer="/change_kind", code="change_kind", detail=detail))
    if found:
        raise InvalidInput(errors=found)


def _why(how: NewTransition) -> str | None:
    """Tell why, for the change log: what was said to colleagues, or else to readers."""
    return how.comment or how.notice


_TOLD = {"change_kind", "change_reason", "notice"}
