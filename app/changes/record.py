"""Recording: who did what, and the documents that resulted, in the write's own transaction."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    FromClause,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import Noted, gathered
from app.documents.shape import Column, Kind, View
from app.foundation.answers import Written
from app.foundation.problems import NotFound
from app.foundation.reads import Query, compiled, few, given, one_of
from app.foundation.wire import REQUEST_ID
from app.foundation.writes import run
from app.tables.change import Change
from app.tables.record import Record

_GIVEN = ("organization_id", "actor", "key_id", "action", "reason")


async def record(
    session: AsyncSession,
    by: Caller,
    action: str,
    kind: Kind[Any],
    row: Record,
    reason: str | None = None,
) -> Written:
    """Write a change down, and give the document that it resulted in.

    `action` is what was done, such as `speaker.created`. The row is as it shall be, its version
    included. Everything that is pending in the session is written first. While rows are gathered,
    the change is, too, and there is no document yet.
    """
    later = gathered(session)
    if later is not None:
        later.changes.append(Noted(action, kind, row.id, by, request_of(by)))
        return Written(row.id, 1, b"")
    await session.flush()
    return await _record(session, by, action, kind, row.id, request_of(by), reason)


async def _record(
    session: AsyncSession,
    by: Caller,
    action: str,
    kind: Kind[Any],
    row_id: UUID,
    request_id: str | None,
    reason: str | None,
    *,
    is_hidden: bool = False,
) -> Written:
    values = {"id": row_id, "request_id": request_id, **_values(by, action, reason)}
    (row,) = await run(session, _noting(kind, is_hidden=is_hidden), values)
    return Written(row_id, row["version"], row["document"].encode())


async def record_all(
    session: AsyncSession,
    by: Caller,
    action: str,
    kind: Kind[Any],
    requests: Mapping[UUID, str | None],
    reason: str | None = None,
    *,
    shown: bool = True,
    is_hidden: bool = False,
) -> dict[UUID, Written]:
    """Write the same change of several rows down, in one statement, and give the documents.

    `requests` tells of each row in which request that was. Where nobody is shown the documents,
    they stay in the database. Of rows that are hidden from the public, all of them, no document for
    the public is looked for.
    """
    ids = list(requests)
    if len(ids) == 1:
        only, request_id = ids[0], requests[ids[0]]
        one = await _record(
            session, by, action, kind, only, request_id, reason, is_hidden=is_hidden
        )
        return {only: one}
    told = {"request_id": requests[ids[0]], "requests": list(requests.values())}
    values = given("ids", ids) | told | _values(by, action, reason)
    apart = len(set(requests.values())) > 1
    noting = _noting_all(kind, few(ids), shown=shown, is_hidden=is_hidden, apart=apart)
    rows = await run(session, noting, values)
    return {row["id"]: Written(row["id"], row["version"], row["document"].encode()) for row in rows}


def _values(by: Caller, action: str, reason: str | None) -> dict[str, Any]:
    return {
        "viewer": by.organization_id,
        "organization_id": by.organization_id,
        "actor": by.person,
        "key_id": by.key_id,
        "action": action,
        "reason": reason,
    }


def request_of(by: Caller) -> str | None:
    """Name the request that is being answered, if it is somebody's."""
    return None if by.person is None else REQUEST_ID.get()


async def recorded_change(
    session: AsyncSession,
    by: Caller,
    action: str,
    kind: Kind[Any],
    row: Record,
    reason: str | None = None,
) -> Written:
    """Give a changed row its next version, and write the change down."""
    row.version += 1
    row.updated_at = func.now()
    return await record(session, by, action, kind, row, reason)


async def shown(
    session: AsyncSession, by: Caller, kind: Kind[Any], row: Record, view: View | None = None
) -> Written:
    """Give the document of a row as it is now, without a change, through the caller's eyes.

    Raises `NotFound` when they may not see it: who changes nothing has written nothing.
    """
    values = {"id": row.id, "viewer": by.organization_id}
    seen = await run(session, _showing(kind, view or by.view), values)
    if not seen:
        raise NotFound(f"There is no such {kind.noun}, or none that you may see")
    return Written(row.id, seen[0]["version"], seen[0]["document"].encode())


