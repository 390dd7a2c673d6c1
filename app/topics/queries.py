"""How topics are listed and looked up."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.listing import Listing, by_name, same_id, standard_orders
from app.documents.topic import TOPIC
from app.tables.topic import Topic

TOPICS = Listing(
    TOPIC,
    {"parent_id": same_id(Topic.parent_id)},
    {**standard_orders(TOPIC), "key": by_name(Topic.key)},
)


async def with_key(session: AsyncSession, key: str) -> Topic | None:
    """Find the topic with a key."""
    return (await session.scalars(select(Topic).where(Topic.key == key))).one_or_none()
