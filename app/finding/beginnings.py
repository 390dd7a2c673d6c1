"""Names with a word that begins as what was typed: whole names first, and then the shortest.

Of very many, the first of the alphabet are looked at.
"""

from typing import Any, Final

from sqlalchemy import (
    Select,
    Text,
    and_,
    bindparam,
    distinct,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from app.documents.listing import Listing, conditions_of
from app.documents.shape import Column, View
from app.tables.finding import NameKey, NameWord
from app.words.romanising import romanised

LOOKED_AT: Final = 64
"""How many names that begin so are looked at; and as many with another word that does.

A record may have several of them.
"""
_BEGINS = bindparam("begins", type_=Text())
_ENDS = bindparam("ends", type_=Text())
_LATER: Final[Column] = literal_column("1000000")
"""What is named so only within comes after this, which no name is as long as."""
LAST: Final = "\U0010ffff"
"""Comes after every other character: what begins so is before what is typed and this."""


def named_so(listing: Listing, view: View, filters: frozenset[str] = frozenset()) -> Select[Any]:
    """Select id, text and place of what is listed, with these filters, and named so, in order.

    The lower its place, the sooner it comes. Where names begin so, they are read along an index;
    other words are only looked for where that gives fewer than are looked at.
    """
    noun = listing.kind.noun
    whole = _begun(NameKey, NameKey.ascii, func.length(NameKey.ascii), listing)
    length = NameWord.at + func.length(NameWord.rest) + _LATER
    rest = _begun(NameWord, NameWord.rest, length, listing)
    first = _seen(whole.subquery(f"{noun}_begun"), listing, view, filters).cte(f"{noun}_first")
    few = select(func.count(distinct(first.c.id)) < literal_column(str(LOOKED_AT)))
    within = _seen(rest.subquery(f"{noun}_within"), listing, view, filters)
    within = within.where(few.scalar_subquery())
    looked = union_all(select(first), within).subquery(f"{noun}_names")
    place = func.min(looked.c.place).label("place")
    once = select(looked.c.id, looked.c.text, place).group_by(looked.c.id, looked.c.text)
    return once.order_by(place, looked.c.id)


def begins(spelt: Any, typed: Column, end: Column) -> Column:  # noqa: ANN401 - a column.
    """Say that a text begins as what was typed, as an index by characters has it.

    The end is what was typed and `LAST`. By LIKE, PostgreSQL would have to see what was typed
    before it plans to use that index.
    """
    return and_(spelt.op("~>=~")(typed), spelt.op("~<~")(end))


def _begun(table: Any, spelt: Any, length: Column, listing: Listing) -> Select[Any]:  # noqa: ANN401 - a table and its column.
    """Select what begins so in this column, in its order, as an index has it."""
    ours = table.collection == listing.kind.collection
    order: Column = literal_column(f"{table.__tablename__}.{spelt.key} USING ~<~")
    found = select(table.resource_id, length.label("n"))
    return found.where(ours, begins(spelt, _BEGINS, _ENDS)).order_by(order)


def _seen(
    named: Any,  # noqa: ANN401 - a subquery.
    listing: Listing,
    view: View,
    filters: frozenset[str],
) -> Select[Any]:
    """Look up what is named so, one by one, until there are enough that the viewer may see."""
    table = listing.kind.table
    one = (
        select(table.id, table.name.label("text"))
        .where(table.id == named.c.resource_id, *conditions_of(listing, view, filters))
        .limit(literal_column("1"))
        .correlate(named)
        .lateral(f"{named.name}_seen")
    )
    seen = select(one.c.id, one.c.text, named.c.n.label("place"))
    return seen.select_from(named.join(one, true())).limit(literal_column(str(LOOKED_AT)))


def parameters(typed: str) -> dict[str, str | None]:
    """Give what that SELECT binds, for what was typed in whatever script."""
    name = romanised(typed)
    return {
        "begins": name or None,
        "ends": name + LAST if name else None,
    }
