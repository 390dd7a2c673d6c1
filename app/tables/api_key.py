"""API keys: who calls, and what they may do."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Record, Strings


class Role(StrEnum):
    """A named set of scopes."""

    READER = "reader"
    CONTRIBUTOR = "contributor"
    CHECKER = "checker"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"


class Scope(StrEnum):
    """One thing that a caller may do."""

    READ = "read"
    WRITE = "write"
    REVIEW = "review"
    PUBLISH = "publish"
    ADMIN = "admin"


class ApiKey(Record):
    """A caller's key. The secret itself is never stored, only its SHA-256.

    After a rotation, the secret before is the previous one: it works until its own end.
    """

    __tablename__ = "api_key"
    __constraints__ = (
        CheckConstraint("octet_length(secret_hash) = 32", name="stores_a_hash"),
        CheckConstraint(
            "scopes <@ ARRAY['read', 'write', 'review', 'publish', 'admin']"
            " AND cardinality(scopes) > 0",
            name="has_known_scopes",
        ),
        CheckConstraint("organization_id IS NOT NULL", name="has_organization"),
        CheckConstraint("octet_length(previous_hash) = 32", name="stores_a_hash_of_the_previous"),
        CheckConstraint(
            "num_nulls(previous_prefix, previous_hash, previous_expires_at) IN (0, 3)",
            name="ends_the_previous",
        ),
    )

    name: Mapped[str]
    person: Mapped[str]
    prefix: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(), unique=True)
    previous_prefix: Mapped[str | None]
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary(), unique=True)
    previous_expires_at: Mapped[datetime | None]
    role: Mapped[Role | None]
    scopes: Mapped[Strings]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
