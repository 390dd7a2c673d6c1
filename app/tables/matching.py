"""What claim matching stands on: all of it can be worked out again from what is recorded."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, PrimaryKeyConstraint, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Base


class StatementTerms(Base):
    """The terms by which a statement is matched, each with its weight there.

    A term is a lexeme as a number (`app.finding.postings.number`); a weight is what BM25 gives it
    in this statement, in ten-thousandths. Both lists have the same order. `no` stands for the
    statement in postings, and stays the same for as long as there is one.
    """

    __tablename__ = "statement_terms"

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    no: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    terms: Mapped[list[int]] = mapped_column(ARRAY(BigInteger()))
    weights: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger()))


class Posting(Base):
    """A term, a statement that has it, and its weight there: what `StatementTerms` says, by term.

    The primary key has all of it, so that a term is read without the table.
    """

    __tablename__ = "posting"
    __table_args__ = (PrimaryKeyConstraint("term", "no", postgresql_include=["weight"]),)

    term: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    no: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    weight: Mapped[int] = mapped_column(SmallInteger)


class SuggestionDue(Base):
    """A statement for which links are still to be suggested, because it came, or reads otherwise.

    A trigger writes it down, in the transaction that changes it.
    """

    __tablename__ = "suggestion_due"
    __table_args__ = (Index("ix_suggestion_due_note", "note"),)

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    note: Mapped[int] = mapped_column(BigInteger, Identity())
