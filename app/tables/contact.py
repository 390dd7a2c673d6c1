"""Contacts: whom we asked before we judged, and what came back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Record


class ContactPurpose(StrEnum):
    """What somebody was asked for."""

    RIGHT_OF_REPLY = "right_of_reply"
    CLARIFICATION = "clarification"
    EVIDENCE = "evidence"
    CORRECTION = "correction"
    OTHER = "other"


class ContactChannel(StrEnum):
    """By which way somebody was asked."""

    EMAIL = "email"
    PHONE = "phone"
    LETTER = "letter"
    SOCIAL_MEDIA = "social_media"
    WEB_FORM = "web_form"
    IN_PERSON = "in_person"
    OTHER = "other"


class ContactState(StrEnum):
    """What came of asking."""

    ASKED = "asked"
    REPLIED = "replied"
    DECLINED = "declined"
    NO_REPLY = "no_reply"


class Contact(Record):
    """Whom an organisation asked about what it was to judge, by when, and what came back.

    Who was asked is a speaker, a source (a publisher, say), or somebody else by name.
    """

    __tablename__ = "contact"
    __constraints__ = (
        CheckConstraint("organization_id IS NOT NULL", name="has_organization"),
        CheckConstraint("num_nonnulls(speaker_id, source_id, name) = 1", name="asks_one_party"),
        CheckConstraint("reply_by >= asked_at", name="leaves_time"),
        CheckConstraint("replied_at >= asked_at", name="is_replied_to_after_asking"),
        CheckConstraint("length(reply) BETWEEN 1 AND 5000", name="has_a_short_reply"),
        CheckConstraint(
            "num_nonnulls(replied_at, reply) = CASE state WHEN 'replied' THEN 2 ELSE 0 END",
            name="has_a_reply_when_replied",
        ),
        Index("ix_contact_verdict_id", "verdict_id", "asked_at", "id"),
    )

    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("verdict.id"))
    speaker_id: Mapped[UUID | None] = mapped_column(ForeignKey("speaker.id"), index=True)
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("source.id"), index=True)
    name: Mapped[str | None]
    purpose: Mapped[ContactPurpose]
    channel: Mapped[ContactChannel]
    asked_at: Mapped[datetime]
    reply_by: Mapped[datetime | None]
    state: Mapped[ContactState] = mapped_column(default=ContactState.ASKED)
    replied_at: Mapped[datetime | None]
    reply: Mapped[str | None]
    note: Mapped[str | None]
    is_public: Mapped[bool] = mapped_column(default=False)
