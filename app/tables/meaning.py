"""What is near in meaning: vectors of statements, all of which can be worked out again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import REAL, BigInteger, ForeignKey, Identity, Index, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Base

VECTORS = "ix_statement_meaning_of_"
"""How the names of indexes of vectors begin; the number of the model follows."""


class MeaningModel(Base):
    """A model whose vectors are kept, or being made: then `ready_at` is null."""

    __tablename__ = "meaning_model"
    __table_args__ = (UniqueConstraint("name", "version", "dimensions"),)

    id: Mapped[int] = mapped_column(SmallInteger, Identity(), primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    dimensions: Mapped[int] = mapped_column(SmallInteger)
    ready_at: Mapped[datetime | None]


class StatementMeaning(Base):
    """A statement's vector by one model, and a digest of the text that it was made of.

    It is kept as numbers, so that the table is the same with pgvector and without. The index, over
    the same numbers as a `halfvec`, is made with the model (`app.meaning.storing`). A text of which
    a model can make nothing has no vector.
    """

    __tablename__ = "statement_meaning"

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    model_id: Mapped[int] = mapped_column(
        SmallInteger, ForeignKey("meaning_model.id"), primary_key=True
    )
    digest: Mapped[bytes]
    vector: Mapped[list[float] | None] = mapped_column(ARRAY(REAL()))


class MeaningDue(Base):
    """A statement whose vector is to be made anew, because it came, or reads otherwise.

    A trigger writes it down, in the transaction that changes it: once for each statement, with a
    new `note` each time. Who makes the vector takes it for a while, and forgets it only if the note
    is still the same.
    """

    __tablename__ = "meaning_due"
    __table_args__ = (Index("ix_meaning_due_note", "note"),)

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    note: Mapped[int] = mapped_column(BigInteger, Identity())
    taken_until: Mapped[datetime | None]
