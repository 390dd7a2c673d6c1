"""What comes in about exports."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.statements.schemas import StatementChoice


class ExportFormat(StrEnum):
    """How an export is written."""

    NDJSON = "ndjson"
    CSV = "csv"


class Exported(StrEnum):
    """A collection that is exported; in this order, what is referred to comes first."""

    ORGANIZATIONS = "organizations"
    RATING_SCALES = "rating-scales"
    MEASURES = "measures"
    TOPICS = "topics"
    SPEAKERS = "speakers"
    SOURCES = "sources"
    STATEMENTS = "statements"
    LINKS = "links"
    VERDICTS = "verdicts"


_ONE = f"({'|'.join(Exported)})"
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class ExportQuery(StatementChoice):
    """What to export, and how."""

    format: ExportFormat = Field(
        default=ExportFormat.NDJSON,
        description="`ndjson` has every collection, one resource a line; `csv` has statements with"
        " their verdicts, one verdict a line.",
    )
    collections: str | None = Field(
        default=None,
        pattern=f"^{_ONE}(,{_ONE})*$",
        description="Only these, separated by commas; for `ndjson`.",
        examples=["statements,verdicts"],
    )
    after: str | None = Field(
        default=None,
        pattern=f"^{_ONE}/{_ID}$",
        description="Go on after this row, which is the collection and id of the last one that you"
        " have.",
        examples=["statements/01a20470-f7d1-7338-b238-e2669ef3aa40"],
    )

    @model_validator(mode="after")
    def _asks_of_csv_what_it_has(self) -> "ExportQuery":
        if self.format is ExportFormat.CSV:
            after = (self.after or Exported.STATEMENTS).partition("/")[0]
            if self.collections is not None or after != Exported.STATEMENTS:
                raise PydanticCustomError("csv", "A CSV has statements, and no other collections")
        return self

    def conditions(self) -> dict[str, Any]:
        """List the filters that were given."""
        return self.model_dump(include=set(StatementChoice.model_fields), exclude_none=True)

    def wanted(self) -> list[Exported]:
        """List the collections that are left to export, in their order."""
        if self.format is ExportFormat.CSV:
            return [Exported.STATEMENTS]
        chosen = self.collections.split(",") if self.collections else list(Exported)
        begin = Exported(self.after.partition("/")[0]) if self.after else Exported.ORGANIZATIONS
        order = list(Exported)
        return [one for one in order[order.index(begin) :] if one in chosen]

    def after_id(self, collection: Exported) -> UUID | None:
        """Give the id after which to go on in a collection; None to begin with its first."""
        begun, _, row_id = (self.after or "").partition("/")
        return UUID(row_id) if begun == collection else None
