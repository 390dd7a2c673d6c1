"""From the Authorization header to the caller (RFC 6750)."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import bindparam, or_, select, text

from app.access.caller import PUBLIC, Caller
from app.access.limits import count, count_correction_request, count_failure
from app.access.tokens import INVALID, PREFIX, digest, matches
from app.foundation.database import Database
from app.foundation.problems import Unauthorized
from app.foundation.reads import compiled
from app.tables.api_key import ApiKey, Scope

if TYPE_CHECKING:
    from app.access.oidc import Oidc

_LOOKED_AT = timedelta(minutes=1)
_DIGEST = bindparam("digest", type_=ApiKey.secret_hash.type)
_FIND = compiled(
    select(
        ApiKey.id,
        ApiKey.organization_id,
        ApiKey.person,
        ApiKey.scopes,
        ApiKey.last_used_at,
        ApiKey.secret_hash,
        ApiKey.previous_hash,
        ApiKey.archived_at.is_not(None).label("is_revoked"),
        (ApiKey.expires_at <= text("now()")).label("is_over"),
        (ApiKey.previous_expires_at > text("now()")).label("is_rotating"),
    ).where(or_(ApiKey.secret_hash == _DIGEST, ApiKey.previous_hash == _DIGEST))
)
_USED = text(
    "UPDATE api_key SET last_used_at = now() WHERE id = :id"
    " AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')"
)


async def caller(request: Request) -> Caller:
    """Find out who calls, and count it.

    Raises `Unauthorized` for a token that is not, or no longer, good, and `TooManyRequests`.
    """
    try:
        found = await _found(request)
    except Unauthorized as wrong:
        await count_failure(request, wrong.reason)
        raise
    await count(request, found)
    return found


async def _found(request: Request) -> Caller:
    given = [value for name, value in request.scope["headers"] if name == b"authorization"]
    if not given:
        return PUBLIC
    scheme, _, rest = given[0].decode("latin-1").partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer":
        detail = "One Authorization header is wanted, with 'Bearer' and a key or token"
        raise Unauthorized(detail, reason="malformed")
    token = rest.strip()
    oidc: Oidc | None = request.app.state.oidc
    if oidc is not None and not token.startswith(PREFIX):
        return await oidc.caller(request, token)
    if not token.startswith(PREFIX):
        detail = "The Authorization header is not 'Bearer onr_…'"
        raise Unauthorized(detail, reason="malformed", error=INVALID)
    return await _holder(request.app.state.database, digest(token))


async def _holder(database: Database, given: bytes) -> Caller:
    """Find out whose key has this digest. Raises `Unauthorized`, which tells only us why."""
    row = await database.reads.row(_FIND, {"digest": given})
    reason = _wrong(row, given)
    if row is None or reason is not None:
        raise Unauthorized(reason=reason or "unknown", error=INVALID)
    await _note_use(database, row)
    scopes = _scopes(tuple(row["scopes"]))
    identity = f"key:{row['id']}"
    return Caller(row["person"], row["organization_id"], row["id"], scopes, identity)


def _wrong(row: Any, given: bytes) -> str | None:  # noqa: ANN401 - a row of asyncpg's, or None.
    """Say why a key is not good; None when it is."""
    if row is None:
        return "unknown"
    if row["is_revoked"]:
        return "revoked"
    if not matches(given, row["secret_hash"]) and not (
        matches(given, row["previous_hash"]) and row["is_rotating"]
    ):
        return "rotated"
    return "expired" if row["is_over"] else None


@cache
def _scopes(words: tuple[str, ...]) -> frozenset[Scope]:
    return frozenset(Scope(word) for word in words)


async def _note_use(database: Database, row: Any) -> None:  # noqa: ANN401 - a row of asyncpg's.
    """Write down that a key was used, to the minute: most reads write nothing."""
    last: datetime | None = row["last_used_at"]
    if last is not None and datetime.now(UTC) - last < _LOOKED_AT:
        return
    async with database.sessions.begin() as session:
        await session.execute(_USED, {"id": row["id"]})


class Needs:
    """A dependency: the caller, who must have a scope."""

    def __init__(self, scope: Scope) -> None:
        """Ask for a scope."""
        self.scope = scope
        self.scopes: tuple[Scope, ...] = (scope,)

    async def __call__(self, found: Annotated[Caller, Depends(caller)]) -> Caller:
        """See who calls. Raises `Unauthorized` or `Forbidden`."""
        if found.is_public:
            raise Unauthorized(f"This needs a key with the scope '{self.scope.value}'")
        found.need(self.scope)
        return found


class NeedsOneOf(Needs):
    """A dependency: the caller, who must have one of several scopes; what is done says which."""

    def __init__(self, *scopes: Scope) -> None:
        """Ask for one of them; the first is the one that is named to who has none."""
        super().__init__(scopes[0])
        self.scopes = scopes

    async def __call__(self, found: Annotated[Caller, Depends(caller)]) -> Caller:
        """See who calls. Raises `Unauthorized` or `Forbidden`."""
        return found if found.scopes.intersection(self.scopes) else await super().__call__(found)


async def sender(request: Request, found: Annotated[Caller, Depends(caller)]) -> Caller:
    """Let anybody write to a newsroom, but for an address that does it too often.

    Raises `TooManyRequests`.
    """
    await count_correction_request(request, found)
    return found


Sender = Annotated[Caller, Depends(sender)]
Writer = Annotated[Caller, Depends(Needs(Scope.WRITE))]
Reviewer = Annotated[Caller, Depends(Needs(Scope.REVIEW))]
Mover = Annotated[Caller, Depends(NeedsOneOf(Scope.WRITE, Scope.REVIEW, Scope.PUBLISH))]
Publisher = Annotated[Caller, Depends(Needs(Scope.PUBLISH))]
Admin = Annotated[Caller, Depends(Needs(Scope.ADMIN))]
