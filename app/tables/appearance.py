"""Appearances: the hops by which a statement travelled."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import LanguageTag, Part, PartialDate


class AppearanceRole(StrEnum):
    """What part a source played in passing a statement on."""

    ORIGIN = "origin"
    AGENCY = "agency"
    OUTLET = "outlet"
    REPUBLISHER = "republisher"
    PLATFORM = "platform"


class AppearanceMode(StrEnum):
    """In what form a source carried a statement."""

    DIRECT_QUOTE = "direct_quote"
    TRANSLATED_QUOTE = "translated_quote"
    INDIRECT = "indirect"
    PARAPHRASE = "paraphrase"
    SUMMARY = "summary"
    HEADLINE = "headline"
    REPUBLICATION = "republication"


class Fidelity(StrEnum):
    """How true an appearance is to what it carries."""

    VERBATIM = "verbatim"
    FAITHFUL = "faithful"
    TRUNCATED = "truncated"
    ALTERED = "altered"
    MISATTRIBUTED = "misattributed"
    UNKNOWN = "unknown"


class Appearance(Part):
    """One hop: this source carried the statement, as it had it from its parent.

    The parent is of the same statement, there are no circles (a constraint trigger sees to
    that), and at most one appearance of a statement is the first known.
    """

    __tablename__ = "appearance"
    __table_args__ = (
        UniqueConstraint("statement_id", "id"),
        UniqueConstraint("statement_id", "key"),
        ForeignKeyConstraint(
            ["statement_id", "parent_id"],
            ["appearance.statement_id", "appearance.id"],
            name="fk_appearance_parent",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("parent_id <> id", name="is_not_its_own_parent"),
        Index(
            "uq_appearance_first_known",
            "statement_id",
            unique=True,
            postgresql_where=sa.text("is_first_known"),
        ),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"))
    key: Mapped[str]
    parent_id: Mapped[UUID | None]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"), index=True)
    role: Mapped[AppearanceRole]
    mode: Mapped[AppearanceMode]
    text: Mapped[str | None]
    language: Mapped[LanguageTag | None]
    published_on: Mapped[PartialDate | None]
    locator: Mapped[str | None]
    is_first_known: Mapped[bool] = mapped_column(default=False)
    fidelity: Mapped[Fidelity]
    drift_note: Mapped[str | None]
    changed_facts: Mapped[list[dict[str, Any]]] = mapped_column(
        postgresql.JSON(), server_default=sa.text("'[]'::json")
    )
