"""What can be done with API keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.access.scopes import ROLES
from app.access.tokens import SHOWN, digest, new_token
from app.changes.holding import hold
from app.changes.record import record, recorded_change, shown
from app.documents.api_key import API_KEY
from app.documents.shape import View
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import Conflict, invalid
from app.keys.schemas import ApiKeyPatch, KeyRotation, NewApiKey
from app.tables.api_key import ApiKey, Scope


async def add(session: AsyncSession, by: Caller, new: NewApiKey) -> tuple[Written, str]:
    """Make a key for the caller's organisation; the secret is given this once."""
    _refuse_expired(new)
    token = new_token()
    row = ApiKey(
        id=new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        prefix=token[:SHOWN],
        secret_hash=digest(token),
        **_columns(new),
    )
    session.add(row)
    return await record(session, by, "api_key.created", API_KEY, row), token


async def change(
    session: AsyncSession, by: Caller, key_id: UUID, if_match: str | None, patch: ApiKeyPatch
) -> Written:
    """Change what a key is called, may do, or how long; never its secret."""
    row = await hold(session, by, API_KEY, key_id, if_match)
    current = _as_given(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, API_KEY, row, View.EDITORIAL)
    if wanted.expires_at != current.expires_at:
        _refuse_expired(wanted)
    for name, value in _columns(wanted).items():
        setattr(row, name, value)
    return await recorded_change(session, by, "api_key.changed", API_KEY, row)


async def rotate(
    session: AsyncSession, by: Caller, key_id: UUID, if_match: str | None, how: KeyRotation
) -> tuple[Written, str]:
    """Give a key a new secret, and the one before an end; an older one ends at once.

    Raises `Conflict` for a key that has expired: its new secret would not work either.
    """
    row = await hold(session, by, API_KEY, key_id, if_match)
    if _as_given(row).is_over():
        raise Conflict("This key has expired: give it another expires_at first")
    token, overlap = new_token(), timedelta(seconds=how.overlap_seconds)
    row.previous_prefix = row.prefix if overlap else None
    row.previous_hash = row.secret_hash if overlap else None
    row.previous_expires_at = func.now() + overlap if overlap else None
    row.prefix, row.secret_hash = token[:SHOWN], digest(token)
    return await recorded_change(session, by, "api_key.rotated", API_KEY, row), token


def _columns(wanted: NewApiKey) -> dict[str, Any]:
    scopes = ROLES[wanted.role] if wanted.role is not None else wanted.scopes
    return {
        "ref": wanted.ref,
        "name": wanted.name,
        "person": wanted.person or wanted.name,
        "role": wanted.role,
        "scopes": sorted(scopes),
        "expires_at": wanted.expires_at,
    }


def _as_given(row: ApiKey) -> NewApiKey:
    return NewApiKey(
        ref=row.ref,
        name=row.name,
        person=row.person,
        role=row.role,
        scopes=[] if row.role is not None else [Scope(scope) for scope in row.scopes],
        expires_at=row.expires_at,
    )


def _refuse_expired(wanted: NewApiKey) -> None:
    if wanted.is_over():
        raise invalid("/expires_at", "past", "This key would have expired already")
