"""The addresses of contacts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.contacts import actions
from app.contacts.queries import CONTACTS
from app.contacts.schemas import ContactFilter, ContactPatch, NewContact
from app.documents.contact import CONTACT, Contact
from app.documents.pages import ContactPage
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute

router = APIRouter(prefix="/v1/contacts", tags=["contacts"], route_class=StrictRoute)


@router.get("", response_model=ContactPage)
async def list_contacts(wanted: Annotated[ContactFilter, Query()], reader: Reader) -> Response:
    """List contacts, the newest first unless you sort otherwise.

    Your organisation's are listed all; of others, those that are public and whose verdict is, too.
    By `reply_by`, those without a time limit come last.
    """
    return await reader.page(CONTACTS, wanted, wanted.sort)


@router.post("", response_model=Contact, status_code=201)
async def create_contact(new: NewContact, by: Writer, session: Session) -> Response:
    """Record whom you asked about a verdict of your organisation, and what came back.

    It is internal unless you make it public; then it is shown with its verdict, once that is out.
    """
    return created("contacts", await actions.add(session, by, new))


@router.get("/{contact_id:id}", response_model=Contact)
async def get_contact(contact_id: UUID, reader: Reader) -> Response:
    """Fetch a contact: who was asked, for what, by when, and what came back."""
    return await reader.one(CONTACT, contact_id)


@router.patch("/{contact_id:id}", response_model=Contact)
async def change_contact(
    contact_id: UUID, patch: ContactPatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a contact by a JSON merge patch, such as when the reply comes.

    What was shown stays in its history. Who was asked may be put right; whichever of `speaker_id`,
    `source_id` and `name` is given takes the place of what was there.
    """
    return changed(await actions.change(session, by, contact_id, if_match, patch))


@router.delete("/{contact_id:id}", status_code=204)
async def archive_contact(
    contact_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a contact: it is no longer shown with its verdict, and its history stays."""
    return await actions.archive(session, by, contact_id, if_match)
