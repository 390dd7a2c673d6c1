"""What comes in about imports."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.foundation.dates import Instant
from app.foundation.pages import Flag, PageQuery
from app.foundation.text import Language
from app.tables.importing import ImportState


class ImportQuery(BaseModel):
    """How a file is to be imported."""

    model_config = ConfigDict(extra="forbid")

    dry_run: Flag = Field(default=False, description="Try everything, and keep nothing of it.")
    language: Language | None = Field(
        default=None,
        description="The language of what doesn't name its own. Without it, that is `und`.",
        examples=["fr"],
    )


class ImportFilter(PageQuery):
    """Which imports to list."""

    state: ImportState | None = Field(default=None, description="Where the work is.")
    updated_since: Instant | None = Field(
        default=None, description="Only those that went on at or after this instant."
    )
    sort: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
