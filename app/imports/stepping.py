"""Steps: the next rows of a file, read and carried out; after the last, those that wait."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.foundation.problems import Problem
from app.foundation.strict import read_json
from app.imports import carrying, cells, items, queries, reading
from app.imports.items import Json, Row
from app.imports.marked import Node, NotReadable, in_html, in_json
from app.imports.receiving import LINE_BY_LINE
from app.imports.reviews import of_review
from app.tables.api_key import Scope
from app.tables.importing import ImportFormat, ImportJob, ImportRow

AT_ONCE: Final = 500
"""How many rows are read and recorded in one transaction."""


@dataclass(slots=True)
class Step:
    """What was done: rows, where to go on, and how long it took."""

    rows: list[Row]
    place: int
    bytes_read: int
    waited: list[ImportRow] = field(default_factory=list)
    """Of which rows that waited these are."""
    seconds: float = 0.0


def caller_of(job: ImportJob) -> Caller:
    """Give who sent an import, as they were then: it is their act."""
    scopes = frozenset(Scope(word) for word in job.scopes)
    return Caller(job.created_by, job.organization_id, job.key_id, scopes, job.identity)


class Reviews:
    """The reviews of a file that was read as a whole, kept from one step to the next."""

    def __init__(self) -> None:
        """Keep none yet."""
        self._of: UUID | None = None
        self._found: list[Node] = []

    async def of(self, session: AsyncSession, job: ImportJob) -> list[Node]:
        """Give the reviews of a file, in their order. Raises `Unreadable`."""
        if self._of != job.id:
            body = await reading.whole(session, job)
            look = in_html if job.format is ImportFormat.HTML else in_json
            try:
                self._found = await run_in_threadpool(look, body.decode(errors="replace"))
            except NotReadable as wrong:
                raise reading.Unreadable(str(wrong)) from None
            self._of = job.id
        return self._found

    def forget(self) -> None:
        """Keep none: their file is done with, for now at least."""
        self._of, self._found = None, []


async def done(session: AsyncSession, job: ImportJob, reviews: Reviews) -> Step:
    """Do the next step of an import. Raises `Unreadable`."""
    began = time.perf_counter()
    if job.bytes_read >= job.size:
        step = await _waiting(session, job)
    elif job.format in LINE_BY_LINE:
        step = await _of_file(session, job)
    else:
        step = await _of_reviews(job, await reviews.of(session, job))
    await carrying.carry(session, caller_of(job), step.rows)
    step.seconds = time.perf_counter() - began
    return step


async def _of_file(session: AsyncSession, job: ImportJob) -> Step:
    part = await reading.following(session, job, AT_ONCE)
    found: list[Row] = []
    for line in part.lines:
        no = job.rows_read + len(found) + 1
        row = Row(no, line.text, [], problem=line.problem)
        if line.problem is None:
            row = _read(job, no, line.text, line.body) or row
        if row.items or row.problem is not None:
            found.append(row)
    return Step(found, part.place, job.size if part.is_last else part.place)


async def _of_reviews(job: ImportJob, found: list[Node]) -> Step:
    if not found:
        raise reading.Unreadable("There is no ClaimReview in it")
    part = found[job.place : job.place + AT_ONCE]
    rows = []
    for no, node in enumerate(part, start=job.rows_read + 1):
        rows.append(_read(job, no, b"{}", node) or Row(no, b"{}", []))
        await asyncio.sleep(0)
    place = job.place + len(part)
    return Step(rows, place, job.size * place // len(found))


async def _waiting(session: AsyncSession, job: ImportJob) -> Step:
    kept = await queries.waiting(session, job.id, job.place, AT_ONCE, reading.ENOUGH)
    found = []
    for one in kept:
        text = one.body or b"{}"
        row = _read(job, one.no, text, read_json(text)) or Row(one.no, text, [])
        row.warnings = [*one.warnings, *(new for new in row.warnings if new not in one.warnings)]
        found.append(row)
    place = kept[-1].no if kept else job.place
    return Step(found, place, job.size, kept)


def _read(job: ImportJob, no: int, text: bytes, body: Json) -> Row | None:
    """Read a row; None for what is none."""
    try:
        if job.format is ImportFormat.CSV:
            return cells.of_cells(no, json.dumps(body).encode(), body, job.language)
        if job.format not in LINE_BY_LINE:
            return of_review(no, body, job.language)
        return items.of_body(no, text, body)
    except Problem as problem:
        return Row(no, text, [], problem=problem)
