"""Parts and references: the rows that are written with a record, and the records it names."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Uuid, bindparam, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import add_parts, gathered
from app.documents.names import NewExternalId
from app.documents.shape import Kind
from app.foundation.problems import invalid, taken
from app.foundation.reads import Query, compiled
from app.foundation.writes import run
from app.tables.names import ExternalId
from app.tables.record import Part, Record


class Nestable(Protocol):
    """A body that may be nested in another."""

    ref: str | None
    external_ids: list[NewExternalId]


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
    rows = [{**item, **owner, "position": position} for position, item in enumerate(items)]
    await add_parts(session, part, rows)


def rows_of(items: Sequence[BaseModel]) -> list[dict[str, Any]]:
    """Turn inputs into rows."""
    return [item.model_dump() for item in items]


async def require(
    session: AsyncSession, kind: Kind[Any], resource_id: UUID | None, pointer: str
) -> None:
    """See that what is referred to is there. Raises `InvalidInput`, pointing at the reference."""
    if resource_id is None:
        return
    later = gathered(session)
    found = later.known.get((kind.table, resource_id)) if later is not None else None
    if found is None:
        rows = await run(session, _ended(kind), {"id": resource_id})
        found = (rows[0]["archived_at"], rows[0]["survivor"]) if rows else None
    if found is None:
        raise invalid(pointer, "reference", f"There is no such {kind.noun}")
    if found[1] is not None:
        raise invalid(pointer, "reference", f"This {kind.noun} was merged into {found[1]}")
    if found[0] is not None:
        raise invalid(pointer, "reference", f"This {kind.noun} was archived")


@cache
def _ended(kind: Kind[Any]) -> Query:
    """Compile the SELECT of when something was archived, and what it was merged into."""
    named = kind.table.id == bindparam("id", type_=Uuid())
    return compiled(select(kind.table.archived_at, kind.survivor().label("survivor")).where(named))


async def refuse_taken_ids(
    session: AsyncSession,
    part: type[ExternalId],
    owner: Mapping[str, UUID],
    wanted: Sequence[NewExternalId],
    kind: Kind[Any],
) -> None:
    """See that these identifiers are no other record's. Raises `Conflict`, pointing at the first.

    `owner` is as for `rewrite`.
    """
    if not wanted:
        return
    (column, owner_id), *_ = owner.items()
    asked = [(one.scheme, one.value) for one in wanted]
    found = await session.execute(
        select(part.scheme, part.value).where(
            tuple_(part.scheme, part.value).in_(asked), getattr(part, column) != owner_id
        )
    )
    known = [(scheme, value) for scheme, value in found]
    later = gathered(session)
    if later is not None:
        known += [(of, one) for of, one in asked if later.has_part(part, scheme=of, value=one)]
    for scheme, value in known:
        position = asked.index((scheme, value))
        raise taken(f"/external_ids/{position}", f"Another {kind.noun} is {scheme}:{value}")


def names(nested: Nestable, row: Record, ids: Sequence[ExternalId], by: Caller) -> bool:
    """Say whether a nested body has the `ref` of a record, or one of its external identifiers."""
    if nested.ref is not None and (nested.ref, by.organization_id) == (
        row.ref,
        row.organization_id,
    ):
        return True
    stored = {(one.scheme, one.value) for one in ids}
    return any((one.scheme, one.value) in stored for one in nested.external_ids)
