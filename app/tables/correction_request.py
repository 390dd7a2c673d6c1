"""Correction requests: what readers say is wrong with a verdict, and what came of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Base, LanguageTag, Record, Strings


class CorrectionRequestState(StrEnum):
    """Where the work on a correction request is."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class CorrectionRequest(Record):
    """What somebody says is wrong with a public verdict; it belongs to the verdict's organisation.

    It is due on a working day that is set once, when it comes in. Who sent it, where they said so,
    is a row of its own (`Requester`), so that it can be erased.
    """

    __tablename__ = "correction_request"
    __constraints__ = (
        ForeignKeyConstraint(
            ["verdict_id", "resulting_version"],
            ["verdict_version.verdict_id", "verdict_version.no"],
            name="fk_correction_request_resulting_version",
        ),
        CheckConstraint("organization_id IS NOT NULL", name="has_organization"),
        CheckConstraint("length(message) BETWEEN 1 AND 5000", name="has_a_message"),
        CheckConstraint("cardinality(links) <= 10", name="has_few_links"),
        CheckConstraint(
            "CASE WHEN state IN ('accepted', 'rejected', 'duplicate')"
            " THEN resolution IS NOT NULL AND resolved_at IS NOT NULL"
            " ELSE num_nonnulls(resolution, resolved_at, resolved_by) = 0 END",
            name="is_resolved_with_a_note",
        ),
        CheckConstraint(
            "resulting_version IS NULL OR state = 'accepted'", name="results_when_accepted"
        ),
        Index("ix_correction_request_due", "organization_id", "due_on", "id"),
    )

    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("verdict.id"), index=True)
    message: Mapped[str]
    proposed_correction: Mapped[str | None]
    links: Mapped[Strings]
    language: Mapped[LanguageTag | None]
    state: Mapped[CorrectionRequestState] = mapped_column(default=CorrectionRequestState.RECEIVED)
    due_on: Mapped[date]
    assignee: Mapped[str | None]
    resolution: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    resulting_version: Mapped[int | None]


class Requester(Base):
    """The name and address of who sent a request, encrypted. To erase it, the row is deleted."""

    __tablename__ = "requester"

    correction_request_id: Mapped[UUID] = mapped_column(
        ForeignKey("correction_request.id"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary())
