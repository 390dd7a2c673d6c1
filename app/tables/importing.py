"""Imports: what was sent, how far it is, and what became of its rows."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Base, LanguageTag, Record, Strings

PIECE = 256 * 1024
"""How many bytes a piece of a file has; the last one has fewer."""


class ImportFormat(StrEnum):
    """What a file is written in."""

    NDJSON = "ndjson"
    CSV = "csv"
    CLAIMREVIEW = "claimreview"
    HTML = "html"


class ImportState(StrEnum):
    """Where the work on an import is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RowState(StrEnum):
    """What became of a row that there is something to say about."""

    WARNED = "warned"
    WAITING = "waiting"
    REFUSED = "refused"


class ImportJob(Record):
    """A file to be imported, and how far that is.

    Progress is written in the transaction of the rows that it counts. `place` is where to go on: a
    byte of what is read line by line, and else the number of an item or, once all was read, of a
    row that waited. `waited` is how many did when they were last tried. The caller is kept as they
    were when they sent it, for it is their act.
    """

    __tablename__ = "import_job"
    __constraints__ = (
        CheckConstraint(
            "organization_id IS NOT NULL AND created_by IS NOT NULL", name="is_somebodys"
        ),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name="is_finished_at_some_time",
        ),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="says_why_it_failed"),
        Index(
            "ix_import_job_open",
            "created_at",
            "id",
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_import_job_created_at", "organization_id", "created_at", "id"),
    )

    format: Mapped[ImportFormat]
    dry_run: Mapped[bool]
    language: Mapped[LanguageTag | None]
    state: Mapped[ImportState] = mapped_column(default=ImportState.QUEUED)
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_key.id"))
    scopes: Mapped[Strings]
    identity: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger())
    place: Mapped[int] = mapped_column(BigInteger(), default=0)
    bytes_read: Mapped[int] = mapped_column(BigInteger(), default=0)
    rows_read: Mapped[int] = mapped_column(BigInteger(), default=0)
    made: Mapped[int] = mapped_column(BigInteger(), default=0)
    unchanged: Mapped[int] = mapped_column(BigInteger(), default=0)
    refused: Mapped[int] = mapped_column(BigInteger(), default=0)
    waiting: Mapped[int] = mapped_column(BigInteger(), default=0)
    waited: Mapped[int] = mapped_column(BigInteger(), default=0)
    warnings: Mapped[int] = mapped_column(BigInteger(), default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    failure: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class ImportPiece(Base):
    """A piece of the file, until the import is finished."""

    __tablename__ = "import_piece"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("import_job.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary())


class ImportRow(Base):
    """A row about which there is something to say: why it was refused, or what could be better.

    One that waits for what it refers to is kept itself, to be tried again at the end.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (body IS NOT NULL)", name="is_kept_while_it_waits"),
        Index(
            "ix_import_row_waiting",
            "job_id",
            "no",
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("import_job.id"), primary_key=True)
    no: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    state: Mapped[RowState]
    collection: Mapped[str | None]
    name: Mapped[str | None]
    problem: Mapped[str | None]
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    body: Mapped[bytes | None] = mapped_column(LargeBinary())


class Imported(Base):
    """What was made of a row that has no reference of its own, by a digest of what it is known by.

    So the same row makes nothing twice, whichever import it comes with.
    """

    __tablename__ = "imported"
    __table_args__ = (CheckConstraint("octet_length(digest) = 32", name="has_digest"),)

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    collection: Mapped[str]
    resource_id: Mapped[UUID]
