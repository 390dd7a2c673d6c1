"""The addresses of organisations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Admin
from app.access.reader import Reader
from app.access.writing import Session
from app.documents.organization import ORGANIZATION, Organization
from app.documents.pages import OrganizationPage
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.organizations import actions
from app.organizations.queries import ORGANIZATIONS
from app.organizations.schemas import NewOrganization, OrganizationFilter, OrganizationPatch

router = APIRouter(prefix="/v1/organizations", tags=["organizations"], route_class=StrictRoute)


@router.get("", response_model=OrganizationPage)
async def list_organizations(
    wanted: Annotated[OrganizationFilter, Query()], reader: Reader
) -> Response:
    """List organisations, by name unless you sort otherwise."""
    return await reader.page(ORGANIZATIONS, wanted, wanted.sort)


@router.post("", response_model=Organization, status_code=201)
async def create_organization(new: NewOrganization, by: Admin, session: Session) -> Response:
    """Record another organisation. `onrecord create-key` makes it its first key."""
    return created("organizations", await actions.add(session, by, new))


@router.get("/{organization_id}", response_model=Organization)
async def get_organization(organization_id: UUID, reader: Reader) -> Response:
    """Fetch an organisation."""
    return await reader.one(ORGANIZATION, organization_id)


@router.patch("/{organization_id}", response_model=Organization)
async def change_organization(
    organization_id: UUID,
    patch: OrganizationPatch,
    by: Admin,
    session: Session,
    if_match: IfMatch = None,
) -> Response:
    """Change your organisation, or one that yours recorded, by a JSON merge patch."""
    return changed(await actions.change(session, by, organization_id, if_match, patch))


@router.delete("/{organization_id}", status_code=204)
async def archive_organization(
    organization_id: UUID, by: Admin, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive an organisation that has neither verdicts nor keys in use."""
    return await actions.archive(session, by, organization_id, if_match)
