"""Names that may be meant: candidates by every key in SQL, and the likeliest of them by comparing.

A name in another script, with a slip, or in part is found by at least one of its keys; how like it
really is, is only then worked out (`app.words.names`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Final
from uuid import UUID

from asyncpg import Record
from sqlalchemy import Integer, Select, Text, bindparam, func, literal_column, select, text, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import Subquery

from app.documents.listing import Listing, conditions_of
from app.documents.shape import Column, View
from app.foundation.reads import Query, compiled
from app.tables.finding import NameKey
from app.words.candidates import PER_LEG, Leg, legs
from app.words.names import NameKeys, likeness

LOOKED_AT: Final = 200
"""How many names that share a word are looked at, where names are only a part of what is sought."""
_KEYS = (NameKey.ascii, NameKey.folds, NameKey.sounds, NameKey.symbols)


@dataclass(frozen=True, slots=True)
class Named:
    """A speaker or a source, and how like its name is to what was asked for."""

    likeness: float
    id: UUID
    name: str
    collection: str


def query(listing: Listing, view: View, filters: frozenset[str], asked: NameKeys) -> Query:
    """Compile the SELECT of candidates by every key, among what filters let by."""
    return _by_every_key(listing, view, filters, legs(asked))


@cache
def _by_every_key(
    listing: Listing, view: View, filters: frozenset[str], ways: tuple[Leg, ...]
) -> Query:
    """Take the nearest by each key, of what filters let by; then look who may be seen."""
    let_by = select(listing.kind.table.id).where(*conditions_of(listing, view, filters))
    legs_ = []
    for way in ways:
        found = _names(listing).where(text(f"({way.condition})"))
        if filters:
            found = found.where(NameKey.resource_id.in_(let_by))
        nearest = found.order_by(text(way.order), NameKey.resource_id).limit(PER_LEG)
        legs_.append(select(nearest.subquery()))
    return compiled(_seen(listing, view, union(*legs_).subquery("candidates")))


@cache
def by_words(listings: tuple[Listing, ...], view: View) -> Query:
    """Compile the SELECT of names that share a word, in whatever script, with what was asked."""
    words = bindparam("folds", type_=ARRAY(Text()))
    most = bindparam("most", type_=Integer())
    found = []
    for number, (one, has) in enumerate(product(listings, ("@>", "&&"))):
        looked = _names(one).where(NameKey.folds.op(has)(words))
        rows = looked.limit(literal_column(str(LOOKED_AT))).subquery(f"looked_at_{number}")
        closest = func.similarity(rows.c.ascii, bindparam("ascii", type_=Text())).desc()
        nearest = select(rows).order_by(closest, rows.c.resource_id).limit(most)
        found.append(_seen(one, view, nearest.subquery(f"nearest_{number}")))
    return compiled(select(union(*found).subquery("candidates")))


def _names(listing: Listing) -> Select[Any]:
    names: Any = select(NameKey.resource_id, NameKey.name, *_KEYS)
    of_it: Select[Any] = names.where(NameKey.collection == listing.kind.collection)
    return of_it


def _seen(listing: Listing, view: View, rows: Subquery) -> Select[Any]:
    """Select those of these names whose speaker or source the viewer may see."""
    collection: Column = literal_column(f"'{listing.kind.collection}'").label("collection")
    table, keys = listing.kind.table, [rows.c[key.key] for key in _KEYS]
    return (
        select(table.id, rows.c.name, collection, *keys)
        .join(rows, rows.c.resource_id == table.id)
        .where(*conditions_of(listing, view, frozenset()))
    )


def ranked(asked: NameKeys, rows: Iterable[Record], like_enough: float) -> list[Named]:
    """Compare the candidates, and give those that are like enough, the likeliest first."""
    best: dict[UUID, Named] = {}
    for one, name, collection, ascii_, *keys in rows:
        known = NameKeys(ascii_, *(tuple(key) for key in keys))
        alike = round(likeness(asked, known), 6)
        if alike >= like_enough and (one not in best or alike > best[one].likeness):
            best[one] = Named(alike, one, name, collection)
    return sorted(best.values(), key=lambda one: (-one.likeness, one.id))
