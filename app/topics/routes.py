"""The addresses of topics."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.changes.archiving import archive
from app.documents.pages import TopicPage
from app.documents.topic import TOPIC, Topic
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.topics import actions
from app.topics.queries import TOPICS
from app.topics.schemas import NewTopic, TopicFilter, TopicPatch

router = APIRouter(prefix="/v1/topics", tags=["topics"], route_class=StrictRoute)


@router.get("", response_model=TopicPage)
async def list_topics(wanted: Annotated[TopicFilter, Query()], reader: Reader) -> Response:
    """List topics, by key unless you sort otherwise."""
    return await reader.page(TOPICS, wanted, wanted.sort)


@router.post("", response_model=Topic, status_code=201)
async def create_topic(new: NewTopic, by: Writer, session: Session) -> Response:
    """Record a topic. Its key is unique."""
    return created("topics", await actions.add(session, by, new))


@router.get("/{topic_id}", response_model=Topic)
async def get_topic(topic_id: UUID, reader: Reader) -> Response:
    """Fetch a topic."""
    return await reader.one(TOPIC, topic_id)


@router.patch("/{topic_id}", response_model=Topic)
async def change_topic(
    topic_id: UUID, patch: TopicPatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a topic by a JSON merge patch. Topics are shared by all organisations."""
    return changed(await actions.change(session, by, topic_id, if_match, patch))


@router.delete("/{topic_id}", status_code=204)
async def archive_topic(
    topic_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a topic: it leaves the lists, and its statements go on showing it."""
    return await archive(session, by, TOPIC, topic_id, if_match, shared=True)
