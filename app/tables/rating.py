"""Rating scales: the words in which an organisation says what it found."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.tables.record import Labels, Part, Record


class CheckType(StrEnum):
    """The question: is it so, did they say it, what is left out, was the promise kept."""

    CONTENT = "content"
    ATTRIBUTION = "attribution"
    CONTEXT = "context"
    PROMISE = "promise"


class NormalizedRating(StrEnum):
    """What a rating means in words that all organisations share."""

    TRUE = "true"
    MOSTLY_TRUE = "mostly_true"
    MIXED = "mixed"
    MOSTLY_FALSE = "mostly_false"
    FALSE = "false"
    MISLEADING = "misleading"
    MISSING_CONTEXT = "missing_context"
    UNVERIFIABLE = "unverifiable"
    SATIRE = "satire"
    ALTERED = "altered"
    MISATTRIBUTED = "misattributed"
    OUTDATED = "outdated"
    NOT_A_CLAIM = "not_a_claim"
    OTHER = "other"


class Rating(Part):
    """One rating of a scale, with its place on the axis and what it means to all."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("scale_id", "key"),
        UniqueConstraint("scale_id", "ordinal"),
        CheckConstraint("ordinal >= 1", name="starts_at_one"),
    )

    scale_id: Mapped[UUID] = mapped_column(ForeignKey("rating_scale.id"))
    key: Mapped[str]
    labels: Mapped[Labels]
    definition: Mapped[str | None]
    ordinal: Mapped[int | None]
    normalized: Mapped[NormalizedRating | None]


class RatingScale(Record):
    """An organisation's ratings; frozen once used, and then followed by a new edition."""

    __tablename__ = "rating_scale"
    __constraints__ = (
        Index(
            "uq_rating_scale_key_edition",
            "organization_id",
            "key",
            "edition",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    key: Mapped[str]
    edition: Mapped[int] = mapped_column(default=1)
    labels: Mapped[Labels]
    description: Mapped[str | None]
    check_types: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("rating_scale.id"), unique=True)

    ratings: Mapped[list[Rating]] = relationship(
        lazy="raise", viewonly=True, order_by=Rating.position
    )


class RatingMap(Record):
    """What the label of an imported organisation's rating is taken to mean here.

    What it means is written on the rating itself, which verdicts show; the database lets that be
    changed for as long as a map leads to it, for the publisher's words stay what they were.
    """

    __tablename__ = "rating_map"
    __constraints__ = (
        UniqueConstraint("of_organization_id", "label"),
        CheckConstraint("label <> ''", name="has_label"),
    )

    of_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    label: Mapped[str]
    rating_id: Mapped[UUID] = mapped_column(ForeignKey("rating.id"), unique=True)
