"""How rating scales are listed, and ratings found."""

from uuid import UUID

from sqlalchemy import Select, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.documents.listing import Filter, Listing, by_name, equals, standard_orders
from app.documents.rating import RATING_SCALE
from app.tables.organization import DefaultScale
from app.tables.rating import CheckType, Rating, RatingScale
from app.tables.version import VerdictVersion

PARTS = (selectinload(RatingScale.ratings),)

RATING_SCALES = Listing(
    RATING_SCALE,
    {
        "key": equals(RatingScale.key),
        "check_type": Filter(Text(), lambda value, _: RatingScale.check_types.any_() == value),
    },
    {**standard_orders(RATING_SCALE), "key": by_name(RatingScale.key)},
)


async def is_used(session: AsyncSession, scale_id: UUID) -> bool:
    """Say whether any version of a verdict is rated on a scale."""
    used = select(VerdictVersion.id).join(Rating).where(Rating.scale_id == scale_id)
    return bool(await session.scalar(select(used.exists())))


async def newest(
    session: AsyncSession, organization_id: UUID | None, key: str
) -> RatingScale | None:
    """Find the newest edition of an organisation's own scale."""
    mine = select(RatingScale).where(
        RatingScale.organization_id == organization_id, RatingScale.key == key
    )
    return (await session.scalars(_newest(mine))).first()


async def scale_for(
    session: AsyncSession, organization_id: UUID | None, check_type: CheckType, key: str | None
) -> RatingScale | None:
    """Find the scale to rate on: the one named, the organisation's default, or the built-in one.

    An organisation's own scale goes before a built-in one of the same key.
    """
    scales = select(RatingScale).where(RatingScale.archived_at.is_(None)).options(*PARTS)
    if key is not None:
        own = RatingScale.organization_id == organization_id
        named = scales.where(RatingScale.key == key, own | RatingScale.organization_id.is_(None))
        return (await session.scalars(_newest(named.order_by(own.desc().nulls_last())))).first()
    chosen = scales.join(DefaultScale, DefaultScale.scale_id == RatingScale.id).where(
        DefaultScale.organization_id == organization_id, DefaultScale.check_type == check_type
    )
    built_in = scales.where(
        RatingScale.organization_id.is_(None), RatingScale.check_types.any_() == check_type
    )
    found = (await session.scalars(chosen)).first()
    return found or (await session.scalars(_newest(built_in))).first()


def _newest(scales: Select[RatingScale]) -> Select[RatingScale]:
    return scales.order_by(RatingScale.edition.desc()).limit(1)
