"""What can be done with measures."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold, keep_ref
from app.changes.record import record, recorded_change, shown
from app.documents.measure import MEASURE
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import taken
from app.measures import queries
from app.measures.schemas import MeasurePatch, NewMeasure
from app.tables.measure import Measure


async def add(
    session: AsyncSession, by: Caller, new: NewMeasure, own_id: UUID | None = None
) -> Written:
    """Record a measure. Raises `Conflict` when the key is taken."""
    await _refuse_taken(session, new, None)
    row = Measure(
        id=own_id or new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        **new.model_dump(),
    )
    session.add(row)
    return await record(session, by, "measure.created", MEASURE, row)


async def change(
    session: AsyncSession, by: Caller, measure_id: UUID, if_match: str | None, patch: MeasurePatch
) -> Written:
    """Change a measure. Raises `Conflict` when the key or the flow is taken."""
    row = await hold(session, by, MEASURE, measure_id, if_match, shared=True)
    current = NewMeasure.model_validate(row)
    wanted = patch.applied(current)
    keep_ref(row, by, wanted.ref)
    if wanted == current:
        return await shown(session, by, MEASURE, row)
    await _refuse_taken(session, wanted, row.id)
    for name, value in wanted.model_dump().items():
        setattr(row, name, value)
    return await recorded_change(session, by, "measure.changed", MEASURE, row)


async def _refuse_taken(session: AsyncSession, wanted: NewMeasure, own: UUID | None) -> None:
    other = await queries.with_key(session, wanted.key)
    if other is not None and other.id != own:
        raise taken("/key", f"There is a measure '{wanted.key}' already")
    if wanted.family is None or wanted.flow is None:
        return
    other = await queries.with_flow(session, wanted.family, wanted.flow)
    if other is not None and other.id != own:
        raise taken("/flow", f"In this family, '{other.key}' counts that way already")
