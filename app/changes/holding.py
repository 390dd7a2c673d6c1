"""Taking hold of what shall be changed: it is there, it is yours, and you know its version."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.base import ExecutableOption

from app.access.caller import Caller
from app.changes.record import shown
from app.documents.shape import Kind, View
from app.foundation.answers import Answered, moved
from app.foundation.preconditions import names_version
from app.foundation.problems import Forbidden, Gone, NotFound, StaleVersion
from app.tables.record import Record

R = TypeVar("R", bound=Record)


def keep_ref(row: Record, by: Caller, ref: str | None) -> None:
    """Leave what an organisation calls a shared record to that organisation.

    Raises `Forbidden` when somebody else's change has another `ref`.
    """
    if ref != row.ref and row.organization_id != by.organization_id:
        raise Forbidden("The ref belongs to the organisation that recorded it")


async def hold(
    session: AsyncSession,
    by: Caller,
    kind: Kind[R],
    resource_id: UUID,
    if_match: str | None,
    *options: ExecutableOption,
    shared: bool = False,
) -> R:
    """Lock a record for a change, until the transaction ends.

    What is `shared` (a speaker, a source, a topic) may be changed by every organisation; anything
    else by its own alone. Raises `NotFound`, `Gone`, `Forbidden`, `PreconditionRequired` or
    `StaleVersion`; for what was merged into another, `Answered` with the other's address.
    """
    visible = kind.visible(View.EDITORIAL)
    found = (
        await session.execute(
            select(kind.table, visible, kind.survivor())
            .where(kind.table.id == resource_id)
            .options(*options)
            .with_for_update(of=kind.table),
            {"viewer": by.organization_id},
        )
    ).one_or_none()
    if found is None or not found[1]:
        raise NotFound(f"There is no such {kind.noun}, or none that you may see")
    row: R = found[0]
    if found[2] is not None:
        raise Answered(moved(f"/v1/{kind.collection}/{found[2]}"))
    if row.archived_at is not None:
        raise Gone(f"This {kind.noun} was archived")
    if not shared and row.organization_id != by.organization_id:
        raise Forbidden(f"This {kind.noun} belongs to another organisation")
    await see_version(session, by, kind, row, if_match)
    return row


async def see_version(
    session: AsyncSession, by: Caller, kind: Kind[R], row: R, if_match: str | None
) -> None:
    """See that If-Match names a record's version. Raises `PreconditionRequired`, `StaleVersion`."""
    if not names_version(if_match, row.version):
        current = await shown(session, by, kind, row, View.EDITORIAL)
        raise StaleVersion(headers={"ETag": current.tag}, version=row.version)
