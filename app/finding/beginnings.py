"""Names with a word that begins as what was typed: whole names first, and then the shortest.

Of very many, the first of the alphabet are looked at.
"""

from typing import Any, Final

from sqlalchemy import (
    Select,
    Text,
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
from app.tables.finding import NameKey
from app.words.romanising import romanised

LOOKED_AT: Final = 64
"""How many names that begin so are looked at; and as many with another word that does.

A record may have several of them.
"""
_BEGINS = bindparam("begins", type_=Text())
_ENDS = bindparam("ends", type_=Text())
_BEGINS_WITHIN = bindparam("begins_within", type_=Text())
_SPELT: Final[Column] = literal_column("name_key.ascii USING ~<~")
_ZERO: Final[Column] = literal_column("0")
_LATER: Final[Column] = literal_column("1000000")
"""What is named so only within comes after this, which no name is as long as."""
_LAST: Final = "\x7f"
"""Comes after every character of a name in ASCII."""


def named_so(listing: Listing, view: View, filters: frozenset[str] = frozenset()) -> Select[Any]:
    """Select id, text and place of what is listed, with these filters, and named so, in order.

    The lower its place, the sooner it comes. Where names begin so, they are read along an index;
    other words are only looked for where that gives fewer than are looked at.
    """
    noun = listing.kind.noun
    keys = select(NameKey.resource_id, NameKey.ascii)
    ours = keys.where(NameKey.collection == listing.kind.collection)
    so = NameKey.ascii.op("~>=~")(_BEGINS), NameKey.ascii.op("~<~")(_ENDS)
    at_once = ours.where(*so).order_by(_SPELT).subquery(f"{noun}_begun")
    first = _seen(at_once, listing, view, filters).cte(f"{noun}_first")
    # It has no limit of its own, by which PostgreSQL would hope to come upon some soon.
    within = ours.where(NameKey.ascii.like(_BEGINS_WITHIN)).cte(f"{noun}_within")
    within = within.prefix_with("MATERIALIZED")
    few = select(func.count(distinct(first.c.id)) < literal_column(str(LOOKED_AT)))
    rest = _seen(within, listing, view, filters, _LATER).where(few.scalar_subquery())
    looked = union_all(select(first), rest).subquery(f"{noun}_names")
    place = func.min(looked.c.place).label("place")
    once = select(looked.c.id, looked.c.text, place).group_by(looked.c.id, looked.c.text)
    return once.order_by(place, looked.c.id)


def _seen(
    named: Any,  # noqa: ANN401 - a subquery, or a CTE.
    listing: Listing,
    view: View,
    filters: frozenset[str],
    later: Column = _ZERO,
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
    place = (func.length(named.c.ascii) + later).label("place")
    seen = select(one.c.id, one.c.text, place).select_from(named.join(one, true()))
    return seen.limit(literal_column(str(LOOKED_AT)))


def parameters(typed: str) -> dict[str, str | None]:
    """Give what that SELECT binds, for what was typed in whatever script."""
    name = romanised(typed)
    return {
        "begins": name or None,
        "ends": name + _LAST if name else None,
        "begins_within": f"% {name}%" if name else None,
    }
