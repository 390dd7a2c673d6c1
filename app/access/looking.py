"""The SELECTs of one resource: by its id, by what leads to it, by the viewer's own reference."""

from functools import cache
from typing import Any

from asyncpg import Record
from sqlalchemy import Text, Uuid, bindparam

from app.documents.listing import Filter
from app.documents.shape import VIEWER, Kind, View
from app.foundation.problems import Gone, NotFound
from app.foundation.reads import Query, compiled, one_of
from app.foundation.together import Point, point


@cache
def single(kind: Kind[Any], view: View, within: Filter | None) -> Point:
    """Compile the SELECT of one resource: id, version, document, its end, and what it is now."""
    return by_id(kind, view, within, *shown(kind, view))


def by_id(kind: Kind[Any], view: View, within: Filter | None, *columns: Any) -> Point:  # noqa: ANN401 - SQL.
    """Compile a SELECT of a resource by its id, where the viewer sees it `within` a filter."""
    made = kind.select(view, kind.table.id, *columns).where(kind.visible(view))
    if within is not None:
        made = made.where(within.condition(bindparam("within", type_=within.type), view))
    return point(lambda size: compiled(made.where(one_of(kind.table.id, "id", Uuid(), size))))


@cache
def where(kind: Kind[Any], view: View, filters: tuple[tuple[str, Filter], ...]) -> Query:
    """Compile the SELECT of the one resource to which filters lead, as `single` does by id."""
    conditions = [one.condition(bindparam(name, type_=one.type), view) for name, one in filters]
    made = kind.select(view, *_columns(kind, view)).where(*conditions, kind.visible(view))
    return compiled(made)


def _columns(kind: Kind[Any], view: View) -> tuple[Any, ...]:
    return (kind.table.id, *shown(kind, view))


def shown(kind: Kind[Any], view: View) -> tuple[Any, ...]:
    """Give what is shown of a resource: version, document, its end, and what it is now."""
    return (kind.shown_version(view), kind.document(view), kind.archived_at, kind.survivor())


@cache
def named(kind: Kind[Any], view: View) -> Query:
    """Compile the SELECT of one resource by the viewer's own reference, as `single` does by id."""
    table = kind.table
    own = table.organization_id == VIEWER, table.ref == bindparam("ref", type_=Text())
    return compiled(kind.select(view, *_columns(kind, view)).where(*own, kind.visible(view)))


def there(kind: Kind[Any], row: Record | None) -> Record:
    """Refuse what isn't there. Raises `NotFound`; `Gone`, unless it goes on under another id."""
    if row is None:
        raise NotFound(f"There is no such {kind.noun}, or none that you may see")
    _, _, _, archived_at, survivor, *_ = row
    if archived_at is not None and survivor is None:
        raise Gone(f"This {kind.noun} was archived")
    return row


@cache
def presence(kind: Kind[Any], view: View) -> Query:
    """Compile the SELECT that only tells whether a resource is there."""
    seen = kind.table.id == bindparam("id", type_=Uuid())
    return compiled(kind.select(view, kind.archived_at).where(seen, kind.visible(view)))
