"""Versions of verdicts, append-only, and the periods in which they were public."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.ids import new_id
from app.tables.evidence import Evidence
from app.tables.rating import Rating
from app.tables.record import Base, LanguageTag, Strings

SITE = "lower(substring(url, '(?i)^https?://(?:[w]{3}[.])?([^/:?#]+)'))"
"""Of the public article's address, the host without `www.`, as SQL over the table alone."""


class Uncertainty(StrEnum):
    """How unsure a verdict is."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ChangeKind(StrEnum):
    """What sort of change a new version of a verdict is."""

    INITIAL = "initial"
    MINOR = "minor"
    UPDATE = "update"
    CORRECTION = "correction"
    RETRACTION = "retraction"


class ChangeReason(StrEnum):
    """Why a published verdict was changed."""

    NEW_EVIDENCE = "new_evidence"
    FACTUAL_ERROR = "factual_error"
    SOURCE_GONE = "source_gone"
    SOURCE_CORRECTED = "source_corrected"
    RATING_ERROR = "rating_error"
    WORDING = "wording"
    LEGAL = "legal"
    CLAIMANT_RESPONSE = "claimant_response"


class VerdictVersion(Base):
    """What was found, in one wording. Once published, the database refuses to change it.

    `writers` are the marks (see `Caller.marks`) of everybody who wrote it, and `approver_marks`
    those of who approved it: names are shown, marks are compared.
    """

    __tablename__ = "verdict_version"
    __table_args__ = (
        UniqueConstraint("verdict_id", "no"),
        UniqueConstraint("verdict_id", "id"),
        CheckConstraint("no >= 1", name="counts_from_one"),
        Index(
            "ix_verdict_version_corrections",
            "published_at",
            "id",
            postgresql_where=text("published_at IS NOT NULL AND change_kind <> 'initial'"),
        ),
        Index(
            "ix_verdict_version_published_at",
            "published_at",
            "id",
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        Index("ix_verdict_version_site", text(SITE)),
        CheckConstraint("length(summary) <= 600", name="has_a_short_summary"),
        CheckConstraint(
            "published_at IS NULL OR (rating_id IS NOT NULL AND change_kind IS NOT NULL)",
            name="is_rated_when_published",
        ),
        CheckConstraint(
            "published_at IS NULL OR change_kind NOT IN ('correction', 'retraction')"
            " OR notice IS NOT NULL",
            name="gives_notice",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("verdict.id"))
    no: Mapped[int]
    rating_id: Mapped[UUID | None] = mapped_column(ForeignKey("rating.id"), index=True)
    headline: Mapped[str | None]
    summary: Mapped[str | None]
    explanation: Mapped[str | None]
    evidence_note: Mapped[str | None]
    language: Mapped[LanguageTag]
    uncertainty: Mapped[Uncertainty] = mapped_column(default=Uncertainty.NONE)
    url: Mapped[str | None]
    statement_revision: Mapped[int]
    change_kind: Mapped[ChangeKind | None]
    change_reason: Mapped[ChangeReason | None]
    notice: Mapped[str | None]
    author: Mapped[str]
    approver: Mapped[str | None]
    writers: Mapped[Strings]
    approver_marks: Mapped[Strings]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_at: Mapped[datetime | None]

    rating: Mapped[Rating | None] = relationship(lazy="raise", viewonly=True)
    evidence: Mapped[list[Evidence]] = relationship(
        lazy="raise", viewonly=True, order_by=Evidence.position
    )


class Publication(Base):
    """The period in which the public saw a version. Periods of a verdict never overlap."""

    __tablename__ = "publication"
    __table_args__ = (
        ExcludeConstraint(
            ("verdict_id", "="),
            ("during", "&&"),
            name="ex_publication_during",
            using="gist",
        ),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during)", name="is_a_period"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("verdict_version.id"), primary_key=True)
    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("verdict.id"))
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE())
