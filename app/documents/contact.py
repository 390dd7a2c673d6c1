"""Contacts, as shown: by themselves, and with the verdict that they were made for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import and_, or_, select

from app.documents import source, speaker
from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    for_owner,
    head_fields,
    instant,
    json_list,
    json_object,
    one,
    owned,
    record_fields,
)
from app.documents.source import SourceSummary
from app.documents.speaker import SpeakerSummary
from app.tables.contact import Contact as Stored
from app.tables.contact import ContactChannel, ContactPurpose, ContactState
from app.tables.source import Source
from app.tables.speaker import Speaker
from app.tables.verdict import Verdict

SHOWN = "Whom its organisation asked, and what came back, the first asked first; those you may see."
_NAME = "Who was asked, where it is neither a speaker nor a source."


class ContactSummary(Document):
    """Somebody who was asked, as shown with the verdict."""

    id: UUID
    speaker: SpeakerSummary | None
    source: SourceSummary | None
    name: str | None = Field(description=_NAME, examples=["The regional border service"])
    purpose: ContactPurpose
    channel: ContactChannel
    asked_at: datetime
    reply_by: datetime | None
    state: ContactState
    replied_at: datetime | None
    reply: str | None
    is_public: bool


class Contact(Resource):
    """Whom an organisation asked about what it was to judge, for what, and what came back."""

    organization_id: UUID
    verdict_id: UUID
    speaker_id: UUID | None = Field(description="Who was asked: a speaker.")
    speaker: SpeakerSummary | None
    source_id: UUID | None = Field(description="Who was asked: a source, such as its publisher.")
    source: SourceSummary | None
    name: str | None = Field(description=_NAME, examples=["The regional border service"])
    purpose: ContactPurpose
    channel: ContactChannel
    asked_at: datetime
    reply_by: datetime | None
    state: ContactState
    replied_at: datetime | None
    reply: str | None
    note: str | None = Field(
        description="A word to colleagues. Shown to the people of the organisation that owns it."
    )
    is_public: bool


def _party(view: View) -> dict[str, Any]:
    speakers = select(Speaker).where(Speaker.id == Stored.speaker_id).correlate(Stored)
    sources = select(Source).where(Source.id == Stored.source_id).correlate(Stored)
    return {
        "speaker": one(speaker.summary(), speakers),
        "source": one(source.summary(view), sources),
        "name": Stored.name,
    }


def _asked() -> dict[str, Any]:
    return {
        "purpose": Stored.purpose,
        "channel": Stored.channel,
        "asked_at": instant(Stored.asked_at),
        "reply_by": instant(Stored.reply_by),
        "state": Stored.state,
        "replied_at": instant(Stored.replied_at),
        "reply": Stored.reply,
    }


def of_verdict(view: View) -> Column:
    """Build the list of a visible verdict's contacts: its own people see all, others the public."""
    rows = select(Stored).where(
        Stored.verdict_id == Verdict.id,
        Stored.archived_at.is_(None),
        or_(Stored.is_public, owned(Stored, view)),
    )
    item = json_object(id=Stored.id, **_party(view), **_asked(), is_public=Stored.is_public)
    return json_list(item, rows.correlate(Verdict), Stored.asked_at, Stored.id)


def document(view: View) -> Column:
    """Build the whole document."""
    return json_object(
        **head_fields(Stored),
        organization_id=Stored.organization_id,
        verdict_id=Stored.verdict_id,
        speaker_id=Stored.speaker_id,
        source_id=Stored.source_id,
        **_party(view),
        **_asked(),
        note=for_owner(Stored, view, Stored.note),
        is_public=Stored.is_public,
        **record_fields(Stored, view),
    )


def visible(view: View) -> Column:
    """Show what is public of a public verdict to everybody, and the rest to its own people."""
    out = select(Verdict.id).where(Verdict.id == Stored.verdict_id, Verdict.public_id.is_not(None))
    public = and_(Stored.is_public, out.correlate(Stored).exists())
    return or_(public, owned(Stored, view))


CONTACT = Kind("contact", "contacts", Stored, document, visible)
