"""What can be done with speakers."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.parts import require, rewrite, rows_of
from app.changes.record import record, recorded_change, shown
from app.documents.speaker import SPEAKER
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import taken
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
    session.add(row)
    await session.flush()
    await _write_parts(session, row.id, new, None)
    return await record(session, by, "speaker.created", SPEAKER, row)


async def change(
    session: AsyncSession, by: Caller, speaker_id: UUID, if_match: str | None, patch: SpeakerPatch
) -> Written:
    """Change a speaker. What changes nothing leaves the version as it is."""
    row = await hold(session, by, SPEAKER, speaker_id, if_match, *queries.PARTS, shared=True)
    current = NewSpeaker.model_validate(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, SPEAKER, row)
    for name, value in wanted.model_dump(exclude=_PARTS).items():
        setattr(row, name, value)
    await _write_parts(session, row.id, wanted, current)
    return await recorded_change(session, by, "speaker.changed", SPEAKER, row)


async def _write_parts(
    session: AsyncSession, speaker_id: UUID, wanted: NewSpeaker, current: NewSpeaker | None
) -> None:
    owner, anew = {"speaker_id": speaker_id}, current is None
    if current is None or wanted.names != current.names:
        await rewrite(session, SpeakerName, owner, rows_of(wanted.names), anew=anew)
    if current is None or wanted.external_ids != current.external_ids:
        await _refuse_taken(session, speaker_id, wanted)
        ids = rows_of(wanted.external_ids)
        await rewrite(session, SpeakerExternalId, owner, ids, anew=anew)
    if current is None or wanted.affiliations != current.affiliations:
        for position, one in enumerate(wanted.affiliations):
            pointer = f"/affiliations/{position}/organization_id"
            await require(session, SPEAKER, one.organization_id, pointer)
        await rewrite(session, Affiliation, owner, rows_of(wanted.affiliations), anew=anew)


async def _refuse_taken(session: AsyncSession, speaker_id: UUID, wanted: NewSpeaker) -> None:
    if not wanted.external_ids:
        return
    for scheme, value in await queries.others_with(session, speaker_id, wanted.external_ids):
        position = [(one.scheme, one.value) for one in wanted.external_ids].index((scheme, value))
        raise taken(f"/external_ids/{position}", f"Another speaker is {scheme}:{value}")
