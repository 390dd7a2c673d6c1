"""How verdicts are listed and looked up."""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, DateTime, Text, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from app.documents import verdict, version
from app.documents.listing import Filter, Listing, Order, same_id, standard_orders
from app.documents.shape import Column, View, owned
from app.documents.verdict import VERDICT
from app.tables.rating import CheckType, Rating, RatingScale
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion

_MOMENT = DateTime(timezone=True)


def _to_judge_again(view: View) -> Column:
    """Say that a verdict is stale, and one that can be judged again."""
    return and_(~Verdict.retracted, verdict.is_stale(view))


def _is(column: Any, person: Column) -> Column:  # noqa: ANN401 - a column.
    """Compare a person's name, however its letters are cased."""
    return func.lower(column) == func.lower(person)


def _own(view: View, condition: Column) -> Column:
    """Let a filter by what others don't see find nothing of theirs."""
    return and_(owned(Verdict, view), condition)


def _is_out(view: View) -> Column:
    """Say what all versions that are out are; by which an index has them in their order."""
    return VerdictVersion.published_at.is_not(None) if view is View.PUBLIC else true()


VERDICTS = Listing(
    VERDICT,
    {
        "statement_id": same_id(Verdict.statement_id),
        "organization_id": same_id(Verdict.organization_id),
        "check_type": Filter(Text(), lambda value, _: Verdict.check_type == value),
        "state": Filter(Text(), lambda value, view: version.state(view) == value),
        "rating": Filter(Text(), lambda value, _: Rating.key == value),
        "normalized_rating": Filter(Text(), lambda value, _: Rating.normalized == value),
        "stale": Filter(Boolean(), lambda value, view: _to_judge_again(view) == value),
        "assignee": Filter(Text(), lambda value, view: _own(view, _is(Verdict.assignee, value))),
        "due_until": Filter(Date(), lambda value, view: _own(view, Verdict.due_on <= value)),
        "updated_since": Filter(_MOMENT, lambda value, view: version.updated_at(view) >= value),
    },
    {
        **standard_orders(VERDICT),
        "updated_at": Order(version.updated_at, _MOMENT),
        "published_at": Order(
            lambda _: func.coalesce(Verdict.published_at, Verdict.created_at), _MOMENT
        ),
    },
    _is_out,
)


async def latest(session: AsyncSession, row: Verdict) -> VerdictVersion:
    """Load the version being written, or else the one that is out, with rating and evidence."""
    return (
        await session.scalars(
            select(VerdictVersion)
            .where(VerdictVersion.id == (row.working_id or row.public_id))
            .options(joinedload(VerdictVersion.rating), selectinload(VerdictVersion.evidence))
        )
    ).one()


async def scale_key(session: AsyncSession, rating: Rating) -> str:
    """Name the scale of a rating."""
    scale = await session.get_one(RatingScale, rating.scale_id)
    return scale.key


async def of_statement(
    session: AsyncSession, statement_id: UUID, organization_id: UUID | None, check_type: CheckType
) -> UUID | None:
    """Find an organisation's verdict about a statement on one question."""
    same = select(Verdict.id).where(
        Verdict.statement_id == statement_id,
        Verdict.organization_id == organization_id,
        Verdict.check_type == check_type,
        Verdict.archived_at.is_(None),
    )
    return (await session.scalars(same)).one_or_none()
