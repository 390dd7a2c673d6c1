"""The first start of an installation, and keys made from the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.access.caller import Caller
from app.access.scopes import ROLES
from app.changes.record import record
from app.documents.organization import ORGANIZATION
from app.foundation.connecting import Hosts
from app.foundation.ids import new_id
from app.foundation.refusal import Refusal
from app.foundation.settings import Settings
from app.keys import actions
from app.keys.schemas import NewApiKey
from app.tables.api_key import Role
from app.tables.organization import Organization


class NoSuchOrganization(Refusal):
    """There is no organisation of that name, or several."""


@asynccontextmanager
async def session_of(database_url: str) -> AsyncIterator[AsyncSession]:
    """Have one transaction on a database, outside of any request."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: Hosts(database_url).connect()
    )
    try:
        made = AsyncSession(engine, expire_on_commit=False, autoflush=False)
        async with made as session, session.begin():
            yield session
    finally:
        await engine.dispose()


async def first_start(database_url: str, settings: Settings) -> str | None:
    """Make the organisation and its administrator's key, when there is no organisation yet.

    Gives the key's secret, or None when there was nothing to do.
    """
    async with session_of(database_url) as session:
        if (await session.scalars(select(Organization.id).limit(1))).first() is not None:
            return None
        by = Caller(person=settings.person, scopes=ROLES[Role.ADMIN])
        row = Organization(id=new_id(), name=settings.organization, created_by=by.person)
        session.add(row)
        await record(session, by, "organization.created", ORGANIZATION, row)
        insider = Caller(settings.person, row.id, None, by.scopes)
        new = NewApiKey(name="First start", person=settings.person, role=Role.ADMIN)
        return (await actions.add(session, insider, new))[1]


async def create_key(
    database_url: str,
    *,
    name: str,
    role: str,
    person: str | None,
    organization: str | None,
    expires_at: datetime | None,
) -> str:
    """Make a key for an organisation, by its id or name where there are several; give its secret.

    Raises `NoSuchOrganization`.
    """
    async with session_of(database_url) as session:
        owner = await the_organization(session, organization)
        by = Caller(person or name, owner.id, None, ROLES[Role.ADMIN])
        new = NewApiKey(name=name, person=person, role=Role(role), expires_at=expires_at)
        return (await actions.add(session, by, new))[1]


async def the_organization(session: AsyncSession, named: str | None) -> Organization:
    """Find the organisation that is meant: by its id or name, where several work here.

    Raises `NoSuchOrganization`.
    """
    here = ~Organization.is_imported, Organization.archived_at.is_(None)
    rows = select(Organization).where(*here)
    if named is not None:
        same = cast(Organization.id, Text()) == named
        rows = rows.where(same | (Organization.name == named))
    found = (await session.scalars(rows.limit(2))).all()
    if len(found) != 1:
        told = "there is no organisation" if not found else "there are several organisations"
        raise NoSuchOrganization(f"{told}{f' named {named}' if named else ''}")
    return found[0]
