"""The addresses of speakers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.changes.archiving import archive
from app.documents.pages import SpeakerPage
from app.documents.speaker import SPEAKER, Speaker
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.speakers import actions
from app.speakers.queries import SPEAKERS
from app.speakers.schemas import NewSpeaker, SpeakerFilter, SpeakerPatch

router = APIRouter(prefix="/v1/speakers", tags=["speakers"], route_class=StrictRoute)


@router.get("", response_model=SpeakerPage)
async def list_speakers(wanted: Annotated[SpeakerFilter, Query()], reader: Reader) -> Response:
    """List speakers, the newest first unless you sort otherwise."""
    return await reader.page(SPEAKERS, wanted, wanted.sort)


@router.post("", response_model=Speaker, status_code=201)
async def create_speaker(new: NewSpeaker, by: Writer, session: Session) -> Response:
    """Record a speaker. An external identifier can be only one speaker's."""
    return created("speakers", await actions.add(session, by, new))


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
