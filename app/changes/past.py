"""What the public saw at an instant: one resource, or a page of a list, out of the change log."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from app.access.reading import Dress, Reading
from app.changes.dressing import Dressing
from app.documents.listing import Listing
from app.documents.shape import Kind, View
from app.documents.verdict import VERDICT
from app.foundation import reads
from app.foundation.dates import Instant
from app.foundation.pages import PageQuery
from app.foundation.problems import Gone, InputError, InvalidInput, NotFound

AsOf = Annotated[
    Instant | None,
    Query(description="Show what the public saw at this instant, whatever happened since."),
]
_LAST = reads.Query(
    """
SELECT public_document::json AS document, action, EXISTS (
    SELECT FROM change AS earlier
    WHERE earlier.resource_id = change.resource_id AND earlier.version < change.version
        AND earlier.public_document IS NOT NULL
) AS was_public
FROM change
WHERE resource_id = $1 AND collection = $2 AND at <= $3 ORDER BY version DESC LIMIT 1
""",
    ("id", "collection", "as_of"),
)


async def one(reader: Reading, kind: Kind[Any], resource_id: UUID, as_of: datetime) -> Response:
    """Answer a resource as the public saw it. Raises `NotFound`, `Gone` or `InvalidInput`."""
    body = await document(reader, kind, resource_id, as_of)
    return public(reader).answer(kind, resource_id, json.loads(body)["version"], body)


async def document(reader: Reading, kind: Kind[Any], resource_id: UUID, as_of: datetime) -> bytes:
    """Read what the public saw of a resource. Raises `NotFound`, `Gone` or `InvalidInput`."""
    _refuse_future(as_of)
    values = {"id": resource_id, "collection": kind.collection, "as_of": as_of}
    row = await reader.reads.row(_LAST, values)
    if row is None or row["document"] is None:
        if row is not None and row["was_public"] and row["action"].endswith(".archived"):
            raise Gone(f"This {kind.noun} had been archived by then")
        raise NotFound(f"The public saw no such {kind.noun} then")
    (body,) = await _dress(reader, kind.collection, as_of)([row["document"]])
    return body


async def page(
    reader: Reading, listing: Listing, wanted: PageQuery, sort: str, as_of: datetime
) -> Response:
    """Answer a page of a list of the past. Raises `InvalidCursor` or `InvalidInput`."""
    _refuse_future(as_of)
    unknown = [name for name in wanted.conditions() if name not in listing.every_filter()]
    if unknown:
        detail = "This can't be asked of the past"
        raise InvalidInput(
            detail,
            errors=[InputError(parameter=name, code="past", detail=detail) for name in unknown],
        )
    dress = _dress(reader, listing.kind.collection, as_of)
    return await public(reader).page(listing, wanted, sort, dress)


def refuse_view(view: View | None) -> None:
    """Refuse to show the past through other eyes than the public's."""
    if view is View.EDITORIAL:
        detail = "With as_of, it is shown as the public saw it"
        error = InputError(parameter="view", code="past", detail=detail)
        raise InvalidInput(detail, errors=[error])


def public(reader: Reading) -> Reading:
    """Read through the public's eyes, whoever asks."""
    return replace(reader, through=View.PUBLIC)


def _refuse_future(as_of: datetime) -> None:
    if as_of > datetime.now(UTC):
        detail = "Nobody has seen that yet: it lies in the future"
        raise InvalidInput(
            detail, errors=[InputError(parameter="as_of", code="future", detail=detail)]
        )


def _dress(reader: Reading, collection: str, as_of: datetime) -> Dress:
    dressing = Dressing(reader.reads, as_of)
    dress = dressing.verdicts if collection == VERDICT.collection else dressing.statements

    async def dressed(documents: list[bytes]) -> list[bytes]:
        found = await dress([json.loads(one) for one in documents])
        return [json.dumps(one, ensure_ascii=False).encode() for one in found]

    return dressed
