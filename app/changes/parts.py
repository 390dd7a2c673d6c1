"""Parts and references: the rows that are written with a record, and the records it names."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.shape import Kind
from app.foundation.problems import invalid
from app.tables.record import Part


async def rewrite(
    session: AsyncSession,
    part: type[Part],
    owner: Mapping[str, UUID],
    items: Sequence[Mapping[str, Any]],
    *,
    anew: bool,
) -> None:
    """Write the parts of a record in their order; when it isn't `anew`, in place of the old ones.

    `owner` is the column that says whose they are, with the record's id.
    """
    if not anew:
        (column, owner_id), *_ = owner.items()
        await session.execute(delete(part).where(getattr(part, column) == owner_id))
    if items:
        rows = [{**item, **owner, "position": position} for position, item in enumerate(items)]
        await session.execute(insert(part), rows)


def rows_of(items: Sequence[BaseModel]) -> list[dict[str, Any]]:
    """Turn inputs into rows."""
    return [item.model_dump() for item in items]


async def require(
    session: AsyncSession, kind: Kind[Any], resource_id: UUID | None, pointer: str
) -> None:
    """See that what is referred to is there. Raises `InvalidInput`, pointing at the reference."""
    if resource_id is None:
        return
    found = (
        await session.execute(select(kind.table.archived_at).where(kind.table.id == resource_id))
    ).one_or_none()
    if found is None:
        raise invalid(pointer, "reference", f"There is no such {kind.noun}")
    if found[0] is not None:
        raise invalid(pointer, "reference", f"This {kind.noun} was archived")
