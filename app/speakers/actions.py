"""What can be done with speakers."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import add_record
from app.changes.holding import hold, keep_ref
from app.changes.parts import names, refuse_taken_ids, require, rewrite, rows_of
from app.changes.record import record, recorded_change, shown
from app.documents.speaker import SPEAKER
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.speakers import queries
from app.speakers.schemas import NewSpeaker, SpeakerPatch
from app.tables.speaker import Affiliation, Speaker, SpeakerExternalId, SpeakerName

_PARTS = {"names", "external_ids", "affiliations"}


async def add(session: AsyncSession, by: Caller, new: NewSpeaker) -> Written:
    """Record a speaker. Raises `Conflict` when an external identifier is somebody else's."""
    row = Speaker(
        id=new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        **new.model_dump(exclude=_PARTS),
    )
    await add_record(session, row)
    await _write_parts(session, row.id, new, None)
    return await record(session, by, "speaker.created", SPEAKER, row)


async def change(
    session: AsyncSession,
    by: Caller,
    speaker_id: UUID,
    if_match: str | None,
    patch: SpeakerPatch | NewSpeaker,
) -> Written:
    """Change a speaker, or replace it. What changes nothing leaves the version as it is."""
    row = await hold(session, by, SPEAKER, speaker_id, if_match, *queries.PARTS, shared=True)
    current = NewSpeaker.model_validate(row)
    wanted = patch.applied(current)
    keep_ref(row, by, wanted.ref)
    if wanted == current:
        return await shown(session, by, SPEAKER, row)
    for name, value in wanted.model_dump(exclude=_PARTS).items():
        setattr(row, name, value)
    await _write_parts(session, row.id, wanted, current)
    return await recorded_change(session, by, "speaker.changed", SPEAKER, row)


async def is_meant(session: AsyncSession, by: Caller, speaker_id: UUID, nested: NewSpeaker) -> bool:
    """Say whether a nested speaker is one that is there: it says the same, or names it."""
    found = select(Speaker).where(Speaker.id == speaker_id).options(*queries.PARTS)
    row = (await session.scalars(found)).one()
    return names(nested, row, row.external_ids, by) or nested == NewSpeaker.model_validate(row)


async def _write_parts(
    session: AsyncSession, speaker_id: UUID, wanted: NewSpeaker, current: NewSpeaker | None
) -> None:
    owner, anew = {"speaker_id": speaker_id}, current is None
    if current is None or wanted.names != current.names:
        await rewrite(session, SpeakerName, owner, rows_of(wanted.names), anew=anew)
    if current is None or wanted.external_ids != current.external_ids:
        ids = wanted.external_ids
        await refuse_taken_ids(session, SpeakerExternalId, owner, ids, SPEAKER)
        await rewrite(session, SpeakerExternalId, owner, rows_of(ids), anew=anew)
    if current is None or wanted.affiliations != current.affiliations:
        for position, one in enumerate(wanted.affiliations):
            pointer = f"/affiliations/{position}/organization_id"
            await require(session, SPEAKER, one.organization_id, pointer)
        await rewrite(session, Affiliation, owner, rows_of(wanted.affiliations), anew=anew)
