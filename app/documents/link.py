"""Links between statements, as shown."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.documents.shape import (
    Column,
    Kind,
    Resource,
    View,
    decimal,
    for_owner,
    head_fields,
    instant,
    json_object,
    owned,
    record_fields,
)
from app.tables.link import Link as Stored
from app.tables.link import LinkState, LinkType
from app.tables.statement import Statement, Visibility


class Link(Resource):
    """How one statement relates to another, and what was decided about that."""

    statement_id: UUID
    other_id: UUID
    type: LinkType
    state: LinkState
    method: str | None = Field(description="How it was found, where a machine found it.")
    score: str | None = Field(description="0 to 1, as text.", examples=["0.93"])
    reason: str | None
    decided_by: str | None = Field(
        description="Shown to the people of the organisation that owns it."
    )
    decided_at: datetime | None


def document(view: View) -> Column:
    """Build the whole document."""
    return json_object(
        **head_fields(Stored),
        statement_id=Stored.statement_id,
        other_id=Stored.other_id,
        type=Stored.type,
        state=Stored.state,
        method=Stored.method,
        score=decimal(Stored.score),
        reason=Stored.reason,
        decided_by=for_owner(Stored, view, Stored.decided_by),
        decided_at=instant(Stored.decided_at),
        **record_fields(Stored, view),
    )


def visible(view: View) -> Column:
    """Show links whose both ends are visible; to the public, only confirmed ones."""
    end = aliased(Statement, name="end")
    ends = select(end.id).where(end.id.in_([Stored.statement_id, Stored.other_id]))
    unseen = ends.where(
        or_(end.archived_at.is_not(None), end.visibility != Visibility.PUBLIC) & ~owned(end, view)
    )
    both = ~unseen.correlate(Stored).exists()
    return both & or_(Stored.state == LinkState.CONFIRMED, owned(Stored, view))


LINK = Kind("link", "links", Stored, document, visible)
