"""Verifying the log: every entry and every place in the chain is as it was written, none missing.

Everything is worked out anew by expressions of this code's own, not by functions that the database
holds; whoever can change those could have them say that all is well. It reads in batches, so that a
long log takes time and no memory.
"""

from dataclasses import dataclass
from typing import Any, Final

import asyncpg

from app.changes.chain import BATCH
from app.documents.change import KINDS
from app.foundation.database_check import Finding, connect

NAMED: Final = 10
"""How many of each sort are named; the others are counted."""
_MEND = "docs/changes.md says what that means"
_ENTRY_HASH = """
sha256(convert_to(jsonb_build_array(
    encode(previous.hash, 'hex'), entry.id, entry.xid::text,
    to_char(timezone('UTC', entry.at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    entry.organization_id, entry.actor, entry.key_id, entry.request_id, entry.action,
    entry.collection, entry.resource_id, entry.version, entry.reason, entry.document,
    entry.public_document, entry.is_public
)::text, 'UTF8'))
"""
_ENTRIES = f"""
SELECT entry.id AS place,
    format('change %s (%s %s, version %s)', entry.id, collection, resource_id, version) AS what,
    CASE
        WHEN entry.hash <> {_ENTRY_HASH}
        THEN 'isn''t as it was written, or the one before it isn''t'
        WHEN NOT EXISTS (SELECT FROM sealed_change WHERE change_id = entry.id)
            AND NOT EXISTS (SELECT FROM unsealed_change WHERE change_id = entry.id)
        THEN 'has no place in the chain'
    END AS wrong
FROM change AS entry LEFT JOIN LATERAL (
    SELECT before.hash FROM change AS before
    WHERE before.resource_id = entry.resource_id AND before.version < entry.version
    ORDER BY before.version DESC LIMIT 1
) AS previous ON true
WHERE entry.id > $1 ORDER BY entry.id LIMIT $2
"""  # noqa: S608 - nothing of it comes from outside.
_PLACES = """
SELECT seal.position AS place,
    format('position %s (change %s)', seal.position, seal.change_id) AS what,
    CASE
        WHEN previous.hash IS NULL AND seal.position > 1 THEN 'follows a position that is missing'
        WHEN entry.id IS NULL THEN 'is of a change that is missing'
        WHEN seal.hash <> sha256(
            coalesce(previous.hash, decode(repeat('00', 32), 'hex'))
            || entry.hash || int8send(seal.position)
        ) THEN 'isn''t as it was sealed, or the one before it isn''t'
        WHEN seal.shown_in IS DISTINCT FROM CASE WHEN entry.is_public THEN entry.collection END
        THEN 'is shown where it doesn''t belong'
    END AS wrong
FROM sealed_change AS seal
LEFT JOIN sealed_change AS previous ON previous.position = seal.position - 1
LEFT JOIN change AS entry ON entry.id = seal.change_id
WHERE seal.position > $1 ORDER BY seal.position LIMIT $2
"""
_IN_BATCHES = """
WITH batch AS MATERIALIZED ({})
SELECT max(place) AS last, count(*) AS seen, count(wrong) AS wrong,
    (array_agg(what || ' ' || wrong ORDER BY place) FILTER (WHERE wrong IS NOT NULL))[1:{}] AS named
FROM batch
"""
_UNRECORDED = """
SELECT count(*) AS wrong, (array_agg(id))[1:{}] AS named FROM {} AS record
WHERE NOT (organization_id IS NULL AND version = 1)
    AND NOT EXISTS (SELECT FROM change WHERE resource_id = record.id AND version = record.version)
    OR EXISTS (SELECT FROM change WHERE resource_id = record.id AND version > record.version)
"""
_END = "SELECT position, encode(hash, 'hex') AS hash FROM sealed_change ORDER BY 1 DESC LIMIT 1"


@dataclass
class _Tally:
    """What was looked at, and what was wrong with it."""

    seen: int = 0
    wrong: int = 0
    named: tuple[str, ...] = ()

    def add(self, seen: int, wrong: int, named: list[str] | None) -> None:
        """Count a batch."""
        self.seen += seen
        self.wrong += wrong
        self.named = (*self.named, *(named or []))[:NAMED]

    def findings(self) -> list[Finding]:
        """Name what is wrong, and count what is too much to be named."""
        found = [Finding(one, _MEND) for one in self.named]
        more = self.wrong - len(self.named)
        return [*found, Finding(f"and {more} more", _MEND)] if more else found


async def findings(url: str) -> list[Finding]:
    """Verify the whole log; there is one finding when all is well, and otherwise what is not."""
    connection = await connect(url)
    try:
        while await connection.fetchval("SELECT seal_changes($1, true)", BATCH) == BATCH:
            pass
        entries = await _walked(connection, _ENTRIES)
        places = await _walked(connection, _PLACES)
        records = [await _unrecorded(connection, kind) for kind in KINDS.values()]
        wrong = [one for tally in (entries, places, *records) for one in tally.findings()]
        return wrong or [await _all_is_well(connection, entries)]
    finally:
        await connection.close()


async def _walked(connection: asyncpg.Connection, query: str) -> _Tally:
    tally = _Tally()
    last: int | None = 0
    while last is not None:
        row = await connection.fetchrow(_IN_BATCHES.format(query, NAMED), last, BATCH)
        assert row is not None  # noqa: S101 -- it counts
        tally.add(row["seen"], row["wrong"], row["named"])
        last = row["last"]
    return tally


async def _unrecorded(connection: asyncpg.Connection, kind: Any) -> _Tally:  # noqa: ANN401 - Kind.
    """Find records whose present version isn't the last in the log."""
    row = await connection.fetchrow(_UNRECORDED.format(NAMED, kind.table.__tablename__))
    assert row is not None  # noqa: S101 -- it counts
    said = "isn't at the version that the log ends with"
    tally = _Tally()
    tally.add(0, row["wrong"], [f"{kind.collection} {one} {said}" for one in row["named"] or []])
    return tally


async def _all_is_well(connection: asyncpg.Connection, entries: _Tally) -> Finding:
    end = await connection.fetchrow(_END)
    if end is None:
        return Finding("change log (it is empty)")
    position, digest = end
    return Finding(f"change log ({entries.seen} entries; position {position} has hash {digest})")
