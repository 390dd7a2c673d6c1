"""The versions of a verdict: listed, fetched by number, and compared."""

import json
from uuid import UUID

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import DateTime, Integer

from app.access.reading import Reading
from app.documents.listing import Filter, Listing, Order, equals, same_id
from app.documents.verdict import VERDICT
from app.documents.verdict_version import VERDICT_VERSION
from app.foundation.problems import InputError, InvalidInput
from app.tables.version import VerdictVersion
from app.verdicts.differences import difference
from app.verdicts.schemas import DiffQuery, VersionFilter

_MOMENT = DateTime(timezone=True)
_OF = same_id(VerdictVersion.verdict_id)
_NO = equals(VerdictVersion.no, Integer())

VERSIONS = Listing(
    VERDICT_VERSION,
    {
        "verdict_id": _OF,
        "updated_since": Filter(_MOMENT, lambda value, _: VerdictVersion.published_at >= value),
    },
    {"no": Order(lambda _: VerdictVersion.no.expression, Integer())},
)


async def listed(reader: Reading, verdict_id: UUID, wanted: VersionFilter) -> Response:
    """List the versions of a verdict that the caller may see."""
    await reader.see(VERDICT, verdict_id)
    return await reader.page(VERSIONS, wanted, wanted.sort, verdict_id=verdict_id)


async def one(reader: Reading, verdict_id: UUID, no: int) -> Response:
    """Fetch a version by its number. Raises `NotFound`."""
    await reader.see(VERDICT, verdict_id)
    return await reader.only(
        VERDICT_VERSION, verdict_id, verdict_id=(_OF, verdict_id), no=(_NO, no)
    )


async def compared(reader: Reading, verdict_id: UUID, wanted: DiffQuery) -> Response:
    """Compare two versions that the caller may see. Raises `InvalidInput` when one isn't there."""
    await reader.see(VERDICT, verdict_id)
    found = {}
    for parameter, no in (("from", wanted.from_), ("to", wanted.to)):
        row = await reader.part(VERDICT_VERSION, verdict_id=(_OF, verdict_id), no=(_NO, no))
        if row is None:
            detail = "There is no such version, or none that you may see"
            error = InputError(parameter=parameter, code="reference", detail=detail)
            raise InvalidInput(detail, errors=[error])
        found[parameter] = json.loads(row[2])
    told = await run_in_threadpool(difference, found["from"], found["to"])
    body = json.dumps(told, ensure_ascii=False).encode()
    return reader.answer(VERDICT, verdict_id, wanted.to, body)
