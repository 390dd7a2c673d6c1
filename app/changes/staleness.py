"""Why verdicts were stale at an instant; what `documents.verdict` works out of the present."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.changes.then import Then, then
from app.documents.verdict import StaleReason
from app.foundation.reads import Query, Reads
from app.tables.link import LinkType

Json = dict[str, Any]
_MADE = Query(
    "SELECT verdict_id, no, created_at FROM verdict_version WHERE verdict_id = ANY($1)",
    ("ids",),
)
_LINKS = Query(
    """
SELECT link.statement_id, link.other_id, link.type, latest.document ->> 'decided_at' AS decided_at
FROM link JOIN LATERAL (
    SELECT document, action FROM change
    WHERE resource_id = link.id AND at <= $2 ORDER BY version DESC LIMIT 1
) AS latest ON latest.document ->> 'state' = 'confirmed' AND latest.action <> 'link.archived'
WHERE link.type IN ('updates', 'contradicts')
    AND (link.statement_id = ANY($1) OR link.other_id = ANY($1))
""",
    ("ids", "as_of"),
)


@dataclass(frozen=True, slots=True)
class _Link:
    """A confirmed link that bears on a statement, from another."""

    type: LinkType
    other: UUID
    decided_at: datetime


class Staleness:
    """Tells of verdicts of an instant why they were stale."""

    def __init__(self, reads: Reads, as_of: datetime) -> None:
        """Read from the log until this instant."""
        self._reads = reads
        self._as_of = as_of

    async def tell(self, verdicts: list[Json]) -> None:
        """Write `stale_reasons` into the documents of verdicts that were public."""
        judged = [UUID(one["statement_id"]) for one in verdicts]
        ids = [UUID(one["id"]) for one in verdicts]
        versions = await self._reads.rows(_MADE, {"ids": ids})
        made = {(row[0], row[1]): row[2] for row in versions}
        links = await self._reads.rows(_LINKS, {"ids": judged, "as_of": self._as_of})
        cited = {UUID(part["source_id"]) for one in verdicts for part in one["evidence"]}
        named = {*judged, *cited, *(row[end] for row in links for end in (0, 1))}
        others = await then(self._reads, named, self._as_of)
        for one in verdicts:
            since = made[UUID(one["id"]), one["published_version"]]
            bearing = list(_bearing(UUID(one["statement_id"]), links))
            found = dict.fromkeys(_reasons(one, since, bearing, others))
            one["stale_reasons"] = [reason for reason in StaleReason if reason in found]


def _bearing(statement: UUID, links: list[Any]) -> Iterator[_Link]:
    """Go through the links that could make a verdict about a statement stale."""
    for start, end, type_, decided_at in links:
        found = _Link(LinkType(type_), start, datetime.fromisoformat(decided_at))
        if end == statement:
            yield found
        elif start == statement and found.type is LinkType.CONTRADICTS:
            yield replace(found, other=end)


def _reasons(
    verdict: Json, since: datetime, links: list[_Link], others: dict[UUID, Then]
) -> Iterator[StaleReason]:
    statement = others[UUID(verdict["statement_id"])].document
    if statement and statement["revision"] > verdict["statement_revision"]:
        yield StaleReason.STATEMENT_REVISED
    for link in links:
        other = others[link.other].document
        if link.decided_at > since and other and other["visibility"] == "public":
            yield _BY_LINK[link.type]
    for part in verdict["evidence"]:
        source = others[UUID(part["source_id"])]
        if source.archived_at is not None and source.archived_at > since:
            yield StaleReason.EVIDENCE_ARCHIVED
        gone_at = (source.document or {}).get("gone_at")
        if gone_at is not None and datetime.fromisoformat(gone_at) > since:
            yield StaleReason.EVIDENCE_GONE


_BY_LINK = {
    LinkType.UPDATES: StaleReason.STATEMENT_UPDATED,
    LinkType.CONTRADICTS: StaleReason.STATEMENT_CONTRADICTED,
}
