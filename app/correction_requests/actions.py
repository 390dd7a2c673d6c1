"""What can be done with correction requests."""

from dataclasses import replace
from datetime import UTC
from uuid import UUID

from fastapi import Response
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.moves import allow
from app.changes.record import record, recorded_change, shown
from app.correction_requests import queries, requesters
from app.correction_requests.moves import MOVES, RESOLVED
from app.correction_requests.schemas import (
    CorrectionRequestPatch,
    Handling,
    NewCorrectionRequest,
    NewCorrectionRequestTransition,
)
from app.documents.correction_request import CORRECTION_REQUEST
from app.foundation.answers import Written, archived
from app.foundation.dates import working_days_after
from app.foundation.ids import new_id
from app.foundation.problems import invalid
from app.foundation.sealing import Seal
from app.tables.correction_request import CorrectionRequest
from app.tables.correction_request import CorrectionRequestState as State

_SENT = {"verdict_id", "message", "proposed_correction", "links", "language"}


async def add(session: AsyncSession, by: Caller, seal: Seal, new: NewCorrectionRequest) -> Written:
    """Take a request in. It is recorded for the organisation whose verdict it is about.

    Who belongs to another, or to none, is shown only what they need. Raises `InvalidInput` when
    there is no such public verdict.
    """
    found = await queries.public_verdict(session, new.verdict_id)
    if found is None:
        wrong = "There is no such verdict, or none that is public"
        raise invalid("/verdict_id", "reference", wrong)
    organization_id, days, now = found
    row = CorrectionRequest(
        id=new_id(),
        organization_id=organization_id,
        created_by=by.person,
        due_on=working_days_after(now.astimezone(UTC).date(), days),
        **new.model_dump(include=_SENT),
    )
    session.add(row)
    await session.flush()
    await requesters.keep(session, seal, row.id, new.name, new.email)
    owner = replace(by, organization_id=organization_id)
    written = await record(session, owner, "correction_request.created", CORRECTION_REQUEST, row)
    if by.organization_id == organization_id:
        return written
    version, document = await queries.as_sent(session, row.id)
    return Written(row.id, version, document.encode())


async def change(
    session: AsyncSession,
    by: Caller,
    request_id: UUID,
    if_match: str | None,
    patch: CorrectionRequestPatch,
) -> Written:
    """Change who looks into it, or what it is called; what was sent stays as it is."""
    row = await hold(session, by, CORRECTION_REQUEST, request_id, if_match)
    current = Handling.model_validate(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, CORRECTION_REQUEST, row)
    row.ref, row.assignee = wanted.ref, wanted.assignee
    return await recorded_change(session, by, "correction_request.changed", CORRECTION_REQUEST, row)


async def move(
    session: AsyncSession,
    by: Caller,
    request_id: UUID,
    if_match: str | None,
    how: NewCorrectionRequestTransition,
) -> Written:
    """Move a request to another state. Raises `IllegalTransition`, or `InvalidInput`."""
    row = await hold(session, by, CORRECTION_REQUEST, request_id, if_match)
    allow(MOVES, row.state, how.to)
    await _check(session, row, how)
    is_resolved, was_resolved = how.to in RESOLVED, row.state in RESOLVED
    row.state = how.to
    row.resolution, row.resulting_version = how.resolution, how.resulting_version
    row.resolved_at = func.now() if is_resolved else None
    row.resolved_by = by.person if is_resolved else None
    done = "reopened" if was_resolved else how.to
    return await recorded_change(
        session, by, f"correction_request.{done}", CORRECTION_REQUEST, row, how.comment
    )


async def archive(
    session: AsyncSession, by: Caller, request_id: UUID, if_match: str | None
) -> Response:
    """Archive a request, such as spam, and erase who sent it."""
    row = await hold(session, by, CORRECTION_REQUEST, request_id, if_match)
    row.archived_at = func.now()
    await requesters.forget(session, row.id)
    await recorded_change(session, by, "correction_request.archived", CORRECTION_REQUEST, row)
    return archived()


async def _check(
    session: AsyncSession, row: CorrectionRequest, how: NewCorrectionRequestTransition
) -> None:
    """See that a move brings what it needs, and nothing else. Raises `InvalidInput`."""
    if how.to in RESOLVED and how.resolution is None:
        raise invalid("/resolution", "missing", "Who asked is owed a reason")
    if how.to not in RESOLVED and how.resolution is not None:
        raise invalid("/resolution", "misplaced", "Only what is resolved has a resolution")
    if row.state in RESOLVED and how.comment is None:
        raise invalid("/comment", "missing", "To open it again, say why")
    number = how.resulting_version
    if number is None:
        return
    if how.to is not State.ACCEPTED:
        raise invalid("/resulting_version", "misplaced", "Only what is accepted has a result")
    if not await queries.is_published(session, row.verdict_id, number):
        wrong = "The verdict has no published version of this number"
        raise invalid("/resulting_version", "reference", wrong)
