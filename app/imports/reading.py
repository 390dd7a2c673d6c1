"""Reading a file from where the work stopped: the next rows, each whole, and where to go on."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.exports.flat import unsafe
from app.foundation.problems import MalformedRequest, Problem
from app.foundation.strict import read_json
from app.imports.queries import piece
from app.tables.importing import PIECE, ImportFormat, ImportJob

LONGEST: Final = 4 * 1024 * 1024
"""The most bytes that a row may have."""
ENOUGH: Final = LONGEST
"""After how many bytes a step has rows enough, however few they are."""
_BOM = "\ufeff"
_DELIMITERS = ",;\t"


class Unreadable(Problem):
    """A file can't be read any further. What was read before is recorded."""

    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was written, and what was read of it, or why it can't be."""

    text: bytes
    body: Any = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file, where to go on after them, and whether they are the last."""

    lines: list[Line]
    place: int
    is_last: bool


async def following(session: AsyncSession, job: ImportJob, most: int) -> Part:
    """Read the next rows of what is read line by line. Raises `Unreadable`."""
    is_csv = job.format is ImportFormat.CSV
    records, place, is_last = await _records(session, job, job.place, most, quoted=is_csv)
    if not is_csv:
        return Part([_of_json(one) for one in records if one.strip()], place, is_last)
    head, begin, _ = await _records(session, job, 0, 1, quoted=True)
    columns, delimiter = _header(head)
    if job.place < begin:
        records = records[1:]
    rows = [_of_cells(one, columns, delimiter) for one in records if one.strip()]
    return Part(rows, place, is_last)


async def whole(session: AsyncSession, job: ImportJob) -> bytes:
    """Read a file as a whole."""
    parts, no = [], 0
    while (part := await piece(session, job.id, no)) is not None:
        parts.append(part)
        no += 1
    return b"".join(parts)


async def _records(
    session: AsyncSession, job: ImportJob, place: int, most: int, *, quoted: bool
) -> tuple[list[bytes], int, bool]:
    """Split a file into lines; where they are quoted, a line that breaks in a cell goes on."""
    no, skip = divmod(place, PIECE)
    held, begun, looked, quotes = bytearray(), 0, 0, 0
    found: list[bytes] = []
    while len(found) < most and begun < ENOUGH:
        at = held.find(b"\n", looked)
        end = len(held) if at < 0 else at + 1
        quotes += held.count(b'"', looked, end) if quoted else 0
        looked = end
        if at >= 0:
            if quotes % 2 == 0:
                found.append(bytes(held[begun:end]))
                begun = end
            continue
        if len(held) - begun > LONGEST:
            detail = f"Row {job.rows_read + len(found) + 1} is longer than {LONGEST} bytes"
            raise Unreadable(detail)
        part = await piece(session, job.id, no)
        if part is None:
            rest = bytes(held[begun:])
            return [*found, *([rest] if rest else [])], place + len(held), True
        held += part[skip:]
        no, skip = no + 1, 0
    return found, place + begun, place + begun >= job.size


def _of_json(text: bytes) -> Line:
    try:
        body = read_json(text.strip().removeprefix(_BOM.encode()))
    except Problem as problem:
        problem.detail = problem.detail.replace("The body", "The row")
        return Line(text, None, problem)
    if not isinstance(body, dict):
        return Line(text, None, MalformedRequest("The row is no JSON object"))
    return Line(text, body)


def _header(head: list[bytes]) -> tuple[list[str], str]:
    """Read the names of the columns, and tell by them what stands between cells."""
    try:
        text = (head[0] if head else b"").decode().removeprefix(_BOM).strip("\r\n")
    except UnicodeDecodeError:
        raise Unreadable("The first line is not UTF-8") from None
    delimiter = max(_DELIMITERS, key=text.count)
    try:
        names, *more = _cells(text, delimiter) if text else [[]]
    except csv.Error as error:
        raise Unreadable(f"The first line is not CSV: {error}") from None
    if more:
        raise Unreadable("Rows have to end with LF or CRLF; here, they end with CR alone")
    columns = [name.strip() for name in names]
    if "text" not in columns:
        raise Unreadable("The first line has to name the columns, and 'text' is none of them")
    if len(set(columns)) < len(columns):
        raise Unreadable("The first line has a column twice")
    return columns, delimiter


def _of_cells(record: bytes, columns: list[str], delimiter: str) -> Line:
    try:
        text = record.decode().removeprefix(_BOM).rstrip("\r\n")
    except UnicodeDecodeError:
        return Line(record, None, MalformedRequest("The row is not UTF-8"))
    try:
        cells, *more = _cells(text, delimiter) if text else [[]]
    except csv.Error as error:
        return Line(record, None, MalformedRequest(f"The row is not CSV: {error}"))
    if more:
        detail = "The row has a bare CR in it: rows end with LF or CRLF, and cells are quoted"
        return Line(record, None, MalformedRequest(detail))
    if len(cells) > len(columns):
        detail = f"The row has {len(cells)} cells, and there are {len(columns)} columns"
        return Line(record, None, MalformedRequest(detail))
    given = zip(columns, cells, strict=False)
    return Line(record, {name: unsafe(cell) for name, cell in given if cell.strip()})


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
