"""How imports are listed and looked up."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Select, Uuid, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.import_job import IMPORT_JOB
from app.documents.listing import Listing, equals, standard_orders
from app.documents.shape import json_object
from app.foundation.reads import compiled
from app.tables.importing import ImportJob, ImportPiece, ImportRow, ImportState, RowState

OPEN = (ImportState.QUEUED, ImportState.RUNNING)
IMPORTS = Listing(IMPORT_JOB, {"state": equals(ImportJob.state)}, standard_orders(IMPORT_JOB))
IS_OPEN = or_(*(ImportJob.state == state for state in OPEN))
LOOK = compiled(select(ImportJob.id).where(IS_OPEN).order_by(ImportJob.created_at).limit(20))


def _report() -> Select[int, Any]:
    """Select a part of a report: number and line of each row."""
    line = json_object(
        row=ImportRow.no,
        state=ImportRow.state,
        collection=ImportRow.collection,
        name=ImportRow.name,
        problem=ImportRow.problem,
        errors=ImportRow.errors,
        warnings=ImportRow.warnings,
    )
    of = ImportRow.job_id == bindparam("job_id", type_=Uuid())
    after = ImportRow.no > bindparam("after", type_=BigInteger())
    return select(ImportRow.no, line.label("line")).where(of, after).order_by(ImportRow.no)


REPORT_AT_ONCE = 500
REPORT = compiled(_report().limit(REPORT_AT_ONCE))

REFUSED = compiled(
    select(ImportRow.no, ImportRow.errors)
    .where(ImportRow.job_id == bindparam("job_id", type_=Uuid()))
    .where(ImportRow.state == RowState.REFUSED)
    .order_by(ImportRow.no)
    .limit(bindparam("limit", type_=Integer()))
)


async def take(session: AsyncSession, job_id: UUID) -> ImportJob | None:
    """Take an import that is open, until the transaction ends; None when somebody else has it."""
    if not await _locked(session, f"import {job_id}"):
        return None
    its = select(ImportJob).where(ImportJob.id == job_id, IS_OPEN)
    return (await session.scalars(its)).one_or_none()


async def is_its_turn(session: AsyncSession, job: ImportJob) -> bool:
    """Have an organisation's imports record one at a time; false while another one does.

    Two that bring the same at once would each make it, or one would fail of the other.
    """
    return await _locked(session, f"imports of {job.organization_id}")


async def _locked(session: AsyncSession, name: str) -> bool:
    """Hold a name until the transaction ends; false when somebody else does."""
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0))
    return bool(await session.scalar(select(lock)))


async def piece(session: AsyncSession, job_id: UUID, no: int) -> bytes | None:
    """Read a piece of a file; None after the last."""
    its = select(ImportPiece.body).where(ImportPiece.job_id == job_id, ImportPiece.no == no)
    return (await session.scalars(its)).one_or_none()


async def is_open(session: AsyncSession, job_id: UUID) -> bool:
    """Say whether an import is still to be worked on, and hold it as it is."""
    its = select(ImportJob.id).where(ImportJob.id == job_id, IS_OPEN)
    return await session.scalar(its.with_for_update()) is not None


async def waiting(
    session: AsyncSession, job_id: UUID, after: int, most: int, enough: int
) -> list[ImportRow]:
    """Read some rows that wait, after a number: as many, or until they have bytes enough."""
    its = ImportRow.job_id == job_id, ImportRow.state == RowState.WAITING, ImportRow.no > after
    size = func.octet_length(ImportRow.body)
    before = func.sum(size).over(order_by=ImportRow.no) - size
    some = select(ImportRow.no, before.label("before")).where(*its).order_by(ImportRow.no)
    listed = some.limit(most).subquery()
    asked = select(listed.c.no).where(listed.c.before < enough)
    found = select(ImportRow).where(ImportRow.job_id == job_id, ImportRow.no.in_(asked))
    return list(await session.scalars(found.order_by(ImportRow.no)))
