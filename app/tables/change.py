"""The change log: every write, in order, with the document that resulted, and its chain."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.tables.record import Base


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8: it tells what was written in one transaction."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Name the type as DDL does."""
        return "xid8"


ischema_names["xid8"] = TransactionId


class Change(Base):
    """One write: who did what to which resource when, why, and what it then looked like.

    `document` is the resource as its own organisation sees it, `public_document` as the public
    does (null while it is not public). What it looked like before is the entry before. Entries
    are never changed or deleted; the database refuses it.

    A trigger writes `hash` and `is_public`. The hash is a SHA-256 over the entry and the hash of
    the entry before it about the same resource; `docs/changes.md` has the form. `is_public` says
    that the public sees something new: the resource came, changed or went.
    """

    __tablename__ = "change"
    __table_args__ = (Index("uq_change_resource_version", "resource_id", "version", unique=True),)

    id: Mapped[int] = mapped_column(BigInteger(), Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(TransactionId(), server_default=text("pg_current_xact_id()"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    actor: Mapped[str | None]
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_key.id"))
    request_id: Mapped[str | None]
    action: Mapped[str]
    collection: Mapped[str]
    resource_id: Mapped[UUID]
    version: Mapped[int]
    reason: Mapped[str | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB())
    public_document: Mapped[dict[str, Any] | None] = mapped_column(JSONB())
    hash: Mapped[bytes] = mapped_column(LargeBinary())
    is_public: Mapped[bool]


class SealedChange(Base):
    """The place of an entry in the chain, given once it is committed, in commit order.

    `hash` is a SHA-256 over the hash of the place before, the entry's and the position. `shown_in`
    is the collection of what the public sees change; it is null for everything else. Places are
    never changed or deleted; the database refuses it.
    """

    __tablename__ = "sealed_change"
    __table_args__ = (
        Index(
            "ix_sealed_change_shown",
            "position",
            postgresql_where=text("shown_in IS NOT NULL"),
        ),
        Index(
            "ix_sealed_change_shown_in",
            "shown_in",
            "position",
            postgresql_where=text("shown_in IS NOT NULL"),
        ),
    )

    position: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    change_id: Mapped[int] = mapped_column(BigInteger(), ForeignKey("change.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary())
    shown_in: Mapped[str | None]


class UnsealedChange(Base):
    """An entry that waits for its place in the chain; a trigger puts it here when it is written.

    It has no foreign key, for the entry isn't there yet when it is put here.
    """

    __tablename__ = "unsealed_change"

    change_id: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
