"""How contacts are listed."""

from typing import Any

from sqlalchemy import BindParameter, Boolean, DateTime, and_, func, literal_column

from app.documents.contact import CONTACT
from app.documents.listing import Filter, Listing, Order, equals, same_id, standard_orders
from app.documents.shape import Column, View
from app.tables.contact import Contact, ContactState

_MOMENT = DateTime(timezone=True)
_NEVER: Column = literal_column("timestamptz 'infinity'")


def _is_overdue(value: BindParameter[Any], _: View) -> Column:
    over = and_(Contact.reply_by.is_not(None), Contact.reply_by < func.now())
    return and_(Contact.state == ContactState.ASKED, over) == value


CONTACTS = Listing(
    CONTACT,
    {
        "verdict_id": same_id(Contact.verdict_id),
        "speaker_id": same_id(Contact.speaker_id),
        "source_id": same_id(Contact.source_id),
        "state": equals(Contact.state),
        "purpose": equals(Contact.purpose),
        "overdue": Filter(Boolean(), _is_overdue),
    },
    {
        **standard_orders(CONTACT),
        "asked_at": Order(lambda _: Contact.asked_at.expression, _MOMENT),
        "reply_by": Order(lambda _: func.coalesce(Contact.reply_by, _NEVER), _MOMENT),
    },
)
