"""How correction requests are listed and looked up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Boolean, Date, Row, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.correction_request import CORRECTION_REQUEST
from app.documents.listing import Filter, Listing, by_day, equals, same_id, standard_orders
from app.documents.shape import Column, View
from app.documents.verdict import VERDICT
from app.tables.correction_request import CorrectionRequest
from app.tables.organization import Organization
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion


def _is_overdue(value: BindParameter[Any], _: View) -> Column:
    today = cast(func.timezone("UTC", func.now()), Date())
    is_open = CorrectionRequest.resolved_at.is_(None)
    return (is_open & (CorrectionRequest.due_on < today)) == value


CORRECTION_REQUESTS = Listing(
    CORRECTION_REQUEST,
    {
        "state": equals(CorrectionRequest.state),
        "verdict_id": same_id(CorrectionRequest.verdict_id),
        "statement_id": same_id(Verdict.statement_id),
        "overdue": Filter(Boolean(), _is_overdue),
        "assignee": equals(CorrectionRequest.assignee),
    },
    {**standard_orders(CORRECTION_REQUEST), "due_on": by_day(CorrectionRequest.due_on)},
)


async def public_verdict(
    session: AsyncSession, verdict_id: UUID
) -> Row[UUID, int, datetime] | None:
    """Find whose a verdict is that the public sees, in how many days they answer, and the time."""
    return (
        await session.execute(
            select(Organization.id, Organization.correction_days, func.now())
            .join(Verdict, Verdict.organization_id == Organization.id)
            .where(Verdict.id == verdict_id, VERDICT.visible(View.PUBLIC))
        )
    ).one_or_none()


async def is_published(session: AsyncSession, verdict_id: UUID, number: int) -> bool:
    """Say whether a verdict has a published version of this number."""
    found = select(VerdictVersion.id).where(
        VerdictVersion.verdict_id == verdict_id,
        VerdictVersion.no == number,
        VerdictVersion.published_at.is_not(None),
    )
    return await session.scalar(found) is not None


async def as_sent(session: AsyncSession, request_id: UUID) -> tuple[int, str]:
    """Give a request's version, and its document as who sent it may see it."""
    view, kind = View.PUBLIC, CORRECTION_REQUEST
    columns = CorrectionRequest.version, cast(kind.document(view), Text())
    found = await session.execute(
        kind.select(view, *columns).where(CorrectionRequest.id == request_id)
    )
    version, document = tuple(found.one())
    return version, document
