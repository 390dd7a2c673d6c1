"""Recording: who did what, and the documents that resulted, in the write's own transaction."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.documents.shape import Kind, View
from app.foundation.answers import Written
from app.foundation.reads import Query, compiled
from app.foundation.wire import REQUEST_ID
from app.tables.change import Change
from app.tables.record import Record

_GIVEN = ("organization_id", "actor", "key_id", "request_id", "action", "reason")


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
    included. Everything that is pending in the session is written first.
    """
    await session.flush()
    values = {
        "id": row.id,
        "viewer": by.organization_id,
        "organization_id": by.organization_id,
        "actor": by.person,
        "key_id": by.key_id,
        "request_id": REQUEST_ID.get(),
        "action": action,
        "reason": reason,
    }
    query = _noting(kind)
    connection = await session.connection()
    found = await connection.exec_driver_sql(query.text, tuple(query.arguments(values)))
    version, document = tuple(found.one())
    return Written(row.id, version, document.encode())


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


async def shown(session: AsyncSession, by: Caller, kind: Kind[Any], row: Record) -> Written:
    """Give the document of a row as it is now, without a change."""
    query = _showing(kind)
    connection = await session.connection()
    values = {"id": row.id, "viewer": by.organization_id}
    found = await connection.exec_driver_sql(query.text, tuple(query.arguments(values)))
    version, document = tuple(found.one())
    return Written(row.id, version, document.encode())


_ID = bindparam("id", type_=Uuid())


@cache
def _showing(kind: Kind[Any]) -> Query:
    view = View.EDITORIAL
    document = cast(kind.document(view), Text())
    return compiled(
        kind.select(view, kind.shown_version(view), document).where(kind.table.id == _ID)
    )


@cache
def _noting(kind: Kind[Any]) -> Query:
    """Compile one statement that builds both documents, keeps them, and gives the editorial one."""
    made = _made(kind)
    noted = _noted(kind, made)
    return compiled(select(made.c.version, cast(made.c.document, Text())).add_cte(noted))


def _made(kind: Kind[Any]) -> CTE:
    view = View.EDITORIAL
    return (
        kind.select(
            view,
            kind.shown_version(view).label("version"),
            kind.document(view).label("document"),
            _public(kind).label("public_document"),
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


def _noted(kind: Kind[Any], made: CTE) -> CTE:
    given = {name: bindparam(name, type_=Change.__table__.c[name].type) for name in _GIVEN}
    columns = {
        **given,
        "collection": bindparam("collection", kind.collection, type_=Text(), required=False),
        "resource_id": _ID,
        "version": made.c.version,
        "document": cast(made.c.document, JSONB()),
        "public_document": cast(made.c.public_document, JSONB()),
    }
    return (
        insert(Change)
        .from_select(list(columns), select(*columns.values()))
        .returning(Change.id)
        .cte("noted")
    )
