"""The address of exports."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.access.reader import Reader
from app.exports.schemas import ExportQuery
from app.exports.streaming import Export
from app.foundation.strict import StrictRoute


class ExportRoute(StrictRoute):
    """A route that answers lines."""

    answers = ("application/x-ndjson", "text/csv", "application/json")


router = APIRouter(prefix="/v1/export", tags=["exports"], route_class=ExportRoute)

_NDJSON = (
    '{"collection": "topics", "document": {"id": "01a20470-f7d1-7338-b238-e2669ef3aa30",'
    ' "ref": null, "version": 1, "key": "mobilisation", "labels": {"en": "Mobilisation"},'
    ' "description": null, "parent_id": null, "created_at": "2022-09-27T14:03:11.482615Z",'
    ' "updated_at": "2022-09-27T14:03:11.482615Z", "created_by": null}}\n'
    '{"position": 42, "rows": 1}\n'
)
_CSV = "id,ref,text,language\r\n01a20470-f7d1-7338-b238-e2669ef3aa40,,98.000 Russes,fr\r\n"
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/x-ndjson": {"schema": {"type": "string"}, "example": _NDJSON},
            "text/csv": {"schema": {"type": "string"}, "example": _CSV},
        },
    },
    304: {"description": "Nothing has changed since."},
}


@router.get("", response_class=Response, responses=_ANSWERS)
async def get_export(wanted: Annotated[ExportQuery, Query()], reader: Reader) -> Response:
    """Export everything that you may see, as it is at one instant.

    The filters are those of the list of statements; with them comes what the statements need:
    their verdicts, speakers, sources, topics, and the links between them. The last line of NDJSON
    says how many rows there were, and `position`, from which `/v1/changes` keeps it current; the
    header `Onrecord-Position` says that, too. What was cut short has no such line: go on with
    `after`, and keep the first position.
    """
    return Export(reader, wanted)
