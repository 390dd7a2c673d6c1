"""Names with a word that begins as what was typed: whole names first, and then the shortest."""

from typing import Any, Final

from sqlalchemy import Select, Text, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.documents.listing import Listing, conditions_of
from app.documents.shape import View
from app.tables.finding import NameKey
from app.words.romanising import romanised

LOOKED_AT: Final = 64
"""How many names that begin so are looked at."""
_BEGINS = bindparam("begins", type_=Text())
_BEGINS_WITHIN = bindparam("begins_within", type_=Text())


def named_so(listing: Listing, view: View, filters: frozenset[str] = frozenset()) -> Select[Any]:
    """Select id, text and place of what is listed, with these filters, and named so."""
    table, noun = listing.kind.table, listing.kind.noun
    begins = NameKey.ascii.like(_BEGINS)
    looked = (
        select(table.id, table.name.label("text"), begins.label("at_once"), NameKey.ascii)
        .join(NameKey, NameKey.resource_id == table.id)
        .where(NameKey.collection == listing.kind.collection)
        .where(or_(begins, NameKey.ascii.like(_BEGINS_WITHIN)))
        .where(*conditions_of(listing, view, filters))
        .limit(LOOKED_AT)
        .subquery(f"{noun}_names")
    )
    once = (
        select(looked.c.id, looked.c.text, looked.c.at_once, func.length(looked.c.ascii).label("n"))
        .ext(distinct_on(looked.c.id))
        .order_by(looked.c.id, looked.c.at_once.desc(), func.length(looked.c.ascii))
        .subquery(f"{noun}_once")
    )
    order = once.c.at_once.desc(), once.c.n, once.c.id
    place = func.row_number().over(order_by=order).label("place")
    return select(once.c.id, once.c.text, place).order_by(*order)


def parameters(typed: str) -> dict[str, str | None]:
    """Give what that SELECT binds, for what was typed in whatever script."""
    name = romanised(typed)
    return {
        "begins": f"{name}%" if name else None,
        "begins_within": f"% {name}%" if name else None,
    }
