"""Imports, as shown to the people of the organisation whose they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import func

from app.documents.shape import Column, Document, Kind, View, instant, json_object, owned
from app.tables.importing import ImportFormat, ImportState
from app.tables.importing import ImportJob as Stored


class ImportJob(Document):
    """A file to be imported, and how far that is."""

    id: UUID
    version: int = Field(description="Grows with each step of the work.", examples=[3])
    format: ImportFormat
    dry_run: bool = Field(description="Whether everything is tried and nothing kept.")
    language: str | None = Field(
        description="The language of what doesn't name its own.", examples=["fr"]
    )
    state: ImportState
    size: int = Field(description="How many bytes the file has.", examples=[52428])
    bytes_read: int = Field(description="How many of them are done.", examples=[52428])
    rows_read: int = Field(description="Rows that are done.", examples=[120])
    made: int = Field(description="Rows of which something was recorded.", examples=[100])
    unchanged: int = Field(description="Rows that are here already.", examples=[15])
    refused: int = Field(description="Rows that were refused; the report says why.", examples=[5])
    waiting: int = Field(
        description="Rows that refer to what may still come; they are tried again at the end.",
        examples=[0],
    )
    warnings: int = Field(description="Remarks on single fields, in the report.", examples=[7])
    seconds: float = Field(description="How long it was worked on.", examples=[0.42])
    failure: str | None = Field(description="Why the whole of it failed.")
    created_at: datetime
    updated_at: datetime = Field(description="When the last step was done.")
    created_by: str = Field(description="Who sent it.", examples=["Grace Hopper"])
    started_at: datetime | None = Field(description="When the work began.")
    finished_at: datetime | None = Field(description="When it ended.")


def document(_: View) -> Column:
    """Build the whole document."""
    shown: dict[str, Any] = {name: getattr(Stored, name) for name in ImportJob.model_fields}
    shown["seconds"] = func.round(shown["seconds"] * 1000) / 1000
    for name in ("created_at", "updated_at", "started_at", "finished_at"):
        shown[name] = instant(shown[name])
    return json_object(**shown)


def visible(view: View) -> Column:
    """Show an import to its own organisation."""
    return owned(Stored, view)


IMPORT_JOB = Kind("import", "imports", Stored, document, visible)