_ID = bindparam("id", type_=Uuid())
_REQUEST = bindparam("request_id", type_=Text())
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_REQUESTS = bindparam("requests", type_=ARRAY(Text()))


@cache
def _showing(kind: Kind[Any], view: View) -> Query:
    version = kind.shown_version(view).label("version")
    document = cast(kind.document(view), Text()).label("document")
    seen = kind.table.id == _ID, kind.visible(view)
    return compiled(kind.select(view, version, document).where(*seen))


@cache
def _noting(kind: Kind[Any], *, is_hidden: bool) -> Query:
    """Compile one statement that builds both documents, keeps them, and gives the editorial one.

    PostgreSQL prepares to build the public one even where it builds none: that is left out then.
    """
    made = _made(kind, null() if is_hidden else _public(kind))
    noted = _noted(kind, made, made.c.public_document, made, _REQUEST)
    document = cast(made.c.document, Text()).label("document")
    return compiled(select(made.c.version, document).add_cte(noted))


@cache
def _noting_all(
    kind: Kind[Any], number: int, *, shown: bool, is_hidden: bool, apart: bool
) -> Query:
    """Compile the same for several rows; both documents of each are built once, and joined.

    Of those that were asked for `apart`, each has its own request.
    """
    one = kind.table.id.label("id")
    asked = one_of(kind.table.id, "ids", Uuid(), number)
    full, public = View.EDITORIAL, View.PUBLIC
    columns = kind.shown_version(full).label("version"), kind.document(full).label("document")
    made = kind.select(full, one, *columns).where(asked).cte("made")
    if is_hidden:
        return _told(kind, made, null(), made, shown=shown, apart=apart)
    seen = (
        kind.select(public, one, kind.document(public).label("public_document"))
        .where(asked, kind.table.archived_at.is_(None), kind.visible(public))
        .cte("seen")
        .prefix_with("MATERIALIZED")
    )
    both = made.outerjoin(seen, made.c.id == seen.c.id)
    return _told(kind, made, seen.c.public_document, both, shown=shown, apart=apart)


def _told(
    kind: Kind[Any], made: CTE, public: Column, rows: FromClause, *, shown: bool, apart: bool
) -> Query:
    request: Column = _REQUEST
    if apart:
        asked = func.unnest(_IDS, _REQUESTS).table_valued("id", "request_id", name="asked")
        asked = asked.render_derived()
        rows, request = rows.join(asked, asked.c.id == made.c.id), asked.c.request_id
    document = cast(made.c.document, Text()) if shown else literal("", Text())
    found = select(made.c.id, made.c.version, document.label("document"))
    return compiled(found.add_cte(_noted(kind, made, public, rows, request)))


def _made(kind: Kind[Any], public: Column) -> CTE:
    view = View.EDITORIAL
    return (
        kind.select(
            view,
            kind.table.id.label("id"),
            kind.shown_version(view).label("version"),
            kind.document(view).label("document"),
            public.label("public_document"),
        )
        .where(kind.table.id == _ID)
        .cte("made")
    )


def _public(kind: Kind[Any]) -> Any:  # noqa: ANN401 - a scalar subquery of SQLAlchemy's.
    view = View.PUBLIC
    seen: Select[Any] = kind.select(view, kind.document(view)).where(
        kind.table.id == _ID, kind.table.archived_at.is_(None), kind.visible(view)
    )
    return seen.correlate(None).scalar_subquery()


def _noted(kind: Kind[Any], made: CTE, public: Column, rows: FromClause, request: Column) -> CTE:
    told = {name: bindparam(name, type_=Change.__table__.c[name].type) for name in _GIVEN}
    columns = {
        **told,
        "request_id": request,
        "collection": bindparam("collection", kind.collection, type_=Text(), required=False),
        "resource_id": made.c.id,
        "version": made.c.version,
        "document": cast(made.c.document, JSONB()),
        "public_document": cast(public, JSONB()),
    }
    return (
        insert(Change)
        .from_select(list(columns), select(*columns.values()).select_from(rows).order_by(made.c.id))
        .returning(Change.id)
        .cte("noted")
    )
