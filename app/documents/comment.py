"""Comments, as shown to the people of the organisation whose they are."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from sqlalchemy import func

from app.documents.shape import (
    Column,
    Kind,
    Resource,
    View,
    head_fields,
    instant,
    json_object,
    owned,
    record_fields,
)
from app.tables.comment import Comment as Stored


class Comment(Resource):
    """A word to colleagues about a statement or a verdict. Nobody else sees it."""

    statement_id: UUID | None = Field(description="What it is about: a statement.")
    verdict_id: UUID | None = Field(description="What it is about: a verdict.")
    parent_id: UUID | None = Field(description="The comment to which it answers.")
    text: str = Field(examples=["Did anybody call the border service?"])
    mentions: list[str] = Field(examples=[["Ada Lovelace"]])
    author: str = Field(examples=["Grace Hopper"])
    is_resolved: bool = Field(description="Whether somebody called it settled.")
    resolved_by: str | None = Field(description="Who called it settled.")
    resolved_at: datetime | None = Field(description="When it was called settled.")


def document(view: View) -> Column:
    """Build the whole document."""
    return json_object(
        **head_fields(Stored),
        statement_id=Stored.statement_id,
        verdict_id=Stored.verdict_id,
        parent_id=Stored.parent_id,
        text=Stored.text,
        mentions=func.to_json(Stored.mentions),
        author=Stored.created_by,
        is_resolved=Stored.resolved_at.is_not(None),
        resolved_by=Stored.resolved_by,
        resolved_at=instant(Stored.resolved_at),
        **record_fields(Stored, view),
    )


def visible(view: View) -> Column:
    """Show a comment to its own organisation."""
    return owned(Stored, view)


COMMENT = Kind("comment", "comments", Stored, document, visible)
