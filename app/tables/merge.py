"""Merges of speakers: which was found to be which, and which references moved with it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Base


class Reference(StrEnum):
    """What refers to a speaker, by the table that it is in."""

    STATEMENT = "statement"
    AFFILIATION = "affiliation"
    CONTACT = "contact"


class SpeakerMerge(Base):
    """A speaker turned out to be another one. `unmerged_at` says when that was taken back.

    Ids grow in the order in which merges were made, for they are made one at a time.
    """

    __tablename__ = "speaker_merge"
    __table_args__ = (
        CheckConstraint("speaker_id <> into_id", name="is_of_two"),
        Index(
            "uq_speaker_merge_speaker_id",
            "speaker_id",
            unique=True,
            postgresql_where=text("unmerged_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger(), Identity(always=True), primary_key=True)
    speaker_id: Mapped[UUID] = mapped_column(ForeignKey("speaker.id"))
    into_id: Mapped[UUID] = mapped_column(ForeignKey("speaker.id"))
    merged_at: Mapped[datetime] = mapped_column(server_default=func.now())
    unmerged_at: Mapped[datetime | None]


class SpeakerMove(Base):
    """A reference that a merge moved. Its row may be gone by now, so no foreign key names it."""

    __tablename__ = "speaker_move"
    __table_args__ = (Index("ix_speaker_move_row_id", "row_id"),)

    merge_id: Mapped[int] = mapped_column(
        BigInteger(), ForeignKey("speaker_merge.id"), primary_key=True
    )
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[Reference]
