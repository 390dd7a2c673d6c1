"""What comes in about changes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.documents.change import Collection
from app.foundation.pages import Whole

LAST_POSITION = 2**63 - 1
LARGEST = 1000
"""How many items a part of the feed has at most."""


class FeedQuery(BaseModel):
    """Which part of the feed."""

    model_config = ConfigDict(extra="forbid")

    after: Whole = Field(
        default=0,
        ge=0,
        le=LAST_POSITION,
        description="The `next` of the answer before; 0 for the beginning.",
    )
    limit: Whole = Field(default=100, ge=1, le=LARGEST, description="How many items at most.")
    collection: Collection | None = Field(
        default=None, description="Only changes of resources of this collection."
    )
    wait: Whole = Field(
        default=0,
        ge=0,
        le=30,
        description="How many seconds to wait when there is nothing yet. The answer comes as soon"
        " as there is something.",
    )


class HistoryQuery(BaseModel):
    """Which page of a history."""

    model_config = ConfigDict(extra="forbid")

    limit: Whole = Field(default=20, ge=1, le=100, description="How many entries at most.")
    cursor: str | None = Field(
        default=None,
        max_length=2000,
        description="The `next` of the page before; everything else as in that request.",
    )
    sort: Literal["version", "-version"] = Field(
        default="-version", description="The oldest or, with `-version`, the newest first."
    )
