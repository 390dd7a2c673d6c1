"""The change log: every write, in order, with the document that resulted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.tables.record import Base


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8: it orders writers that commit late."""

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
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("uq_change_resource_version", "resource_id", "version", unique=True),
        Index("ix_change_xid", "xid", "id"),
    )

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
