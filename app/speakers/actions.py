"""What can be done with speakers."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import add_record, new_record
from app.changes.holding import hold, keep_ref
from app.changes.parts import names, refuse_taken_ids, require, rewrite, rows_of
from app.changes.record import record, recorded_change, shown
from app.changes.writing import whole
from app.documents.speaker import SPEAKER
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.speakers import queries
from app.speakers.problems import AlreadyMerged
from app.speakers.schemas import NewAffiliation, NewSpeaker, SpeakerPatch
from app.tables.speaker import Affiliation, Speaker, SpeakerExternalId, SpeakerName

_PARTS = {"names", "external_ids", "affiliations"}


async def add(
    session: AsyncSession, by: Caller, new: NewSpeaker, own_id: UUID | None = None
) -> Written:
    """Record a speaker. Raises `Conflict` when an external identifier is somebody else's."""
    return await whole(session, partial(_add, session, by, new, own_id))


async def _add(session: AsyncSession, by: Caller, new: NewSpeaker, own_id: UUID | None) -> Written:
    columns = {
        "id": own_id or new_id(),
        "organization_id": by.organization_id,
        "created_by": by.person,
        **new.model_dump(exclude=_PARTS),
    }
    row = new_record(session, Speaker, columns)
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
    await _write_parts(session, row.id, wanted, current, row.affiliations)
    return await recorded_change(session, by, "speaker.changed", SPEAKER, row)


async def replace(
    session: AsyncSession, by: Caller, speaker_id: UUID, if_match: str | None, whole: NewSpeaker
) -> Written:
    """Replace what is called by a reference.

    Raises `AlreadyMerged` for what was merged: no other address takes the whole of its survivor.
    """
    survivor_id = await session.scalar(queries.survivor_of(speaker_id))
    if survivor_id is not None:
        raise AlreadyMerged(survivor_id)
    return await change(session, by, speaker_id, if_match, whole)


async def is_meant(session: AsyncSession, by: Caller, speaker_id: UUID, nested: NewSpeaker) -> bool:
    """Say whether a nested speaker is one that is there: it says the same, or names it.

    What was merged into that one is that one, too.
    """
    rows = await session.scalars(queries.merged_into(speaker_id).options(*queries.PARTS))
    return any(
        names(nested, row, row.external_ids, by) or nested == NewSpeaker.model_validate(row)
        for row in rows
    )


async def _write_parts(
    session: AsyncSession,
    speaker_id: UUID,
    wanted: NewSpeaker,
    current: NewSpeaker | None,
    stored: Sequence[Affiliation] = (),
) -> None:
    owner, anew = {"speaker_id": speaker_id}, current is None
    if current is None or wanted.names != current.names:
        await rewrite(session, SpeakerName, owner, rows_of(wanted.names), anew=anew)
    if current is None or wanted.external_ids != current.external_ids:
        ids = wanted.external_ids
        await refuse_taken_ids(session, SpeakerExternalId, owner, ids, SPEAKER)
        await rewrite(session, SpeakerExternalId, owner, rows_of(ids), anew=anew)
    if current is None or wanted.affiliations != current.affiliations:
        known = {row.organization_id for row in stored}
        for position, one in enumerate(wanted.affiliations):
            pointer = f"/affiliations/{position}/organization_id"
            if one.organization_id not in known:
                await require(session, SPEAKER, one.organization_id, pointer)
        await rewrite(session, Affiliation, owner, _kept(wanted, stored), anew=anew)


def _kept(wanted: NewSpeaker, stored: Sequence[Affiliation]) -> list[dict[str, Any]]:
    """Give affiliations as rows; those with an organisation that was there keep their ids.

    By its id, a merge knows which one it moved. One that says the same goes before one that is
    merely with the same organisation.
    """
    rows = rows_of(wanted.affiliations)
    left = {row.id: NewAffiliation.model_validate(row).model_dump() for row in stored}
    for fields in ({*NewAffiliation.model_fields}, {"organization_id"}):
        for row in rows:
            same = (one for one in left if all(left[one][name] == row[name] for name in fields))
            if "id" not in row and (found := next(same, None)):
                row["id"] = found
                del left[found]
    return [{"id": new_id(), **row} for row in rows]
