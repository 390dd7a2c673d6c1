"""The feed: everything public that changed, in commit order, with tombstones, nothing skipped."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    Subquery,
    Text,
    bindparam,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.changes.chain import seal
from app.changes.hiding import confidential, without
from app.changes.schemas import LARGEST, FeedQuery
from app.changes.watching import Watch
from app.documents.change import KINDS
from app.documents.listing import MOST, limited
from app.documents.shape import Column, Kind, View, everywhere, instant, json_object
from app.foundation.database import Database
from app.foundation.problems import InputError, InvalidInput
from app.foundation.reads import Query, ReadPool, compiled
from app.tables.change import Change, SealedChange, UnsealedChange

_FROM_THE_LOG = ("at", "action", "collection", "resource_id", "version", "public_document")
_HEADERS = {"Cache-Control": "no-store", "Vary": "Authorization"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the feed: its items, where to go on, and whether there is more already."""

    items: list[bytes]
    next: int
    more: bool


async def answer(request: Request, wanted: FeedQuery) -> Response:
    """Answer a part of the feed; when it is empty, wait as long as is wanted for more.

    Raises `InvalidInput` for a position that isn't reached yet.
    """
    database: Database = request.app.state.database
    part = await _part(database, wanted, wanted.after)
    if not part.items and wanted.wait:
        part = await _awaited(request, wanted, part)
    body = b'{"items": [%s], "next": %d, "more": %s}' % (
        b", ".join(part.items),
        part.next,
        b"true" if part.more else b"false",
    )
    headers = _HEADERS | ({"Link": _link(request, part.next)} if part.more else {})
    return Response(body, 200, headers, "application/json")


async def _awaited(request: Request, wanted: FeedQuery, part: Part) -> Part:
    watch: Watch = request.app.state.watch
    loop = asyncio.get_running_loop()
    until = loop.time() + wanted.wait
    going_on = True
    while going_on and not part.items:
        left = until - loop.time()
        going_on = await watch.beyond(part.next, wanted.collection, left, request)
        part = await _part(request.app.state.database, wanted, part.next)
    return part


async def _part(database: Database, wanted: FeedQuery, after: int) -> Part:
    rows = await _rows(database, wanted, after)
    if rows[0]["behind"] and await seal(database, patient=True):
        rows = await _rows(database, wanted, after)
    last: int = rows[0]["last"]
    if after > last:
        wrong = f"The feed ends at {last}: this position is none of its own"
        raise InvalidInput(errors=[InputError(parameter="after", code="beyond", detail=wrong)])
    shown = [row for row in rows if row["item"] is not None][: wanted.limit]
    items = [without(row["item"], ("document",), row["hidden"]) for row in shown]
    more = len(rows) > wanted.limit
    return Part(items, shown[-1]["position"] if more else last, more)


async def _rows(database: Database, wanted: FeedQuery, after: int) -> list[Any]:
    values = {"after": after, "limit": wanted.limit + 1, "collection": wanted.collection}
    most = MOST if wanted.limit < MOST else LARGEST + 1
    query = _query(filtered=wanted.collection is not None, most=most)
    return await database.reads.rows(query, values)


def _link(request: Request, after: int) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f'<{request.url.path}?{urlencode([*kept, ("after", after)])}>; rel="next"'


async def items(reads: ReadPool, positions: Sequence[int]) -> dict[int, tuple[str, bytes]]:
    """Give the items at some positions, as the feed shows them now, each with its instant."""
    rows = await reads.rows(_at(), {"positions": list(positions)})
    return {
        row["position"]: (row["at"], without(row["item"], ("document",), row["hidden"]))
        for row in rows
    }


@cache
def _at() -> Query:
    """Compile the SELECT of the items at some positions."""
    asked = SealedChange.position == func.any(bindparam("positions", type_=ARRAY(BigInteger())))
    page = _entries().where(asked).subquery("page")
    at = instant(page.c.at).label("at")
    return compiled(select(page.c.position, at, _item(page.c).label("item"), page.c.hidden))


@cache
def _query(*, filtered: bool, most: int) -> Query:
    """Compile the SELECT of a part of the feed.

    There is always one row at least, which says how far the chain goes, and whether something
    committed isn't in it; its `item` may be null.
    """
    behind = select(UnsealedChange.change_id).exists()
    last = func.coalesce(func.max(SealedChange.position), 0)
    ends = select(last.label("last"), behind.label("behind")).subquery("ends")
    page = _page(filtered=filtered, most=most)
    item = case((page.c.position.is_not(None), _item(page.c)))
    return compiled(
        select(page.c.position, item.label("item"), page.c.hidden, ends.c.last, ends.c.behind)
        .select_from(ends.outerjoin(page, true()))
        .order_by(page.c.position)
    )


def _page(*, filtered: bool, most: int) -> Subquery:
    rows = _entries().where(SealedChange.position > bindparam("after", type_=BigInteger()))
    if filtered:
        rows = rows.where(SealedChange.shown_in == bindparam("collection", type_=Text()))
    return limited(rows, most, "position", falling=False).subquery("page")


def _entries() -> Select[Any]:
    """Start a SELECT over the entries that the feed shows."""
    entry: Any = Change.__table__
    return (
        select(
            SealedChange.position,
            func.encode(SealedChange.hash, "hex").label("hash"),
            func.encode(entry.c.hash, "hex").label("entry_hash"),
            *(entry.c[name] for name in _FROM_THE_LOG),
            _is_shown_now().label("is_shown"),
            confidential(entry.c.public_document, View.PUBLIC, entry).label("hidden"),
        )
        .join(entry, entry.c.id == SealedChange.change_id)
        .where(SealedChange.shown_in.is_not(None))
    )


def _item(row: Any) -> Column:  # noqa: ANN401 - the columns of a page.
    document = case((row.is_shown, row.public_document))
    shown_version = cast(row.public_document["version"].astext, Integer())
    return json_object(
        position=row.position,
        hash=row.hash,
        entry_hash=row.entry_hash,
        at=instant(row.at),
        action=row.action,
        collection=row.collection,
        id=row.resource_id,
        version=func.coalesce(shown_version, row.version),
        tombstone=document.is_(None),
        document=document,
    )


def _is_shown_now() -> Column:
    """Say whether the public may see the resource now, archived or not."""
    conditional = [kind for kind in KINDS.values() if kind.visible is not everywhere]
    return case(
        *((Change.collection == kind.collection, _visible(kind)) for kind in conditional),
        else_=true(),
    )


def _visible(kind: Kind[Any]) -> Column:
    seen = kind.select(View.PUBLIC, kind.table.id).where(
        kind.table.id == Change.resource_id, kind.visible(View.PUBLIC)
    )
    return seen.correlate(Change).exists()
