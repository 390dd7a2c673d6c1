"""Answers that are remembered, so that a POST can be repeated safely."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Base


class RememberedAnswer(Base):
    """The first answer to a POST with an `Idempotency-Key`, for a day.

    It is written in the transaction of what the request did. `fingerprint` is a digest of the
    path and the body. The body of an answer that holds a secret is encrypted (`is_sealed`).
    """

    __tablename__ = "remembered_answer"
    __table_args__ = (CheckConstraint("octet_length(fingerprint) = 32", name="has_fingerprint"),)

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary())
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary())
    is_sealed: Mapped[bool]
    expires_at: Mapped[datetime] = mapped_column(index=True)
