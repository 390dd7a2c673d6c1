"""The addresses of sources."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.naming import page_by_name
from app.access.reader import Reader
from app.access.writing import Session
from app.changes.batches import Atomic, Batch
from app.changes.replacing import ByRef, RefInPath, When, creates_too
from app.documents.batches import SourceBatch
from app.documents.pages import SourcePage
from app.documents.source import SOURCE, Source
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.sources import actions
from app.sources.queries import SOURCES
from app.sources.schemas import NewSource, NewSourceBatch, SourceFilter, SourcePatch

BY_REF = ByRef(SOURCE, actions.add, actions.change)
BATCH = Batch(SOURCE, NewSource, actions.add)
router = APIRouter(prefix="/v1/sources", tags=["sources"], route_class=StrictRoute)


@router.get("", response_model=SourcePage)
async def list_sources(wanted: Annotated[SourceFilter, Query()], reader: Reader) -> Response:
    """List sources, the newest first unless you sort otherwise.

    Confidential ones are listed for their own organisation only.
    """
    if wanted.q is not None:
        sort = wanted.sort if "sort" in wanted.model_fields_set else None
        return await page_by_name(reader, SOURCES, wanted, wanted.q, sort)
    return await reader.page(SOURCES, wanted, wanted.sort)


@router.post("", response_model=Source, status_code=201)
async def create_source(new: NewSource, by: Writer, session: Session) -> Response:
    """Record a source, and its publisher with it if you nest one. An address is one source's."""
    return created("sources", await actions.add(session, by, new))


@router.post("/batch", response_model=SourceBatch)
async def create_source_batch(
    new: NewSourceBatch, by: Writer, session: Session, *, atomic: Atomic = True
) -> Response:
    """Record up to 1,000 sources in one request.

    Each has a result of its own, in their order. With `atomic=true`, nothing is recorded unless
    everything can be; with `atomic=false`, what can't be is refused alone.
    """
    return await BATCH.record(session, by, new.items, atomic=atomic)


@router.get("/by-ref/{ref:ref}", response_model=Source)
async def get_source_by_ref(ref: RefInPath, reader: Reader) -> Response:
    """Fetch the source that your organisation calls by a reference.

    References are an organisation's own: other callers, and so the public, find nothing by them.
    """
    return await reader.by_ref(SOURCE, ref)


@router.put("/by-ref/{ref:ref}", response_model=Source, responses=creates_too(Source))
async def put_source_by_ref(
    ref: RefInPath, new: NewSource, by: Writer, session: Session, when: When
) -> Response:
    """Create or replace the source that you call by a reference.

    The body is the whole source: what it leaves out gets its default. To replace one, send
    `If-Match`; to be sure that none is replaced, `If-None-Match: *`. The same PUT again changes
    nothing.
    """
    return await BY_REF.put(session, by, ref, new, when)


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
