"""Archiving: a record leaves every list, its address answers 410, and its history stays."""

from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.record import recorded_change
from app.documents.shape import Kind
from app.foundation.answers import archived


async def archive(
    session: AsyncSession,
    by: Caller,
    kind: Kind[Any],
    resource_id: UUID,
    if_match: str | None,
    *,
    shared: bool = False,
) -> Response:
    """Archive a record, and answer 204. Raises as `hold` does."""
    row = await hold(session, by, kind, resource_id, if_match, shared=shared)
    row.archived_at = func.now()
    action = f"{kind.noun.replace(' ', '_').lower()}.archived"
    await recorded_change(session, by, action, kind, row)
    return archived()
