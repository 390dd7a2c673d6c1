"""From the Authorization header to the caller (RFC 6750)."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import bindparam, or_, select, text

from app.access.caller import PUBLIC, Caller
from app.access.tokens import PREFIX, digest
from app.foundation.database import Database
from app.foundation.problems import Unauthorized
from app.foundation.reads import compiled
from app.tables.api_key import ApiKey, Scope

_LOOKED_AT = timedelta(minutes=1)
_FIND = compiled(
    select(
        ApiKey.id, ApiKey.organization_id, ApiKey.person, ApiKey.scopes, ApiKey.last_used_at
    ).where(
        ApiKey.secret_hash == bindparam("digest", type_=ApiKey.secret_hash.type),
        ApiKey.archived_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > text("now()")),
    )
)
_USED = text(
    "UPDATE api_key SET last_used_at = now() WHERE id = :id"
    " AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')"
)


async def caller(request: Request) -> Caller:
    """Find out who calls. Raises `Unauthorized` for a token that is not, or no longer, good."""
    header = request.headers.get("authorization")
    if header is None:
        return PUBLIC
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(PREFIX):
        raise Unauthorized("The Authorization header is not 'Bearer onr_…'")
    database: Database = request.app.state.database
    row = await database.reads.row(_FIND, {"digest": digest(token.strip())})
    if row is None:
        raise Unauthorized
    await _note_use(database, row)
    scopes = frozenset(Scope(scope) for scope in row["scopes"])
    identity = f"key:{row['id']}"
    return Caller(row["person"], row["organization_id"], row["id"], scopes, identity)


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

    async def __call__(self, found: Annotated[Caller, Depends(caller)]) -> Caller:
        """See who calls. Raises `Unauthorized` or `Forbidden`."""
        if found.is_public:
            raise Unauthorized(f"This needs a key with the scope '{self.scope.value}'")
        found.need(self.scope)
        return found


Writer = Annotated[Caller, Depends(Needs(Scope.WRITE))]
Publisher = Annotated[Caller, Depends(Needs(Scope.PUBLISH))]
Admin = Annotated[Caller, Depends(Needs(Scope.ADMIN))]
