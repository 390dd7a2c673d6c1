"""What an answer shows, in the words by which caches are purged: its surrogate keys.

A document shows more than its own resource: a statement shows its speaker. Which kinds it shows is
read from the columns that its SELECT reads, so that a new part can't be forgotten here.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column as Stored
from sqlalchemy import ColumnElement, TableClause, bindparam
from sqlalchemy.sql.selectable import AliasedReturnsRows, ReturnsRows
from sqlalchemy.sql.visitors import iterate

from app.documents.listing import Filter, Listing
from app.documents.shape import Kind, View

COLLECTIONS = {
    "affiliation": "speakers",
    "api_key": "api-keys",
    "appearance": "statements",
    "correction_request": "correction-requests",
    "comment": "comments",
    "contact": "contacts",
    "default_scale": "organizations",
    "evidence": "verdicts",
    "link": "links",
    "measure": "measures",
    "organization": "organizations",
    "publication": "verdicts",
    "quantity": "statements",
    "rating": "rating-scales",
    "rating_map": "rating-maps",
    "rating_scale": "rating-scales",
    "requester": "correction-requests",
    "source": "sources",
    "source_alias": "sources",
    "source_external_id": "sources",
    "source_name": "sources",
    "speaker": "speakers",
    "speaker_external_id": "speakers",
    "speaker_merge": "speakers",
    "speaker_move": "speakers",
    "speaker_name": "speakers",
    "statement": "statements",
    "statement_search": "statements",
    "statement_topic": "statements",
    "topic": "topics",
    "translation": "statements",
    "verdict": "verdicts",
    "verdict_version": "verdicts",
    "webhook": "webhooks",
    "webhook_attempt": "webhooks",
    "webhook_delivery": "webhooks",
}
"""Under which collection the changes of a table are recorded."""


def keys_of_one(kind: Kind[Any], resource_id: UUID) -> str:
    """Give the surrogate keys of one resource: `statements statements/<id> shows/speakers …`."""
    return f"{kind.collection} {kind.collection}/{resource_id}{_shown_by_one(kind)}"


def keys_of_moved(kind: Kind[Any], resource_id: UUID) -> str:
    """Give the keys of a redirection: where it leads changes with others of its kind."""
    return f"{kind.collection} {kind.collection}/{resource_id}{_written([kind.collection])}"


@cache
def keys_of_page(listing: Listing) -> str:
    """Give the surrogate keys of a page of a list: `statements shows/statements …`."""
    kind, view = listing.kind, View.PUBLIC
    conditions = [_condition(name, one, view) for name, one in listing.every_filter().items()]
    orders = [order.column(view) for order in listing.orders.values()]
    read = _read([*_columns(kind, view), listing.visible(view), *conditions, *orders])
    shown = {collection for collection, _ in read} | {kind.collection}
    return kind.collection + _written(shown)


@cache
def keys_of_pages(*listings: Listing) -> str:
    """Give the surrogate keys of a page on which several kinds are shown."""
    words = [word for one in listings for word in keys_of_page(one).split()]
    return " ".join(dict.fromkeys(words))


@cache
def _shown_by_one(kind: Kind[Any]) -> str:
    """Give the keys of what a document shows besides its own record."""
    own = kind.table.__tablename__
    read = _read(_columns(kind, View.PUBLIC))
    others = {collection for collection, _ in read if collection != kind.collection}
    siblings = {collection for collection, aliased in read if aliased == own}
    return _written(others | siblings)


def _columns(kind: Kind[Any], view: View) -> list[ColumnElement[Any]]:
    return [kind.document(view), kind.visible(view), kind.shown_version(view)]


def _condition(name: str, one: Filter, view: View) -> ColumnElement[Any]:
    return one.condition(bindparam(name, type_=one.type), view)


def _read(columns: Iterable[ColumnElement[Any]]) -> set[tuple[str, str | None]]:
    """Name the collection of each column that is read, and its table where that is an alias."""
    return {found for column in columns for found in _walked(column)}


def _walked(column: ColumnElement[Any]) -> Iterator[tuple[str, str | None]]:
    for one in iterate(column):
        table = one.table if isinstance(one, Stored) else None
        name = _name(table)
        if name is not None:
            aliased = isinstance(table, AliasedReturnsRows)
            yield COLLECTIONS.get(name, name), name if aliased else None


def _name(table: ReturnsRows | None) -> str | None:
    """Name the table that is behind an alias; a CTE's or subquery's own columns are read in it."""
    while isinstance(table, AliasedReturnsRows):
        table = table.element
    return table.name if isinstance(table, TableClause) else None


def _written(collections: Iterable[str]) -> str:
    return "".join(f" shows/{collection}" for collection in sorted(collections))
