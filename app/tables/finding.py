"""What searching stands on: all of it can be worked out again from what is recorded."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, Identity, Index, SmallInteger, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.change import TransactionId
from app.tables.record import Base, LanguageTag, Strings

SHELF = 8192
"""How many statements a shelf is for. With twice as many, it becomes two."""


class StatementSearch(Base):
    """The words by which a statement is found, and where it stands.

    Statements stand in the order of their days: `day` is when it was said, or recorded where nobody
    knows; those of one day stand as they came (`serial`). `place` is both in one number, by which
    the newest are found first, and `shelf` the number of the shelf on which that is. By the other
    columns what was found is counted: they say of it what the public may know.
    """

    __tablename__ = "statement_search"
    __table_args__ = (
        Index(
            "ix_statement_search_words",
            "shelf",
            "words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": False},
        ),
        Index("ix_statement_search_place", "place"),
        Index("ix_statement_search_analysed_with", "analysed_with", "statement_id"),
        Index("ix_statement_search_serial", "serial"),
        Index(
            "ix_statement_search_unchecked",
            "is_public",
            "statement_id",
            postgresql_where=text("check_types = '{}'"),
        ),
    )

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    serial: Mapped[int] = mapped_column(BigInteger, Identity())
    day: Mapped[date]
    place: Mapped[int] = mapped_column(
        BigInteger, Computed("((day - '0001-01-01'::date)::bigint << 36) + serial", persisted=True)
    )
    shelf: Mapped[int] = mapped_column(default=0, server_default="0")
    is_public: Mapped[bool]
    speaker_id: Mapped[UUID | None]
    language: Mapped[LanguageTag]
    year: Mapped[int | None] = mapped_column(SmallInteger)
    topics: Mapped[Strings]
    publishers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    ratings: Mapped[Strings]
    check_types: Mapped[Strings]
    words: Mapped[Any] = mapped_column(TSVECTOR())
    analysed_with: Mapped[int] = mapped_column(SmallInteger)


class SearchShelf(Base):
    """Where a shelf begins: it ends where the next one begins.

    What lies before all of them is shelf 0, which isn't written down; at first, that is everything.
    Numbers say nothing of the order.
    """

    __tablename__ = "search_shelf"

    no: Mapped[int] = mapped_column(Identity(), primary_key=True)
    begins: Mapped[int] = mapped_column(BigInteger, unique=True)


class NameKey(Base):
    """A name of a speaker or a source, with the keys by which it is found across scripts."""

    __tablename__ = "name_key"
    __table_args__ = (
        Index("ix_name_key_resource", "resource_id"),
        Index("ix_name_key_analysed_with", "analysed_with", "resource_id"),
        Index(
            "ix_name_key_begins",
            "collection",
            "ascii",
            postgresql_ops={"ascii": "text_pattern_ops"},
            postgresql_include=["resource_id"],
        ),
        Index(
            "ix_name_key_ascii",
            "collection",
            "ascii",
            postgresql_using="gin",
            postgresql_ops={"ascii": "gin_trgm_ops"},
            postgresql_with={"fastupdate": False},
        ),
        *(
            Index(
                f"ix_name_key_{keys}",
                keys,
                postgresql_using="gin",
                postgresql_with={"fastupdate": False},
            )
            for keys in ("folds", "sounds", "symbols")
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    collection: Mapped[str]
    resource_id: Mapped[UUID]
    name: Mapped[str]
    ascii: Mapped[str]
    folds: Mapped[Strings]
    sounds: Mapped[Strings]
    symbols: Mapped[Strings]
    analysed_with: Mapped[int] = mapped_column(SmallInteger)


class NameWord(Base):
    """A name from a later word of it on: "tokayev" of "kassym-jomart tokayev".

    Triggers of `name_key` write it down, and take it away.
    """

    __tablename__ = "name_word"
    __table_args__ = (
        Index(
            "ix_name_word_begins",
            "collection",
            "rest",
            postgresql_ops={"rest": "text_pattern_ops"},
            postgresql_include=["resource_id", "at"],
        ),
    )

    key_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    collection: Mapped[str]
    rest: Mapped[str]
    resource_id: Mapped[UUID]


class SearchWord(Base):
    """A word of statements, for what is begun or misspelled. It may stand here twice."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index(
            "ix_search_word_likeness",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            postgresql_with={"fastupdate": False},
        ),
        Index(
            "ix_search_word_word",
            "word",
            postgresql_ops={"word": "text_pattern_ops"},
            postgresql_include=["id"],
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    word: Mapped[str]


class SearchDue(Base):
    """What is to be analysed anew, because something that it shows has changed.

    Triggers write it down, in the transaction that changes it. There may be several of one
    resource: nobody waits for others to write it down once.
    """

    __tablename__ = "search_due"
    __table_args__ = (Index("ix_search_due_made_in", "made_in", "resource_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    collection: Mapped[str]
    resource_id: Mapped[UUID]
    made_in: Mapped[int] = mapped_column(
        TransactionId(), server_default=text("pg_current_xact_id()")
    )
