"""How topics are listed and looked up."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.changes.adding import gathered
from app.documents.listing import Listing, by_name, same_id, standard_orders
from app.documents.topic import TOPIC
from app.tables.topic import Topic

TOPICS = Listing(
    TOPIC,
    {"parent_id": same_id(Topic.parent_id)},
    {**standard_orders(TOPIC), "key": by_name(Topic.key)},
)


async def with_key(session: AsyncSession, key: str) -> Topic | None:
    """Find the topic with a key, also among those that are still to be written."""
    later = gathered(session)
    pending = later.pending(Topic, key=key) if later is not None else None
    if pending is not None:
        return pending
    return (await session.scalars(select(Topic).where(Topic.key == key))).one_or_none()


async def is_within(session: AsyncSession, topic_id: UUID, other_id: UUID) -> bool:
    """Say whether a topic is another one, or somewhere below it."""
    above = select(Topic.id, Topic.parent_id).where(Topic.id == topic_id).cte(recursive=True)
    above = above.union(select(Topic.id, Topic.parent_id).where(Topic.id == above.c.parent_id))
    found = select(above.c.id).where(above.c.id == other_id)
    return bool(await session.scalar(select(found.exists())))
