"""Evidence: what a version of a verdict rests on."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Part


class Stance(StrEnum):
    """What a piece of evidence does to the statement."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    CONTEXTUALIZES = "contextualizes"
    NEUTRAL = "neutral"


class EvidenceRole(StrEnum):
    """What sort of evidence it is."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    EXPERT = "expert"
    DATASET = "dataset"
    ABSENCE = "absence"


class Evidence(Part):
    """A source cited by a version of a verdict, with its stance."""

    __tablename__ = "evidence"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("verdict_version.id"), index=True)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"), index=True)
    stance: Mapped[Stance]
    role: Mapped[EvidenceRole]
    excerpt: Mapped[str | None]
    locator: Mapped[str | None]
    note: Mapped[str | None]
