"""How measures are listed and looked up."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.listing import Listing, by_name, equals, standard_orders
from app.documents.measure import MEASURE
from app.tables.measure import Flow, Measure

MEASURES = Listing(
    MEASURE,
    {"family": equals(Measure.family)},
    {**standard_orders(MEASURE), "key": by_name(Measure.key)},
)


async def with_key(session: AsyncSession, key: str) -> Measure | None:
    """Find the measure with a key."""
    return (await session.scalars(select(Measure).where(Measure.key == key))).one_or_none()


async def with_flow(session: AsyncSession, family: str, flow: Flow) -> Measure | None:
    """Find the measure that counts this way within a family."""
    same = (Measure.family == family, Measure.flow == flow, Measure.archived_at.is_(None))
    return (await session.scalars(select(Measure).where(*same))).one_or_none()
