"""Topics, as shown."""

from uuid import UUID

from pydantic import Field

from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    head_fields,
    json_object,
    record_fields,
)
from app.foundation.text import Labels
from app.tables import topic as stored


class TopicSummary(Document):
    """A topic, as shown inside other resources."""

    id: UUID
    key: str = Field(examples=["mobilisation"])
    labels: Labels = Field(examples=[{"en": "Mobilisation", "fr": "Mobilisation"}])


class Topic(Resource):
    """What statements are about; topics form a tree."""

    key: str = Field(examples=["mobilisation"])
    labels: Labels = Field(examples=[{"en": "Mobilisation", "fr": "Mobilisation"}])
    description: str | None
    parent_id: UUID | None


_TABLE = stored.Topic


def summary() -> Column:
    """Build a topic's summary."""
    return json_object(id=_TABLE.id, key=_TABLE.key, labels=_TABLE.labels)


def document(view: View) -> Column:
    """Build the whole document."""
    return json_object(
        **head_fields(_TABLE),
        key=_TABLE.key,
        labels=_TABLE.labels,
        description=_TABLE.description,
        parent_id=_TABLE.parent_id,
        **record_fields(_TABLE, view),
    )


TOPIC = Kind("topic", "topics", _TABLE, document)
