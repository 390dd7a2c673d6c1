"""How organisations are listed."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.documents.listing import Listing, by_name, equals, standard_orders
from app.documents.organization import ORGANIZATION
from app.tables.api_key import ApiKey
from app.tables.organization import Organization
from app.tables.verdict import Verdict

PARTS = (selectinload(Organization.default_scales),)

ORGANIZATIONS = Listing(
    ORGANIZATION,
    {"country": equals(Organization.country)},
    {**standard_orders(ORGANIZATION), "name": by_name(Organization.name)},
)


async def is_at_work(session: AsyncSession, organization_id: UUID) -> bool:
    """Say whether an organisation has keys that are not revoked, or verdicts."""
    keys = select(ApiKey.id).where(
        ApiKey.organization_id == organization_id, ApiKey.archived_at.is_(None)
    )
    verdicts = select(Verdict.id).where(Verdict.organization_id == organization_id)
    return bool(await session.scalar(select(keys.exists() | verdicts.exists())))
