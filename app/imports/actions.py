"""What can be done with imports."""

from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.record import shown
from app.documents.import_job import IMPORT_JOB
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import Conflict, NotFound
from app.imports.queries import IS_OPEN, OPEN
from app.imports.receiving import Received
from app.imports.schemas import ImportQuery
from app.tables.importing import PIECE, ImportJob, ImportPiece, ImportState
from app.tables.record import core


async def add(
    session: AsyncSession,
    by: Caller,
    file: Received,
    how: ImportQuery,
    most: int | None = None,
) -> Written:
    """Keep a file to be imported: whoever looks next begins.

    Raises `Conflict` when as many as may wait do so already.
    """
    own = ImportJob.organization_id == by.organization_id
    waiting = await session.scalar(select(func.count(ImportJob.id)).where(own, IS_OPEN)) or 0
    if most is not None and waiting >= most:
        raise Conflict(f"{waiting} imports haven't ended yet: send it when one of them has")
    row = ImportJob(
        id=new_id(),
        organization_id=by.organization_id,
        created_by=by.person or "",
        key_id=by.key_id,
        scopes=sorted(by.scopes),
        identity=by.identity,
        format=file.format,
        size=file.size,
        **how.model_dump(),
    )
    session.add(row)
    await session.flush()
    no = 0
    while part := file.body.read(PIECE):
        await session.execute(
            insert(core(ImportPiece)), [{"job_id": row.id, "no": no, "body": part}]
        )
        no += 1
    return await shown(session, by, IMPORT_JOB, row)


async def cancel(session: AsyncSession, by: Caller, job_id: UUID) -> Written:
    """End an import where it is: what was recorded stays. Raises `Conflict` when it has ended."""
    its = select(ImportJob).where(
        ImportJob.id == job_id, ImportJob.organization_id == by.organization_id
    )
    row = (await session.scalars(its.with_for_update())).one_or_none()
    if row is None:
        raise NotFound("There is no such import, or none that you may see")
    if row.state not in OPEN:
        raise Conflict(f"It has ended already: it is {row.state}")
    await end(session, row, ImportState.CANCELLED)
    await session.flush()
    return await shown(session, by, IMPORT_JOB, row)


async def end(
    session: AsyncSession, row: ImportJob, state: ImportState, failure: str | None = None
) -> None:
    """End an import, and forget its file; what was said about its rows stays."""
    row.state, row.failure, row.finished_at = state, failure, func.now()
    row.version += 1
    row.updated_at = func.now()
    await session.execute(delete(ImportPiece).where(ImportPiece.job_id == row.id))
