"""Verdicts: what organisations found about statements."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.rating import CheckType
from app.tables.record import Record


class VerdictState(StrEnum):
    """Where the work on a verdict is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    REVISING = "revising"
    RETRACTED = "retracted"


class Verdict(Record):
    """What an organisation found about a statement on one question.

    `working_id` is the version being written, `public_id` the one that is out; both are null at
    their time. A statement has one verdict per organisation and check type. `scheduled_by` is who
    had it scheduled, and so whose act the publication will be; `assignee` and `due_on` say whose
    work it is, and until when.
    """

    __tablename__ = "verdict"
    __constraints__ = (
        ForeignKeyConstraint(
            ["id", "working_id"],
            ["verdict_version.verdict_id", "verdict_version.id"],
            name="fk_verdict_working",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
        ForeignKeyConstraint(
            ["id", "public_id"],
            ["verdict_version.verdict_id", "verdict_version.id"],
            name="fk_verdict_public",
            use_alter=True,
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint(
            "CASE WHEN state IN ('published', 'retracted') THEN public_id IS NOT NULL"
            " AND working_id IS NULL WHEN state = 'revising' THEN public_id IS NOT NULL"
            " ELSE working_id IS NOT NULL END",
            name="has_the_version_of_its_state",
        ),
        CheckConstraint(
            "(public_id IS NULL) = (published_at IS NULL)", name="knows_when_it_was_published"
        ),
        CheckConstraint(
            "public_id IS NULL OR archived_at IS NULL", name="is_retracted_not_archived"
        ),
        CheckConstraint(
            "(state = 'scheduled') = (publish_at IS NOT NULL)", name="is_scheduled_for_an_instant"
        ),
        Index(
            "uq_verdict_statement_organization_check_type",
            "statement_id",
            "organization_id",
            "check_type",
            unique=True,
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index("ix_verdict_working_id", "working_id"),
        Index("ix_verdict_public_id", "public_id"),
        Index("ix_verdict_created_at", "created_at", "id"),
        Index("ix_verdict_published_at", text("coalesce(published_at, created_at)"), "id"),
        Index(
            "ix_verdict_publish_at",
            "publish_at",
            postgresql_where=text("state = 'scheduled'"),
        ),
        Index(
            "ix_verdict_assignee",
            "organization_id",
            text("lower(assignee)"),
            postgresql_where=text("assignee IS NOT NULL AND archived_at IS NULL"),
        ),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"))
    check_type: Mapped[CheckType]
    state: Mapped[VerdictState] = mapped_column(default=VerdictState.DRAFT)
    working_id: Mapped[UUID | None]
    public_id: Mapped[UUID | None]
    public_record_version: Mapped[int | None]
    published_at: Mapped[datetime | None]
    retracted: Mapped[bool] = mapped_column(default=False)
    publish_at: Mapped[datetime | None]
    scheduled_by: Mapped[str | None]
    assignee: Mapped[str | None]
    due_on: Mapped[date | None]
