"""Translations of a statement."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import LanguageTag, Part


class Translator(StrEnum):
    """Who translated."""

    HUMAN = "human"
    MACHINE = "machine"
    AGENCY = "agency"


class Translation(Part):
    """A statement's words in another language, and who put them so."""

    __tablename__ = "translation"

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), index=True)
    language: Mapped[LanguageTag]
    text: Mapped[str]
    translator: Mapped[Translator]
    translator_name: Mapped[str | None]
