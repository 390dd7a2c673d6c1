"""What can be done with contacts."""

from uuid import UUID

from fastapi import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes import archiving
from app.changes.adding import add_record
from app.changes.holding import hold
from app.changes.parts import require
from app.changes.record import record, recorded_change, shown
from app.contacts.schemas import ContactPatch, NewContact
from app.documents.contact import CONTACT
from app.documents.source import SOURCE
from app.documents.speaker import SPEAKER
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import invalid
from app.tables.contact import Contact
from app.tables.verdict import Verdict


async def add(session: AsyncSession, by: Caller, new: NewContact) -> Written:
    """Record whom we asked about a verdict of ours."""
    await _verdict(session, by, new.verdict_id)
    await _require_party(session, new, None)
    row = Contact(
        id=new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        **new.model_dump(),
    )
    await add_record(session, row)
    return await record(session, by, "contact.created", CONTACT, row)


async def change(
    session: AsyncSession, by: Caller, contact_id: UUID, if_match: str | None, patch: ContactPatch
) -> Written:
    """Change a contact: what came back, most often. It stays with its verdict."""
    await _wait_for_its_verdict(session, contact_id)
    row = await hold(session, by, CONTACT, contact_id, if_match)
    current = NewContact.model_validate(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, CONTACT, row)
    if wanted.verdict_id != current.verdict_id:
        raise invalid("/verdict_id", "fixed", "A contact stays with the verdict it was made for")
    await _require_party(session, wanted, current)
    for name, value in wanted.model_dump().items():
        setattr(row, name, value)
    return await recorded_change(session, by, "contact.changed", CONTACT, row)


async def archive(
    session: AsyncSession, by: Caller, contact_id: UUID, if_match: str | None
) -> Response:
    """Archive a contact; where the public saw it, it learns that it is gone."""
    await _wait_for_its_verdict(session, contact_id)
    return await archiving.archive(session, by, CONTACT, contact_id, if_match)


async def _verdict(session: AsyncSession, by: Caller, verdict_id: UUID) -> None:
    """See that a verdict is there and ours. It can't come out until this is committed."""
    ours = select(Verdict.archived_at).where(
        Verdict.id == verdict_id, Verdict.organization_id == by.organization_id
    )
    found = (await session.execute(ours.with_for_update(read=True))).one_or_none()
    if found is None:
        wrong = "There is no such verdict of your organisation"
        raise invalid("/verdict_id", "reference", wrong)
    if found[0] is not None:
        raise invalid("/verdict_id", "reference", "This verdict was archived")


async def _wait_for_its_verdict(session: AsyncSession, contact_id: UUID) -> None:
    """Let nobody publish the verdict meanwhile, who would not know whether this is public.

    Whoever publishes locks the verdict first and its contacts then, and so does this.
    """
    its = select(Contact.verdict_id).where(Contact.id == contact_id).scalar_subquery()
    await session.execute(select(Verdict.id).where(Verdict.id == its).with_for_update(read=True))


async def _require_party(
    session: AsyncSession, wanted: NewContact, current: NewContact | None
) -> None:
    if current is None or wanted.speaker_id != current.speaker_id:
        await require(session, SPEAKER, wanted.speaker_id, "/speaker_id")
    if current is None or wanted.source_id != current.source_id:
        await require(session, SOURCE, wanted.source_id, "/source_id")
