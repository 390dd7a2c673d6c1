"""Resources at an instant, as the change log has them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.foundation.reads import Query, Reads

_THEN = Query(
    """
SELECT wanted.id, latest.collection, latest.action, latest.at, latest.document::json AS document,
    shown.public_document::json AS shown,
    EXISTS (
        SELECT FROM source WHERE source.id = wanted.id AND source.access = 'confidential'
    ) AS is_confidential
FROM unnest($1::uuid[]) AS wanted (id)
LEFT JOIN LATERAL (
    SELECT collection, action, at, document FROM change
    WHERE resource_id = wanted.id AND at <= $2 ORDER BY version DESC LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
    SELECT public_document FROM change
    WHERE resource_id = wanted.id AND at <= $2 AND public_document IS NOT NULL
    ORDER BY version DESC LIMIT 1
) AS shown ON true
""",
    ("ids", "as_of"),
)


@dataclass(frozen=True, slots=True)
class Then:
    """What the log says of a resource until an instant; nothing, of what came with a migration.

    `document` is the last one, as its own people saw it, and `shown` the last that the public did.
    Whether a source is confidential is told as it is now: that holds for the past, too.
    """

    collection: str
    document: dict[str, Any] | None
    shown: dict[str, Any] | None
    archived_at: datetime | None
    is_confidential: bool


async def then(reads: Reads, ids: Iterable[UUID], as_of: datetime) -> dict[UUID, Then]:
    """Look resources up, in one round trip."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = await reads.rows(_THEN, {"ids": wanted, "as_of": as_of})
    return {row["id"]: _read(row) for row in rows}


def _read(row: Any) -> Then:  # noqa: ANN401 - a row of asyncpg's.
    is_archived = (row["action"] or "").endswith(".archived")
    return Then(
        collection=row["collection"] or "",
        document=json.loads(row["document"]) if row["document"] else None,
        shown=json.loads(row["shown"]) if row["shown"] else None,
        archived_at=row["at"] if is_archived else None,
        is_confidential=row["is_confidential"],
    )
