"""Telling how far an import is, in the transaction of what it tells of."""

from collections import Counter
from typing import Any

from sqlalchemy import delete, func, insert, null, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.foundation.text import searchable
from app.imports import actions
from app.imports.items import Row
from app.imports.stepping import Step
from app.tables.importing import ImportJob, ImportRow, ImportState, RowState
from app.tables.record import core

_LONGEST = 200
_COUNTS = ("rows_read", "made", "unchanged", "refused", "waiting", "warnings")


async def tell(session: AsyncSession, job: ImportJob, step: Step) -> None:
    """Count what a step did, keep what is to be said of its rows, and see whether it was the last.

    Rows that wait are tried as often as some of them can be recorded by it.
    """
    is_of_file = job.bytes_read < job.size
    if step.waited:
        its = ImportRow.job_id == job.id, ImportRow.no.in_([row.no for row in step.waited])
        await session.execute(delete(ImportRow).where(*its))
        job.waiting -= len(step.waited)
    _count(job, step, is_new=is_of_file)
    lines = [_line(job, row) for row in step.rows if row.problem is not None or row.warnings]
    if lines:
        await session.execute(insert(core(ImportRow)), lines)
    job.place, job.bytes_read = step.place, step.bytes_read
    job.seconds += step.seconds
    job.version += 1
    job.updated_at = func.now()
    if job.bytes_read < job.size:
        return
    if is_of_file or (not step.rows and job.waiting < job.waited):
        job.place, job.waited = 0, job.waiting
        if job.waiting:
            return
    if not step.rows or not job.waiting:
        await _finish(session, job)


def _count(job: ImportJob, step: Step, *, is_new: bool) -> None:
    states = [_state(row) for row in step.rows]
    for state, count in Counter(states).items():
        setattr(job, state, getattr(job, state) + count)
    job.rows_read += len(states) if is_new else 0
    told = (
        row for row, state in zip(step.rows, states, strict=True) if is_new or state != "waiting"
    )
    job.warnings += sum(len(row.warnings) for row in told)


def _state(row: Row) -> str:
    if row.problem is not None:
        return "waiting" if row.is_waiting else "refused"
    return "made" if any(one.is_made for one in row.items) else "unchanged"


def _line(job: ImportJob, row: Row) -> dict[str, Any]:
    """Write down what is to be said of a row."""
    problem = row.problem
    waits = problem is not None and row.is_waiting
    state = RowState.WARNED if problem is None else RowState.REFUSED
    return {
        "job_id": job.id,
        "no": row.no,
        "state": RowState.WAITING if waits else state,
        "collection": row.items[-1].collection.value if row.items else None,
        "name": _name(row),
        "problem": problem and problem.slug(),
        "errors": [] if problem is None else _said(_errors(row)),
        "warnings": _said(row.warnings),
        "body": row.text if waits else None,
    }


def _name(row: Row) -> str | None:
    """Tell what a row calls itself: its reference, or the id that it brought."""
    for one in row.items[:1]:
        ref = one.body.get("ref")
        if isinstance(ref, str) and ref:
            return searchable(ref)[:_LONGEST]
        return str(one.own_id) if one.is_named else None
    return None


def _said(remarks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out of what is said what PostgreSQL can't keep: it may repeat what the row says."""
    return [
        {
            name: searchable(value) if isinstance(value, str) else value
            for name, value in one.items()
        }
        for one in remarks
    ]


def _errors(row: Row) -> list[dict[str, Any]]:
    """Give what is wrong with a row; there is one error at least."""
    assert row.problem is not None  # noqa: S101 - it is asked of those that were refused.
    found = [error.model_dump() for error in row.problem.errors]
    code, detail = row.problem.slug().replace("-", "_"), row.problem.detail
    blank = {"pointer": None, "parameter": None, "header": None}
    return found or [{**blank, "code": code, "detail": detail}]


async def _finish(session: AsyncSession, job: ImportJob) -> None:
    """End an import; what still waits is refused now."""
    waiting = ImportRow.job_id == job.id, ImportRow.state == RowState.WAITING
    refused = {"state": RowState.REFUSED, "body": null()}
    await session.execute(update(ImportRow).where(*waiting).values(refused))
    job.refused, job.waiting = job.refused + job.waiting, 0
    await actions.end(session, job, ImportState.DONE)


async def start_anew(session: AsyncSession, job: ImportJob) -> None:
    """Forget what was told of a rehearsal that was cut short."""
    job.place = job.bytes_read = job.waited = 0
    for name in _COUNTS:
        setattr(job, name, 0)
    await session.execute(delete(ImportRow).where(ImportRow.job_id == job.id))
