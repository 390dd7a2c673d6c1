"""The addresses of sources."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.documents.pages import SourcePage
from app.documents.source import SOURCE, Source
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.sources import actions
from app.sources.queries import SOURCES
from app.sources.schemas import NewSource, SourceFilter, SourcePatch

router = APIRouter(prefix="/v1/sources", tags=["sources"], route_class=StrictRoute)


@router.get("", response_model=SourcePage)
async def list_sources(wanted: Annotated[SourceFilter, Query()], reader: Reader) -> Response:
    """List sources, the newest first unless you sort otherwise.

    Confidential ones are listed for their own organisation only.
    """
    return await reader.page(SOURCES, wanted, wanted.sort)


@router.post("", response_model=Source, status_code=201)
async def create_source(new: NewSource, by: Writer, session: Session) -> Response:
    """Record a source, and its publisher with it if you nest one. An address is one source's."""
    return created("sources", await actions.add(session, by, new))


@router.get("/{source_id:id}", response_model=Source)
async def get_source(source_id: UUID, reader: Reader) -> Response:
    """Fetch a source. Of a confidential one, strangers see only its kind, and that it is so."""
    return await reader.one(SOURCE, source_id)


@router.patch("/{source_id:id}", response_model=Source)
async def change_source(
    source_id: UUID, patch: SourcePatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a source by a JSON merge patch. Sources are shared by all organisations."""
    return changed(await actions.change(session, by, source_id, if_match, patch))


@router.delete("/{source_id:id}", status_code=204)
async def archive_source(
    source_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a source: it leaves the lists, and what refers to it goes on showing it."""
    return await actions.archive(session, by, source_id, if_match)
