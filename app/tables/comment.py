"""Comments: what the people of an organisation say to one another about a piece of work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Record, Strings


class Comment(Record):
    """A word to colleagues about a statement or a verdict; its author is who recorded it.

    The parent is a comment of the same organisation on the same thing, and stays. So there are no
    circles: a comment can only be below one that was there before it.
    """

    __tablename__ = "comment"
    __constraints__ = (
        CheckConstraint(
            "organization_id IS NOT NULL AND created_by IS NOT NULL", name="is_somebodys"
        ),
        CheckConstraint("num_nonnulls(statement_id, verdict_id) = 1", name="is_about_one_thing"),
        CheckConstraint("length(text) BETWEEN 1 AND 5000", name="has_text"),
        CheckConstraint("cardinality(mentions) <= 20", name="mentions_a_few"),
        CheckConstraint("num_nulls(resolved_by, resolved_at) IN (0, 2)", name="is_resolved_by_one"),
        UniqueConstraint("organization_id", "statement_id", "id"),
        UniqueConstraint("organization_id", "verdict_id", "id"),
        ForeignKeyConstraint(
            ["organization_id", "statement_id", "parent_id"],
            ["comment.organization_id", "comment.statement_id", "comment.id"],
            name="fk_comment_parent_on_statement",
        ),
        ForeignKeyConstraint(
            ["organization_id", "verdict_id", "parent_id"],
            ["comment.organization_id", "comment.verdict_id", "comment.id"],
            name="fk_comment_parent_on_verdict",
        ),
        Index("ix_comment_statement_id", "statement_id", "created_at", "id"),
        Index("ix_comment_verdict_id", "verdict_id", "created_at", "id"),
    )

    statement_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement.id"))
    verdict_id: Mapped[UUID | None] = mapped_column(ForeignKey("verdict.id"))
    parent_id: Mapped[UUID | None]
    text: Mapped[str]
    mentions: Mapped[Strings]
    resolved_by: Mapped[str | None]
    resolved_at: Mapped[datetime | None]

    @property
    def is_resolved(self) -> bool:
        """Whether somebody called it settled."""
        return self.resolved_at is not None
