"""The SELECTs of one resource: by its id, by what leads to it, by the viewer's own reference."""

from functools import cache
from typing import Any

from sqlalchemy import Text, Uuid, bindparam

from app.documents.listing import Filter
from app.documents.shape import VIEWER, Kind, View
from app.foundation.reads import Query, compiled


@cache
def single(kind: Kind[Any], view: View, within: Filter | None) -> Query:
    """Compile the SELECT of one resource: id, version, document, its end, and what it is now."""
    seen = kind.table.id == bindparam("id", type_=Uuid()), kind.visible(view)
    made = kind.select(view, *_columns(kind, view)).where(*seen)
    if within is not None:
        made = made.where(within.condition(bindparam("within", type_=within.type), view))
    return compiled(made)


@cache
def where(kind: Kind[Any], view: View, filters: tuple[tuple[str, Filter], ...]) -> Query:
    """Compile the SELECT of the one resource to which filters lead, as `single` does by id."""
    conditions = [one.condition(bindparam(name, type_=one.type), view) for name, one in filters]
    made = kind.select(view, *_columns(kind, view)).where(*conditions, kind.visible(view))
    return compiled(made)


def _columns(kind: Kind[Any], view: View) -> tuple[Any, ...]:
    shown = kind.shown_version(view), kind.document(view)
    return (kind.table.id, *shown, kind.archived_at, kind.survivor())


@cache
def named(kind: Kind[Any], view: View) -> Query:
    """Compile the SELECT of one resource by the viewer's own reference, as `single` does by id."""
    table = kind.table
    own = table.organization_id == VIEWER, table.ref == bindparam("ref", type_=Text())
    return compiled(kind.select(view, *_columns(kind, view)).where(*own, kind.visible(view)))


@cache
def presence(kind: Kind[Any], view: View) -> Query:
    """Compile the SELECT that only tells whether a resource is there."""
    seen = kind.table.id == bindparam("id", type_=Uuid())
    return compiled(kind.select(view, kind.archived_at).where(seen, kind.visible(view)))
