"""What can be done with rating scales."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.parts import require, rewrite, rows_of
from app.changes.record import record, recorded_change, shown
from app.documents.rating import RATING_SCALE
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import invalid, taken
from app.ratings import queries
from app.ratings.problems import ScaleInUse
from app.ratings.schemas import NewRatingScale, RatingScalePatch
from app.tables.rating import Rating, RatingScale


async def add(
    session: AsyncSession, by: Caller, new: NewRatingScale, own_id: UUID | None = None
) -> Written:
    """Record a scale, or the next edition of one. Raises `Conflict` when the key is taken."""
    row = RatingScale(
        id=own_id or new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        edition=await _edition(session, by, new, None),
        **new.model_dump(exclude={"ratings"}),
    )
    session.add(row)
    await session.flush()
    await rewrite(session, Rating, {"scale_id": row.id}, rows_of(new.ratings), anew=True)
    return await record(session, by, "rating_scale.created", RATING_SCALE, row)


async def change(
    session: AsyncSession,
    by: Caller,
    scale_id: UUID,
    if_match: str | None,
    patch: RatingScalePatch,
) -> Written:
    """Change a scale that no verdict uses yet. Raises `ScaleInUse`."""
    row = await hold(session, by, RATING_SCALE, scale_id, if_match, *queries.PARTS)
    current = NewRatingScale.model_validate(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, RATING_SCALE, row)
    if await queries.is_used(session, row.id):
        raise ScaleInUse
    if (wanted.key, wanted.supersedes_id) != (current.key, current.supersedes_id):
        row.edition = await _edition(session, by, wanted, row.id)
    for name, value in wanted.model_dump(exclude={"ratings"}).items():
        setattr(row, name, value)
    await rewrite(session, Rating, {"scale_id": row.id}, rows_of(wanted.ratings), anew=False)
    return await recorded_change(session, by, "rating_scale.changed", RATING_SCALE, row)


async def _edition(
    session: AsyncSession, by: Caller, wanted: NewRatingScale, own: UUID | None
) -> int:
    newest = await queries.newest(session, by.organization_id, wanted.key)
    if wanted.supersedes_id is None:
        if newest is not None and newest.archived_at is None:
            raise taken("/key", "There is a scale of this key; name it in supersedes_id")
        return newest.edition + 1 if newest is not None else 1
    await require(session, RATING_SCALE, wanted.supersedes_id, "/supersedes_id")
    if newest is None or newest.id != wanted.supersedes_id or newest.id == own:
        raise invalid(
            "/supersedes_id", "edition", "This is not the newest edition of your scale of this key"
        )
    return newest.edition + 1
