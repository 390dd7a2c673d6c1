"""Links between statements."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Record


class LinkType(StrEnum):
    """How one statement relates to another."""

    SAME_CLAIM = "same_claim"
    REPEATS = "repeats"
    CONTRADICTS = "contradicts"
    QUALIFIES = "qualifies"
    UPDATES = "updates"
    OMITS_CONTEXT_OF = "omits_context_of"
    PART_OF = "part_of"
    TRANSLATION_OF = "translation_of"


class LinkState(StrEnum):
    """What was decided about a link."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


SYMMETRIC = frozenset({LinkType.SAME_CLAIM, LinkType.CONTRADICTS})


class Link(Record):
    """How one statement relates to another, who says so, and what was decided about it.

    A link of a symmetric type is stored from the smaller id to the greater, so that a pair has
    one link of a type at most, whichever side it is told from.
    """

    __tablename__ = "link"
    __constraints__ = (
        UniqueConstraint("statement_id", "other_id", "type"),
        CheckConstraint("statement_id <> other_id", name="joins_two_statements"),
        CheckConstraint(
            "type NOT IN ('same_claim', 'contradicts') OR statement_id < other_id",
            name="is_told_one_way",
        ),
        CheckConstraint("score BETWEEN 0 AND 1", name="has_a_probable_score"),
        CheckConstraint(
            "(state = 'suggested') = (decided_at IS NULL)", name="is_decided_at_some_time"
        ),
        Index("ix_link_other_id", "other_id"),
        Index(
            "ix_link_same_claim",
            "other_id",
            "statement_id",
            postgresql_where=text("type = 'same_claim' AND state = 'confirmed'"),
        ),
        Index(
            "ix_link_same_claim_from",
            "statement_id",
            "other_id",
            postgresql_where=text("type = 'same_claim' AND state = 'confirmed'"),
        ),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"))
    type: Mapped[LinkType]
    state: Mapped[LinkState] = mapped_column(default=LinkState.SUGGESTED)
    method: Mapped[str | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric())
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
