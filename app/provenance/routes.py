"""The address of a statement's provenance."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from app.access.reader import Reader
from app.changes.past import AsOf
from app.documents.provenance import Provenance
from app.foundation.strict import StrictRoute
from app.provenance import showing
from app.provenance.showing import MEDIA, Form


class ProvenanceRoute(StrictRoute):
    """A route that answers JSON-LD, or SVG."""

    answers: ClassVar = MEDIA


router = APIRouter(prefix="/v1/statements", tags=["provenance"], route_class=ProvenanceRoute)
Wanted = Annotated[
    Form | None,
    Query(
        alias="format",
        description="In which form, whatever `Accept` says. Without it, `Accept` decides.",
    ),
]
DRAWN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA[-1]: {"schema": {"type": "string"}, "example": '<svg role="img">…</svg>'}}
    },
    304: {"description": "You have it already."},
}


class LinkedData(JSONResponse):
    """An answer in JSON-LD."""

    media_type = MEDIA[0]


@router.get(
    "/{statement_id:id}/provenance",
    response_model=Provenance,
    response_class=LinkedData,
    responses=DRAWN,
)
async def get_statement_provenance(
    statement_id: UUID, reader: Reader, form: Wanted = None, as_of: AsOf = None
) -> Response:
    """Fetch how a statement travelled, as W3C PROV in JSON-LD or as a picture in SVG.

    Each appearance is derived from the one that it had it from, or from what was said. `Accept:
    image/svg+xml` or `format=svg` draws the tree. With `as_of`, it is what the public saw then.
    """
    return await showing.show(reader, statement_id, form, as_of)
