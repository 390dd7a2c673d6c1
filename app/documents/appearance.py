"""Appearances, as shown with their statement."""

from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import select

from app.documents import source
from app.documents.shape import Column, Document, View, json_list, json_object, one
from app.documents.source import SourceSummary
from app.tables.appearance import Appearance as Stored
from app.tables.appearance import AppearanceMode, AppearanceRole, Fidelity
from app.tables.source import Source
from app.tables.statement import Statement


class ChangedFact(Document):
    """A fact that an appearance carries otherwise than what it carries has it."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    field: str = Field(examples=["value"])
    from_: str | None = Field(alias="from", examples=["98000"])
    to: str | None = Field(examples=["100000"])


class Appearance(Document):
    """One hop by which a statement travelled; a tree, by `parent_id`."""

    id: UUID
    key: str = Field(examples=["ria"])
    parent_id: UUID | None = Field(description="Where it had it from.")
    source_id: UUID
    source: SourceSummary
    role: AppearanceRole
    mode: AppearanceMode
    text: str | None = Field(description="As carried.")
    language: str | None = Field(examples=["fr"])
    published_on: str | None = Field(examples=["2022-09-27"])
    locator: str | None
    is_first_known: bool
    fidelity: Fidelity
    drift_note: str | None
    changed_facts: list[ChangedFact]


def appearances(view: View) -> Column:
    """Build the list of a statement's appearances."""
    carrier = select(Source).where(Source.id == Stored.source_id).correlate(Stored)
    item = json_object(
        id=Stored.id,
        key=Stored.key,
        parent_id=Stored.parent_id,
        source_id=Stored.source_id,
        source=one(source.summary(view), carrier),
        role=Stored.role,
        mode=Stored.mode,
        text=Stored.text,
        language=Stored.language,
        published_on=Stored.published_on,
        locator=Stored.locator,
        is_first_known=Stored.is_first_known,
        fidelity=Stored.fidelity,
        drift_note=Stored.drift_note,
        changed_facts=Stored.changed_facts,
    )
    rows = select(Stored).where(Stored.statement_id == Statement.id).correlate(Statement)
    return json_list(item, rows, Stored.position)
