"""The addresses of speakers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.naming import page_by_name
from app.access.reader import Reader
from app.access.writing import Session
from app.changes.archiving import archive
from app.changes.batches import Atomic, Batch
from app.changes.replacing import ByRef, RefInPath, When, creates_too
from app.documents.batches import SpeakerBatch
from app.documents.pages import SpeakerPage
from app.documents.shape import View
from app.documents.speaker import SPEAKER, Speaker
from app.documents.speaker_stats import STATS, SpeakerStats
from app.foundation.answers import Written, changed, created
from app.foundation.preconditions import IfMatch, IfMatchIfAny
from app.foundation.strict import StrictRoute
from app.speakers import actions, merging
from app.speakers.queries import SPEAKERS
from app.speakers.schemas import (
    NewSpeaker,
    NewSpeakerBatch,
    SpeakerFilter,
    SpeakerMerge,
    SpeakerPatch,
    SpeakerUnmerge,
)

BY_REF = ByRef(SPEAKER, actions.add, actions.replace)
MOVED: dict[int | str, dict[str, Any]] = {
    308: {"description": "It was merged into another speaker, which `Location` leads to."}
}
HAD: dict[int | str, dict[str, Any]] = {304: {"description": "You have it already."}}
BATCH = Batch(SPEAKER, NewSpeaker, actions.add)
router = APIRouter(prefix="/v1/speakers", tags=["speakers"], route_class=StrictRoute)


@router.get("", response_model=SpeakerPage)
async def list_speakers(wanted: Annotated[SpeakerFilter, Query()], reader: Reader) -> Response:
    """List speakers, the newest first unless you sort otherwise."""
    if wanted.q is not None:
        sort = wanted.sort if "sort" in wanted.model_fields_set else None
        return await page_by_name(reader, SPEAKERS, wanted, wanted.q, sort)
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


@router.get("/by-ref/{ref:ref}", response_model=Speaker, responses=MOVED)
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


@router.get("/{speaker_id:id}", response_model=Speaker, responses=MOVED)
async def get_speaker(speaker_id: UUID, reader: Reader) -> Response:
    """Fetch a speaker with all names, identifiers and affiliations.

    One that was merged into another redirects to that one, for ever.
    """
    return await reader.one(SPEAKER, speaker_id)


@router.patch("/{speaker_id:id}", response_model=Speaker, responses=MOVED)
async def change_speaker(
    speaker_id: UUID, patch: SpeakerPatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a speaker by a JSON merge patch. Speakers are shared by all organisations."""
    return changed(await actions.change(session, by, speaker_id, if_match, patch))


@router.delete("/{speaker_id:id}", status_code=204, responses=MOVED)
async def archive_speaker(
    speaker_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a speaker: it leaves the lists, and what refers to it goes on showing it."""
    return await archive(session, by, SPEAKER, speaker_id, if_match, shared=True)


@router.post("/{speaker_id:id}/merge", response_model=Speaker)
async def merge_speaker(
    speaker_id: UUID,
    how: SpeakerMerge,
    by: Writer,
    session: Session,
    if_match: IfMatchIfAny = None,
) -> Response:
    """Merge a speaker into another one, which it turned out to be.

    All that refers to it moves to the other one, which is answered. Its own address redirects there
    from then on. What it says of itself stays with it, so that `unmerge` undoes all of it.
    """
    return _at_home(await merging.merge(session, by, speaker_id, if_match, how))


@router.post("/{speaker_id:id}/unmerge", response_model=Speaker)
async def unmerge_speaker(
    speaker_id: UUID,
    how: SpeakerUnmerge,
    by: Writer,
    session: Session,
    if_match: IfMatchIfAny = None,
) -> Response:
    """Take a merge back: the speaker is there again, and is answered.

    What the merge moved, and nobody gave to another speaker since, refers to it again. What refers
    to the other one by itself stays there.
    """
    return _at_home(await merging.unmerge(session, by, speaker_id, if_match, how))


@router.get("/{speaker_id:id}/stats", response_model=SpeakerStats, responses=MOVED | HAD)
async def get_speaker_stats(speaker_id: UUID, reader: Reader) -> Response:
    """Count the published verdicts about what a speaker said, by check type and rating.

    Counted are verdicts that are out and not retracted, about statements that are public; drafts
    never, whoever asks. This is no score, and none can be made of it: who is checked more often has
    more of every rating, and what is checked is chosen.
    """
    return await reader.one(STATS, speaker_id, view=View.PUBLIC, part="/stats")


def _at_home(written: Written) -> Response:
    """Answer with a speaker whose address may be another than the one that was asked."""
    answer = changed(written)
    answer.headers["Content-Location"] = f"/v1/speakers/{written.id}"
    return answer
