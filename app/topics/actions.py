"""What can be done with topics."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import add_record
from app.changes.holding import hold, keep_ref
from app.changes.parts import require
from app.changes.record import record, recorded_change, shown
from app.documents.topic import TOPIC
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import invalid, taken
from app.tables.topic import Topic
from app.topics import queries
from app.topics.schemas import NewTopic, TopicPatch


async def add(
    session: AsyncSession, by: Caller, new: NewTopic, own_id: UUID | None = None
) -> Written:
    """Record a topic. Raises `Conflict` when the key is taken."""
    await _refuse_taken(session, new.key)
    await require(session, TOPIC, new.parent_id, "/parent_id")
    row = Topic(
        id=own_id or new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        **new.model_dump(),
    )
    await add_record(session, row)
    return await record(session, by, "topic.created", TOPIC, row)


async def change(
    session: AsyncSession, by: Caller, topic_id: UUID, if_match: str | None, patch: TopicPatch
) -> Written:
    """Change a topic. Raises `InvalidInput` when it would come to be below itself."""
    row = await hold(session, by, TOPIC, topic_id, if_match, shared=True)
    current = NewTopic.model_validate(row)
    wanted = patch.applied(current)
    keep_ref(row, by, wanted.ref)
    if wanted == current:
        return await shown(session, by, TOPIC, row)
    if wanted.key != current.key:
        await _refuse_taken(session, wanted.key)
    if wanted.parent_id != current.parent_id:
        await _refuse_circle(session, row.id, wanted.parent_id)
    for name, value in wanted.model_dump().items():
        setattr(row, name, value)
    return await recorded_change(session, by, "topic.changed", TOPIC, row)


async def _refuse_circle(session: AsyncSession, topic_id: UUID, parent_id: UUID | None) -> None:
    await require(session, TOPIC, parent_id, "/parent_id")
    if parent_id is not None and await queries.is_within(session, parent_id, topic_id):
        raise invalid("/parent_id", "circle", "It would come to be below itself")


async def _refuse_taken(session: AsyncSession, key: str) -> None:
    if await queries.with_key(session, key) is not None:
        raise taken("/key", f"There is a topic '{key}' already")
