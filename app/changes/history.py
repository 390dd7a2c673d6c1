"""The history of a resource: who did what to it, when, why, and what it was before and after."""

import json
from functools import cache
from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import (
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import LateralFromClause

from app.access.looking import presence
from app.access.reading import Reading
from app.changes.hiding import confidential, without
from app.changes.schemas import HistoryQuery
from app.documents.listing import MOST, limited
from app.documents.shape import VIEWER, Column, Kind, View, instant, json_object
from app.foundation.pages import Cursors, next_link
from app.foundation.problems import NotFound
from app.foundation.reads import Query, compiled
from app.tables.change import Change

_HEADERS = {"Cache-Control": "no-store", "Vary": "Authorization"}
_EVERY_TIME = ("version", "updated_at", "created_by")
_PREVIOUS = aliased(Change, name="previous")


async def answer(
    reader: Reading, kind: Kind[Any], resource_id: UUID, wanted: HistoryQuery
) -> Response:
    """Answer a page of the history of what the caller may see, archived or not.

    Raises `NotFound` or `InvalidCursor`.
    """
    cursors: Cursors = reader.request.app.state.cursors
    viewer, view = reader.caller.organization_id, reader.view
    values: dict[str, Any] = {"id": resource_id, "viewer": viewer}
    if await reader.reads.row(presence(kind, view), values) is None:
        raise NotFound(f"There is no such {kind.noun}, or none that you may see")
    path = reader.request.url.path
    asked = f"{path}?sort={wanted.sort}&view={view.value} {viewer}"
    after = cursors.read(asked, wanted.cursor)[0] if wanted.cursor is not None else None
    query = _page(view, falling=wanted.sort == "-version", continued=after is not None)
    values |= {"limit": wanted.limit + 1, "after": after}
    rows = await reader.reads.rows(query, values)
    shown, headers, following = rows[: wanted.limit], dict(_HEADERS), b"null"
    if len(rows) > wanted.limit:
        cursor = cursors.write(asked, (shown[-1]["version"], resource_id))
        given = reader.request.query_params.multi_items()
        headers["Link"], following = next_link(path, given, cursor), b'"%s"' % cursor.encode()
    items = [_shown(row["item"], row["hidden"]) for row in shown]
    body = b'{"items": [%s], "next": %s}' % (b", ".join(items), following)
    return Response(body, 200, headers, "application/json")


def _shown(item: bytes, hidden: list[str]) -> bytes:
    """Show an entry without confidential sources, and so without what changed of them."""
    if not hidden:
        return item
    shown = json.loads(without(item, ("before", "after"), hidden))
    before, after = shown["before"] or {}, shown["after"] or {}
    shown["changed"] = [name for name in shown["changed"] if before.get(name) != after.get(name)]
    return json.dumps(shown, ensure_ascii=False).encode()


@cache
def _page(view: View, *, falling: bool, continued: bool) -> Query:
    previous = _previous()
    before = _seen(previous.c, view)
    after = _seen(Change, view)
    both = func.jsonb_build_array(before, after)
    rows = (
        select(
            Change.version,
            _item(view, previous, before, after).label("item"),
            confidential(both, view, Change, previous).label("hidden"),
        )
        .select_from(Change)
        .outerjoin(previous, true())
        .where(Change.resource_id == bindparam("id", type_=Uuid()))
        .where(or_(Change.is_public, _is_own(Change, view)))
    )
    if continued:
        ended = bindparam("after", type_=Integer())
        rows = rows.where(Change.version < ended if falling else Change.version > ended)
    return compiled(limited(rows, MOST, "version", falling=falling))


def _previous() -> LateralFromClause:
    """Find the entry before, of the same resource."""
    return (
        select(_PREVIOUS)
        .where(_PREVIOUS.resource_id == Change.resource_id, _PREVIOUS.version < Change.version)
        .order_by(_PREVIOUS.version.desc())
        .limit(1)
        .correlate(Change)
        .lateral("previous_entry")
    )


def _is_own(entry: Any, view: View) -> Column:  # noqa: ANN401 - a table, or columns of one.
    """Say whether the viewer's organisation made an entry."""
    if view is View.PUBLIC:
        return literal_column("false")
    return func.coalesce(entry.organization_id == VIEWER, literal_column("false"))


def _seen(entry: Any, view: View) -> Column:  # noqa: ANN401 - as above.
    """Give the document of an entry that the viewer may see."""
    return case((_is_own(entry, view), entry.document), else_=entry.public_document)


def _item(view: View, previous: LateralFromClause, before: Column, after: Column) -> Column:
    def own(value: Any) -> Column:  # noqa: ANN401 - a column.
        return case((_is_own(Change, view), value), else_=null())

    return json_object(
        version=Change.version,
        action=Change.action,
        at=instant(Change.at),
        actor=own(Change.actor),
        reason=own(Change.reason),
        request_id=own(Change.request_id),
        hash=func.encode(Change.hash, "hex"),
        previous_hash=func.encode(previous.c.hash, "hex"),
        changed=_changed(before, after, previous),
        before=cast(before, JSON()),
        after=cast(after, JSON()),
    )


def _changed(before: Column, after: Column, previous: LateralFromClause) -> Column:
    """List the fields that differ, but for those that say only that something did."""
    old = func.jsonb_each(before).table_valued("key", "value", name="old")
    new = func.jsonb_each(after).table_valued("key", "value", name="new")
    key = func.coalesce(old.c.key, new.c.key)
    differ = (
        select(
            func.coalesce(func.json_agg(aggregate_order_by(key, key)), literal_column("'[]'::json"))
        )
        .select_from(old.outerjoin(new, old.c.key == new.c.key, full=True))
        .where(old.c.value.is_distinct_from(new.c.value), *(key != name for name in _EVERY_TIME))
        .where(and_(before.is_not(None), after.is_not(None)))
    )
    return differ.correlate(Change, previous).scalar_subquery()
