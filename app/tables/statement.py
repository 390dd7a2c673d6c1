"""Statements: what was said."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.tables.appearance import Appearance
from app.tables.quantity import Quantity
from app.tables.record import Base, CountryCode, LanguageTag, PartialDate, Record
from app.tables.translation import Translation


class StatementKind(StrEnum):
    """What sort of assertion a statement is."""

    FACTUAL = "factual"
    QUANTITATIVE = "quantitative"
    PREDICTION = "prediction"
    PROMISE = "promise"
    OPINION = "opinion"
    QUESTION = "question"


class Utterance(StrEnum):
    """In what form it was uttered."""

    QUOTE = "quote"
    INDIRECT = "indirect"
    HEADLINE = "headline"
    DOCUMENT = "document"
    IMAGE_TEXT = "image_text"


class CheckabilityState(StrEnum):
    """Whether a statement can be checked."""

    CHECKABLE = "checkable"
    NOT_CHECKABLE = "not_checkable"
    UNDECIDED = "undecided"


class CheckabilityReason(StrEnum):
    """Why a statement can't be checked, or won't be."""

    OPINION = "opinion"
    PREDICTION = "prediction"
    VAGUE = "vague"
    PRIVATE = "private"
    NO_PUBLIC_INTEREST = "no_public_interest"
    DUPLICATE = "duplicate"
    OTHER = "other"


class StatementState(StrEnum):
    """Where the work on a statement is."""

    CAPTURED = "captured"
    TRIAGED = "triaged"
    OPEN = "open"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class Visibility(StrEnum):
    """Who may see a statement."""

    INTERNAL = "internal"
    PUBLIC = "public"


class Origin(StrEnum):
    """Who or what recorded a statement."""

    HUMAN = "human"
    IMPORT = "import"
    MACHINE = "machine"


class StatementTopic(Base):
    """A topic that a statement is about."""

    __tablename__ = "statement_topic"

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)
    position: Mapped[int]


class Statement(Record):
    """One act of asserting: these words, by this speaker, on this day."""

    __tablename__ = "statement"
    __constraints__ = (
        CheckConstraint("length(text) BETWEEN 1 AND 5000", name="has_text"),
        CheckConstraint("length(summary) <= 300", name="has_a_short_summary"),
        CheckConstraint("speaker_id IS NOT NULL OR speaker_is_anonymous", name="has_speaker"),
        CheckConstraint(
            "checkability_state = 'not_checkable' OR checkability_reason IS NULL",
            name="gives_a_reason_when_not_checkable",
        ),
        Index("ix_statement_speaker_id", "speaker_id", "said_first", "id"),
        Index("ix_statement_said_first", "said_first", "id"),
        Index(
            "ix_statement_said_in_part",
            "said_last",
            "said_first",
            "id",
            postgresql_where=text("said_last > said_first"),
        ),
        Index("ix_statement_year", text('"left"(said_on::text, 4)'), "created_at", "id"),
        Index("ix_statement_created_at", "created_at", "id"),
        Index("ix_statement_state", "state", "created_at", "id"),
        Index("ix_statement_organization_id", "organization_id", "id"),
        Index(
            "ix_statement_public",
            "id",
            postgresql_where=text("visibility = 'public' AND archived_at IS NULL"),
        ),
    )

    text: Mapped[str]
    language: Mapped[LanguageTag]
    summary: Mapped[str | None]
    kind: Mapped[StatementKind]
    utterance: Mapped[Utterance]
    speaker_id: Mapped[UUID | None] = mapped_column(ForeignKey("speaker.id"))
    speaker_is_anonymous: Mapped[bool] = mapped_column(default=False)
    speaker_role: Mapped[str | None]
    said_on: Mapped[PartialDate | None]
    said_first: Mapped[date] = mapped_column(
        Computed("coalesce(partial_date_first(said_on), '-infinity'::date)", persisted=True)
    )
    said_last: Mapped[date | None] = mapped_column(
        Computed("partial_date_last(said_on)", persisted=True)
    )
    occasion: Mapped[str | None]
    place_name: Mapped[str | None]
    place_country: Mapped[CountryCode | None]
    checkability_state: Mapped[CheckabilityState] = mapped_column(
        default=CheckabilityState.UNDECIDED
    )
    checkability_reason: Mapped[CheckabilityReason | None]
    state: Mapped[StatementState] = mapped_column(default=StatementState.CAPTURED)
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.INTERNAL)
    origin: Mapped[Origin] = mapped_column(default=Origin.HUMAN)
    revision: Mapped[int] = mapped_column(default=1)

    translations: Mapped[list[Translation]] = relationship(
        lazy="raise", viewonly=True, order_by=Translation.position
    )
    quantities: Mapped[list[Quantity]] = relationship(
        lazy="raise", viewonly=True, order_by=Quantity.position
    )
    appearances: Mapped[list[Appearance]] = relationship(
        lazy="raise", viewonly=True, order_by=Appearance.position
    )
    topic_rows: Mapped[list[StatementTopic]] = relationship(
        lazy="raise", viewonly=True, order_by=StatementTopic.position
    )

    @property
    def topics(self) -> list[str]:
        """The ids of its topics, as text."""
        return [str(row.topic_id) for row in self.topic_rows]

    @property
    def place(self) -> dict[str, str | None] | None:
        """Where it was said, where anything is known of that."""
        if self.place_name is None and self.place_country is None:
            return None
        return {"name": self.place_name, "country": self.place_country}

    @property
    def checkability(self) -> dict[str, str | None]:
        """Whether it can be checked, and why not."""
        return {"state": self.checkability_state, "reason": self.checkability_reason}
