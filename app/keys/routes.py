"""The addresses of API keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Admin
from app.access.reader import AdminReader
from app.access.writing import Session
from app.changes.archiving import archive
from app.documents.api_key import API_KEY, ApiKey, NewlyMadeApiKey
from app.documents.pages import ApiKeyPage
from app.foundation.answers import changed, created, with_secret
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.keys import actions
from app.keys.queries import API_KEYS
from app.keys.schemas import ApiKeyFilter, ApiKeyPatch, KeyRotation, NewApiKey

router = APIRouter(prefix="/v1/api-keys", tags=["API keys"], route_class=StrictRoute)


@router.get("", response_model=ApiKeyPage)
async def list_api_keys(wanted: Annotated[ApiKeyFilter, Query()], reader: AdminReader) -> Response:
    """List your organisation's keys, without their secrets, the newest first."""
    return await reader.page(API_KEYS, wanted, wanted.sort)


@router.post("", response_model=NewlyMadeApiKey, status_code=201)
async def create_api_key(new: NewApiKey, by: Admin, session: Session) -> Response:
    """Make a key for your organisation. Only this answer has its secret, as `key`."""
    written, token = await actions.add(session, by, new)
    return with_secret(created("api-keys", written), "key", token)


@router.get("/{key_id}", response_model=ApiKey)
async def get_api_key(key_id: UUID, reader: AdminReader) -> Response:
    """Fetch a key of your organisation, without its secret."""
    return await reader.one(API_KEY, key_id)


@router.patch("/{key_id}", response_model=ApiKey, summary="Change a key")
async def change_api_key(
    key_id: UUID, patch: ApiKeyPatch, by: Admin, session: Session, if_match: IfMatch = None
) -> Response:
    """Change what a key is called, what it may do, or when it expires; never its secret."""
    return changed(await actions.change(session, by, key_id, if_match, patch))


@router.delete("/{key_id}", status_code=204)
async def revoke_api_key(
    key_id: UUID, by: Admin, session: Session, if_match: IfMatch = None
) -> Response:
    """Revoke a key: it stops working with the next request."""
    return await archive(session, by, API_KEY, key_id, if_match)


@router.post("/{key_id}/rotate", response_model=NewlyMadeApiKey)
async def rotate_api_key(
    key_id: UUID, how: KeyRotation, by: Admin, session: Session, if_match: IfMatch = None
) -> Response:
    """Give a key a new secret. Only this answer has it, as `key`.

    The secret before goes on working for `overlap_seconds`, so that there is time to put the new
    one in its place. Only one is kept: rotating again during an overlap ends the older at once.
    The key's id, name, person, scopes and expiry stay.
    """
    written, token = await actions.rotate(session, by, key_id, if_match, how)
    return with_secret(changed(written), "key", token)
