"""Requesters: who sent a request is kept encrypted, shown to who resolves it, and erased."""

from functools import cache
from uuid import UUID

import structlog
from fastapi import Response
from sqlalchemy import Uuid, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.access.reading import Reading
from app.changes.holding import hold
from app.changes.record import recorded_change
from app.documents.correction_request import CORRECTION_REQUEST, Requester
from app.foundation.answers import archived
from app.foundation.database import Database
from app.foundation.problems import Conflict, NotFound
from app.foundation.reads import Query, compiled
from app.foundation.sealing import Seal
from app.foundation.wire import REQUEST_ID
from app.tables.correction_request import Requester as Stored

PURPOSE = "requesters"
"""For what they are sealed."""
_NOBODY = "Nobody said who sent this, or it was erased"
_LOG = structlog.get_logger("onrecord.requesters")


async def keep(
    session: AsyncSession, seal: Seal, request_id: UUID, name: str | None, email: str | None
) -> None:
    """Keep who sent a request, encrypted, if they said."""
    if name is None and email is None:
        return
    sealed = seal.closed(Requester(name=name, email=email).model_dump_json().encode())
    session.add(Stored(correction_request_id=request_id, sealed=sealed))
    await session.flush()


async def tell(reader: Reading, seal: Seal, request_id: UUID) -> Requester:
    """Tell who sent a request; that it was asked is logged, and what was told isn't.

    Raises `NotFound`, `Gone`, or `Conflict` when the installation has another secret by now.
    """
    await reader.see(CORRECTION_REQUEST, request_id)
    database: Database = reader.request.app.state.database
    row = await database.reads.row(_sealed(), {"id": request_id})
    if row is None:
        raise NotFound(_NOBODY)
    opened = seal.opened(row["sealed"])
    if opened is None:
        raise Conflict("It was encrypted under another secret, and can only be erased")
    who, about = reader.caller.identity, str(request_id)
    _LOG.info("requester told", caller=who, about=about, request_id=REQUEST_ID.get())
    return Requester.model_validate_json(opened)


async def erase(
    session: AsyncSession, by: Caller, request_id: UUID, if_match: str | None
) -> Response:
    """Erase for good who sent a request, and answer 204. Raises `NotFound`, or as `hold` does."""
    row = await hold(session, by, CORRECTION_REQUEST, request_id, if_match)
    if not await forget(session, row.id):
        raise NotFound(_NOBODY)
    action = "correction_request.requester_erased"
    await recorded_change(session, by, action, CORRECTION_REQUEST, row)
    return archived()


async def forget(session: AsyncSession, request_id: UUID) -> bool:
    """Delete who sent a request; say whether anybody was there."""
    gone = delete(Stored).where(Stored.correction_request_id == request_id)
    return await session.scalar(gone.returning(Stored.correction_request_id)) is not None


@cache
def _sealed() -> Query:
    asked = bindparam("id", type_=Uuid())
    return compiled(select(Stored.sealed).where(Stored.correction_request_id == asked))
