"""Provenance, answered: as a graph or as a picture, whichever is wanted."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from fastapi import Request, Response

from app.access.looking import single
from app.access.reading import Reading
from app.changes import past
from app.documents.statement import STATEMENT
from app.foundation import outside
from app.foundation.negotiation import chosen
from app.provenance.drawing import picture
from app.provenance.graph import Graph

MEDIA: Final = ("application/ld+json", "application/json", "image/svg+xml")
"""What can be asked for in `Accept`; of those that are wanted alike, the first."""
_GRAPH, _, _PICTURE = MEDIA
_SAFE: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Content-Security-Policy: should a picture ever hold what it must not, it doesn't run."""


class Form(StrEnum):
    """In which form provenance is told."""

    JSONLD = "jsonld"
    SVG = "svg"


async def show(
    reader: Reading, statement_id: UUID, form: Form | None, as_of: datetime | None
) -> Response:
    """Answer how a statement travelled. Raises `NotFound`, `Gone` or `InvalidInput`."""
    version, document = await _read(reader, statement_id, as_of)
    media = _wanted(reader.request, form)
    statement = json.loads(document)
    if media == _PICTURE:
        body = picture(statement)
    else:
        graph = Graph(statement, outside.root(reader.request)).document()
        body = json.dumps(graph, ensure_ascii=False).encode()
    headers = {"Content-Type": media, "Vary": f"Accept, {outside.varies(reader.request)['Vary']}"}
    headers |= {"Content-Security-Policy": _SAFE} if media == _PICTURE else {}
    return reader.answer(STATEMENT, statement_id, version, body, headers)


async def _read(reader: Reading, statement_id: UUID, as_of: datetime | None) -> tuple[int, bytes]:
    """Read the statement's document, as its own address shows it to the same reader."""
    if as_of is not None:
        document = await past.document(reader, STATEMENT, statement_id, as_of)
        return json.loads(document)["version"], document
    _, version, document, *_ = await reader.row_of(
        STATEMENT, single(STATEMENT, reader.view, None), statement_id
    )
    return version, document


def _wanted(request: Request, form: Form | None) -> str:
    """Choose a media type: what the address says goes before what the header prefers."""
    if form is not None:
        return _PICTURE if form is Form.SVG else _GRAPH
    return chosen(request.headers.get("accept"), MEDIA) or _GRAPH
