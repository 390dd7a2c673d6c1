"""What can be done with organisations."""

from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.parts import require
from app.changes.record import record, recorded_change, shown
from app.documents.organization import ORGANIZATION
from app.documents.rating import RATING_SCALE
from app.foundation.answers import Written, archived
from app.foundation.ids import new_id
from app.foundation.merging import whole
from app.foundation.problems import Conflict, Forbidden, invalid
from app.organizations import queries
from app.organizations.schemas import NewOrganization, OrganizationPatch
from app.tables.organization import DefaultScale, Organization


async def add(
    session: AsyncSession, by: Caller, new: NewOrganization, own_id: UUID | None = None
) -> Written:
    """Record an organisation. `onrecord create-key` makes it its first key."""
    row = Organization(
        id=own_id or new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        **_columns(new),
    )
    session.add(row)
    await session.flush()
    await _write_scales(session, row.id, new)
    return await record(session, by, "organization.created", ORGANIZATION, row)


async def change(
    session: AsyncSession,
    by: Caller,
    organization_id: UUID,
    if_match: str | None,
    patch: OrganizationPatch,
) -> Written:
    """Change an organisation. Raises `Forbidden` when it isn't the caller's."""
    row = await _hold(session, by, organization_id, if_match)
    current = NewOrganization.model_validate(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, ORGANIZATION, row)
    if wanted.is_imported != current.is_imported:
        raise invalid("/is_imported", "fixed", "It works here or publishes elsewhere, as it did")
    for name, value in _columns(wanted).items():
        setattr(row, name, value)
    if wanted.default_scales != current.default_scales:
        await _write_scales(session, row.id, wanted)
    return await recorded_change(session, by, "organization.changed", ORGANIZATION, row)


async def archive(
    session: AsyncSession, by: Caller, organization_id: UUID, if_match: str | None
) -> Response:
    """Archive an organisation that is not at work. Raises `Conflict` when it is."""
    row = await _hold(session, by, organization_id, if_match)
    if await queries.is_at_work(session, row.id):
        raise Conflict("It has verdicts, or API keys that are not revoked")
    row.archived_at = func.now()
    await recorded_change(session, by, "organization.archived", ORGANIZATION, row)
    return archived()


async def imported(session: AsyncSession, by: Caller, name: str, url: str | None) -> Organization:
    """Find, or record, an organisation whose verdicts the caller's imports.

    It is kept apart from those that work here, whatever they are called. Raises `InvalidInput`.
    """
    new = whole(NewOrganization, {"name": name, "url": url, "is_imported": True})
    row = Organization
    known = row.organization_id == by.organization_id, row.is_imported, row.archived_at.is_(None)
    same = select(row).where(*known, func.lower(row.name) == name.lower()).order_by(row.created_at)
    found = (await session.scalars(same.limit(1))).one_or_none()
    if found is not None:
        return found
    made = Organization(
        id=new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        **_columns(new),
    )
    session.add(made)
    await record(session, by, "organization.created", ORGANIZATION, made, "Imported")
    return made


def _columns(given: NewOrganization) -> dict[str, Any]:
    return given.model_dump(exclude={"default_scales", "gate"}) | given.gate.model_dump()


async def _hold(
    session: AsyncSession, by: Caller, organization_id: UUID, if_match: str | None
) -> Organization:
    """Lock an organisation: the caller's own, or one that the caller's organisation recorded."""
    held = await hold(
        session, by, ORGANIZATION, organization_id, if_match, *queries.PARTS, shared=True
    )
    if by.organization_id not in {held.id, held.organization_id}:
        raise Forbidden("This is another organisation than yours")
    return held


async def _write_scales(
    session: AsyncSession, organization_id: UUID, wanted: NewOrganization
) -> None:
    for position, scale in enumerate(wanted.default_scales):
        pointer = f"/default_scales/{position}/scale_id"
        await require(session, RATING_SCALE, scale.scale_id, pointer)
    await session.execute(
        delete(DefaultScale).where(DefaultScale.organization_id == organization_id)
    )
    rows = [
        {**scale.model_dump(), "organization_id": organization_id}
        for scale in wanted.default_scales
    ]
    if rows:
        await session.execute(insert(DefaultScale), rows)
