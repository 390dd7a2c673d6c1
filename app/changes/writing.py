"""Writing what was gathered, with the changes that it is: a few statements, however much it is."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import Gathered, gathered, gathering, place
from app.changes.record import record_all
from app.documents.shape import Kind
from app.foundation.answers import Written


async def whole(session: AsyncSession, add: Callable[[], Awaitable[Written]]) -> Written:
    """Add one record with all that is nested in it, table by table, and give its document.

    Inside of something that is itself gathered, it is written with that. A statement with two new
    sources takes half of the round trips that it would take record by record.
    """
    if gathered(session) is not None:
        return await add()
    with gathering(session) as made:
        added = await add()
    return (await write(session, made))[added.id]


async def write(
    session: AsyncSession, made: Gathered, *, shown: bool = True
) -> dict[UUID, Written]:
    """Write what was gathered, and the changes that it is; give the documents, where `shown`."""
    await made.write(session)
    changes: dict[tuple[str, Kind[Any], Caller], dict[UUID, str | None]] = defaultdict(dict)
    for action, kind, row_id, by, request_id in made.changes:
        changes[action, kind, by][row_id] = request_id
    rows = {row.id: row for row in made.records}
    documents: dict[UUID, Written] = {}
    for action, kind, by in sorted(changes, key=lambda change: place(change[1].table)):
        requests = changes[action, kind, by]
        hidden = all(one in rows and kind.is_hidden(rows[one]) for one in requests)
        documents |= await record_all(
            session, by, action, kind, requests, shown=shown, is_hidden=hidden
        )
    return documents
