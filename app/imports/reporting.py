"""Reports of imports: read part by part, and sent line by line, in constant memory."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from fastapi import Response
from starlette.responses import StreamingResponse

from app.access.reading import Reading
from app.documents.import_job import IMPORT_JOB
from app.foundation.reads import Reads
from app.foundation.strict import StrictRoute
from app.foundation.wire import BODILESS
from app.imports import queries

_LINE = (
    '{"row": 17, "state": "refused", "collection": "statements", "name": null,'
    ' "problem": "invalid-input", "errors": [{"pointer": "/language", "parameter": null,'
    ' "header": null, "code": "missing", "detail": "Field required"}], "warnings": []}\n'
)
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": _LINE}}},
}


class ReportRoute(StrictRoute):
    """A route that answers lines."""

    answers = ("application/x-ndjson", "application/json")


async def answer(reader: Reading, job_id: UUID) -> Response:
    """Answer the report of an import. Raises `NotFound`."""
    await reader.see(IMPORT_JOB, job_id)
    name = f'attachment; filename="import-{job_id}.ndjson"'
    headers = reader.headers() | {"Content-Disposition": name}
    media = "application/x-ndjson"
    if BODILESS in reader.request.scope:
        return Response(None, 200, headers, media)
    return StreamingResponse(_lines(reader.reads, job_id), 200, headers, media)


async def _lines(reads: Reads, job_id: UUID) -> AsyncIterator[bytes]:
    after = 0
    while found := await reads.rows(queries.REPORT, {"job_id": job_id, "after": after}):
        yield b"".join(row["line"].replace(b"\n", b" ") + b"\n" for row in found)
        after = found[-1]["no"]
