"""The addresses of speakers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.changes.archiving import archive
from app.changes.batches import Atomic, Batch
from app.changes.replacing import ByRef, RefInPath, When, creates_too
from app.documents.batches import SpeakerBatch
from app.documents.pages import SpeakerPage
from app.documents.speaker import SPEAKER, Speaker
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.speakers import actions
from app.speakers.queries import SPEAKERS
from app.speakers.schemas import NewSpeaker, NewSpeakerBatch, SpeakerFilter, SpeakerPatch

BY_REF = ByRef(SPEAKER, actions.add, actions.change)
BATCH = Batch(SPEAKER, NewSpeaker, actions.add)
router = APIRouter(prefix="/v1/speakers", tags=["speakers"], route_class=StrictRoute)


@router.get("", response_model=SpeakerPage)
async def list_speakers(wanted: Annotated[SpeakerFilter, Query()], reader: Reader) -> Response:
    """List speakers, the newest first unless you sort otherwise."""
    return await reader.page(SPEAKERS, wanted, wanted.sort)


@router.post("", response_model=Speaker, status_code=201)
async def create_speaker(new: NewSpeaker, by: Writer, session: Session) -> Response:
    """Record a speaker. An external identifier can be only one speaker's."""
    return created("speakers", await actions.add(session, by, new))


@router.post("/batch", response_model=SpeakerBatch)
async def create_speaker_batch(
    new: NewSpeakerBatch, by: Writer, session: Session, *, atomic: Atomic = True
) -> Response:
    """Record up to 1,000 speakers in one request.

    Each has a result of its own, in their order. With `atomic=true`, nothing is recorded unless
    everything can be; with `atomic=false`, what can't be is refused alone.
    """
    return await BATCH.record(session, by, new.items, atomic=atomic)


@router.get("/by-ref/{ref:ref}", response_model=Speaker)
async def get_speaker_by_ref(ref: RefInPath, reader: Reader) -> Response:
    """Fetch the speaker that your organisation calls by a reference.

    References are an organisation's own: other callers, and so the public, find nothing by them.
    """
    return await reader.by_ref(SPEAKER, ref)


@router.put("/by-ref/{ref:ref}", response_model=Speaker, responses=creates_too(Speaker))
async def put_speaker_by_ref(
    ref: RefInPath, new: NewSpeaker, by: Writer, session: Session, when: When
) -> Response:
    """Create or replace the speaker that you call by a reference.

    The body is the whole speaker: what it leaves out gets its default. To replace one, send
    `If-Match`; to be sure that none is replaced, `If-None-Match: *`. The same PUT again changes
    nothing.
    """
    return await BY_REF.put(session, by, ref, new, when)


@router.get("/{speaker_id:id}", response_model=Speaker)
async def get_speaker(speaker_id: UUID, reader: Reader) -> Response:
    """Fetch a speaker with all names, identifiers and affiliations."""
    return await reader.one(SPEAKER, speaker_id)


@router.patch("/{speaker_id:id}", response_model=Speaker)
async def change_speaker(
    speaker_id: UUID, patch: SpeakerPatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a speaker by a JSON merge patch. Speakers are shared by all organisations."""
    return changed(await actions.change(session, by, speaker_id, if_match, patch))


@router.delete("/{speaker_id:id}", status_code=204)
async def archive_speaker(
    speaker_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a speaker: it leaves the lists, and what refers to it goes on showing it."""
    return await archive(session, by, SPEAKER, speaker_id, if_match, shared=True)
