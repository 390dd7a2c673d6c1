"""Merging: a speaker turned out to be another one. All that refers to it moves, or moves back.

Merges are made one at a time, so that no way from one speaker to the next changes under a merge
that follows it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import see_version
from app.changes.parts import require
from app.changes.record import recorded_change, shown
from app.documents.speaker import SPEAKER, survivor
from app.foundation.answers import Written
from app.foundation.problems import Gone, NotFound, invalid
from app.speakers import moves
from app.speakers.problems import AlreadyMerged, NotMerged
from app.speakers.schemas import SpeakerMerge, SpeakerUnmerge
from app.tables.merge import Reference
from app.tables.merge import SpeakerMerge as Merge
from app.tables.speaker import Speaker

_TURN = select(func.pg_advisory_xact_lock(func.hashtextextended("merging speakers", 0)))
_AFFILIATION = Reference.AFFILIATION


async def merge(
    session: AsyncSession, by: Caller, speaker_id: UUID, if_match: str | None, how: SpeakerMerge
) -> Written:
    """Merge a speaker into another one, and give that one's document.

    Raises `AlreadyMerged`; `InvalidInput` when the other one is not there, archived, merged, or
    the same; and otherwise as `hold` does.
    """
    await session.execute(_TURN)
    await moves.lock_owners(session, moves.of(_AFFILIATION, speaker_id))
    row, into = await _both(session, speaker_id, how.into)
    if row is None:
        raise NotFound("There is no such speaker")
    if row.merged_into_id is not None:
        raise AlreadyMerged(await _survivor(session, row))
    await _see(session, by, row, if_match)
    if into is row:
        raise invalid("/into", "same", "A speaker is not merged into itself")
    await require(session, SPEAKER, how.into, "/into")
    made = Merge(speaker_id=speaker_id, into_id=how.into)
    session.add(made)
    row.merged_into_id = how.into
    await recorded_change(session, by, "speaker.merged", SPEAKER, row, how.reason)
    moved = {one: await moves.found(session, moves.of(one, speaker_id)) for one in Reference}
    for one, rows in moved.items():
        await moves.note(session, made, one, rows)
    await _carry(session, by, moved, how.into, how.reason)
    return await shown(session, by, SPEAKER, await session.get_one(Speaker, how.into))


async def unmerge(
    session: AsyncSession, by: Caller, speaker_id: UUID, if_match: str | None, how: SpeakerUnmerge
) -> Written:
    """Take a merge back, and give the document of the speaker that is there again.

    What the merge moved goes back where it is still where the merge, and those that followed it,
    brought it. Raises `NotMerged`, and otherwise as `hold` does.
    """
    await session.execute(_TURN)
    way = await _way(session, speaker_id)
    if way:
        await moves.lock_owners(session, moves.brought(_AFFILIATION, way))
    row = await _held(session, speaker_id, key_share=True)
    if row is None:
        raise NotFound("There is no such speaker")
    await _see(session, by, row, if_match)
    if not way:
        raise NotMerged
    moved = {one: await moves.found(session, moves.brought(one, way)) for one in Reference}
    row.merged_into_id, way[0].unmerged_at = None, func.now()
    written = await recorded_change(session, by, "speaker.unmerged", SPEAKER, row, how.reason)
    await _carry(session, by, moved, speaker_id, how.reason)
    return written


async def _carry(
    session: AsyncSession,
    by: Caller,
    moved: Mapping[Reference, moves.Found],
    to: UUID,
    reason: str | None,
) -> None:
    for one in (Reference.STATEMENT, Reference.CONTACT):
        await moves.carry(session, by, one, moved[one], to, reason)
    await moves.carry_affiliations(session, by, moved[_AFFILIATION], to, reason)


async def _both(
    session: AsyncSession, speaker_id: UUID, into: UUID
) -> tuple[Speaker | None, Speaker | None]:
    """Lock both, in the order of their ids; the other one only so that it stays as it is."""
    strengths = {into: {"read": True}, speaker_id: {"key_share": True}}
    rows = {one: await _held(session, one, **strengths[one]) for one in sorted(strengths)}
    return rows[speaker_id], rows[into]


async def _held(session: AsyncSession, speaker_id: UUID, **strength: Any) -> Speaker | None:  # noqa: ANN401 - with_for_update's.
    query = select(Speaker).where(Speaker.id == speaker_id).with_for_update(**strength)
    return (await session.scalars(query)).one_or_none()


async def _see(session: AsyncSession, by: Caller, row: Speaker, if_match: str | None) -> None:
    """See that a speaker is not archived, and at the version that is named, if one is."""
    if row.archived_at is not None:
        raise Gone("This speaker was archived")
    if if_match is not None:
        await see_version(session, by, SPEAKER, row, if_match)


async def _survivor(session: AsyncSession, row: Speaker) -> UUID:
    found: UUID = (await session.scalars(select(survivor(row.id)))).one()
    return found


async def _way(session: AsyncSession, speaker_id: UUID) -> list[Merge]:
    """Give the merges that lead from a speaker to the one that it is now."""
    way: list[Merge] = []
    at = speaker_id
    while (following := await _merge_of(session, at)) is not None:
        way.append(following)
        at = following.into_id
    return way


async def _merge_of(session: AsyncSession, speaker_id: UUID) -> Merge | None:
    asked = select(Merge).where(Merge.speaker_id == speaker_id, Merge.unmerged_at.is_(None))
    return (await session.scalars(asked)).one_or_none()
