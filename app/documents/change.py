"""The change log, as shown: to everybody in the feed, and of one resource as its history."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from app.documents.api_key import API_KEY
from app.documents.comment import COMMENT
from app.documents.contact import CONTACT
from app.documents.correction_request import CORRECTION_REQUEST
from app.documents.link import LINK
from app.documents.measure import MEASURE
from app.documents.organization import ORGANIZATION
from app.documents.rating import RATING_SCALE
from app.documents.rating_map import RATING_MAP
from app.documents.shape import Document, Kind
from app.documents.source import SOURCE
from app.documents.speaker import SPEAKER
from app.documents.statement import STATEMENT
from app.documents.topic import TOPIC
from app.documents.verdict import VERDICT
from app.documents.webhook import WEBHOOK

KINDS: dict[str, Kind[Any]] = {
    kind.collection: kind
    for kind in (
        STATEMENT,
        VERDICT,
        SPEAKER,
        SOURCE,
        TOPIC,
        MEASURE,
        RATING_SCALE,
        RATING_MAP,
        ORGANIZATION,
        LINK,
        CONTACT,
        COMMENT,
        API_KEY,
        CORRECTION_REQUEST,
        WEBHOOK,
    )
}
"""Every kind of resource, by its collection."""

_HASH = "SHA-256, in hexadecimal digits."
_HASHES = ["5b1f7c1c1d0e6a8f3b1f6f0c5e2a9d4c7b8a6f5e4d3c2b1a0f9e8d7c6b5a4f3e"]


class Collection(StrEnum):
    """A collection of which the feed tells."""

    STATEMENTS = "statements"
    VERDICTS = "verdicts"
    SPEAKERS = "speakers"
    SOURCES = "sources"
    TOPICS = "topics"
    MEASURES = "measures"
    RATING_SCALES = "rating-scales"
    RATING_MAPS = "rating-maps"
    ORGANIZATIONS = "organizations"
    LINKS = "links"
    CONTACTS = "contacts"


class PublicChange(Document):
    """A change that the public sees, at its place in the feed."""

    position: int = Field(
        description="Its place in the order in which changes were committed.", examples=[42]
    )
    hash: str = Field(
        description=f"{_HASH} Over the hash of the place before, `entry_hash` and `position`.",
        examples=_HASHES,
    )
    entry_hash: str = Field(
        description=f"{_HASH} Over the entry of the change log.", examples=_HASHES
    )
    at: datetime = Field(description="When it was done.")
    action: str = Field(examples=["statement.changed"])
    collection: Collection
    id: UUID = Field(description="The resource that changed.")
    version: int = Field(description="The resource's version that resulted.", examples=[2])
    tombstone: bool = Field(description="Whether the resource is no longer public: forget it.")
    document: dict[str, Any] | None = Field(
        description="The resource as the public saw it then; null for a tombstone."
    )


class ChangeFeed(Document):
    """A part of the feed."""

    items: list[PublicChange]
    next: int = Field(
        description="The `after` of the request that goes on, also at the end.", examples=[42]
    )
    more: bool = Field(description="Whether there is more already.")


class HistoryEntry(Document):
    """What was done to a resource, by whom, when and why, and how it looked before and after."""

    version: int = Field(description="The version that resulted.", examples=[2])
    action: str = Field(examples=["statement.changed"])
    at: datetime
    actor: str | None = Field(
        description="Whose act it was. This, `reason` and `request_id` are shown to the people of"
        " the organisation that did it, and are null for others.",
        examples=["Ada Lovelace"],
    )
    reason: str | None
    request_id: str | None
    hash: str = Field(description=f"{_HASH} Over this entry and `previous_hash`.", examples=_HASHES)
    previous_hash: str | None = Field(
        description="The hash of the entry before; null for the first.", examples=_HASHES
    )
    changed: list[str] = Field(
        description="Which fields differ between `before` and `after`, but for `version`,"
        " `updated_at` and `created_by`.",
        examples=[["summary"]],
    )
    before: dict[str, Any] | None = Field(
        description="The resource before, as far as you may see it; null where it wasn't there."
    )
    after: dict[str, Any] | None = Field(
        description="What resulted, as far as you may see it; null where it is no longer public."
    )


class History(Document):
    """A page of a resource's history."""

    items: list[HistoryEntry]
    next: str | None = Field(description="The cursor of the next page; null on the last.")
