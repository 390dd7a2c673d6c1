"""What comes out with a verdict: the contacts that are to be shown with it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.record import recorded_change
from app.documents.contact import CONTACT
from app.tables.change import Change
from app.tables.contact import Contact


async def bring_out(session: AsyncSession, by: Caller, verdict_id: UUID) -> None:
    """Write down which contacts the public sees now that it sees their verdict.

    Those that it saw already are left alone, so this may follow every publication.
    """
    hidden = select(Change.id).where(
        Change.resource_id == Contact.id,
        Change.version == Contact.version,
        Change.public_document.is_(None),
    )
    public = select(Contact).where(
        Contact.verdict_id == verdict_id,
        Contact.is_public,
        Contact.archived_at.is_(None),
        hidden.exists(),
    )
    for row in await session.scalars(
        public.order_by(Contact.id).with_for_update(of=Contact, key_share=True)
    ):
        await recorded_change(session, by, "contact.published", CONTACT, row)
