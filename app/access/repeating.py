"""Several POSTs that can be repeated, in one transaction: as `retrying` has it for one."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.retrying import FORGOTTEN_AT_ONCE, Attempt, RequestInProgress
from app.foundation.answers import Answered
from app.foundation.problems import Problem
from app.foundation.reads import Query
from app.foundation.writes import Row, run

Result: TypeAlias = Response | Problem
FEW: Final = 2
"""Fewer are done one by one: their statements need no plan for how many there are."""
_LOCKING: Final = Query(
    """
    SELECT pg_try_advisory_xact_lock(hashtextextended(name, 0)) AS is_ours
    FROM unnest(CAST($1 AS text[])) WITH ORDINALITY AS asked (name, place)
    ORDER BY place
    """,
    ("names",),
)
_REMEMBERED: Final = Query(
    """
    SELECT caller, key, fingerprint, status, CAST(headers AS text) AS headers, body, is_sealed
    FROM unnest(CAST($1 AS text[]), CAST($2 AS text[])) AS asked (caller, key)
    JOIN remembered_answer USING (caller, key)
    WHERE expires_at > now()
    """,
    ("callers", "keys"),
)
_KEEPING: Final = """
    WITH given AS (
        SELECT * FROM unnest(
            CAST($1 AS text[]), CAST($2 AS text[]), CAST($3 AS bytea[]), CAST($4 AS int[]),
            CAST($5 AS text[]), CAST($6 AS bytea[]), CAST($7 AS boolean[])
        ) AS one (caller, key, fingerprint, status, headers, body, is_sealed)
    ), gone AS (
        DELETE FROM remembered_answer WHERE (caller, key) IN (
            SELECT caller, key FROM remembered_answer
            WHERE expires_at < now() AND (caller, key) NOT IN (SELECT caller, key FROM given)
            ORDER BY expires_at LIMIT {most} FOR UPDATE SKIP LOCKED
        )
    )
    INSERT INTO remembered_answer
        (caller, key, fingerprint, status, headers, body, is_sealed, expires_at)
    SELECT caller, key, fingerprint, status, CAST(headers AS jsonb), body, is_sealed,
        now() + interval '24 hours'
    FROM given
    ON CONFLICT (caller, key) DO UPDATE SET
        fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
        body = excluded.body, is_sealed = excluded.is_sealed, expires_at = excluded.expires_at
"""
_REMEMBERING: Final = Query(
    _KEEPING.format(most=FORGOTTEN_AT_ONCE),
    ("caller", "key", "fingerprint", "status", "headers", "body", "is_sealed"),
)


async def begin(session: AsyncSession, attempts: Sequence[Attempt]) -> Mapping[str, Result]:
    """Take the locks of attempts, and give what there is to answer already, by their names.

    Each has a name of its own; those that aren't among what is given are to be carried out.
    """
    if len(attempts) < FEW:
        return {one.name: known for one in attempts if (known := await _begun(session, one))}
    locked = await run(session, _LOCKING, {"names": [one.name for one in attempts]})
    asked = {"callers": [one.caller for one in attempts], "keys": [one.key for one in attempts]}
    found = {(row["caller"], row["key"]): row for row in await run(session, _REMEMBERED, asked)}
    done: dict[str, Result] = {}
    for one, row in zip(attempts, locked, strict=True):
        if not row["is_ours"]:
            done[one.name] = RequestInProgress()
        elif (one.caller, one.key) in found:
            done[one.name] = _again(one, found[one.caller, one.key])
    return done


async def remember(session: AsyncSession, answers: Sequence[tuple[Attempt, Response]]) -> None:
    """Keep answers with what was done, and forget some that have expired."""
    if len(answers) < FEW:
        for attempt, answer in answers:
            await attempt.remember(session, answer)
    else:
        rows = [attempt.kept(answer) for attempt, answer in answers]
        await run(session, _REMEMBERING, {name: [row[name] for row in rows] for name in rows[0]})


async def _begun(session: AsyncSession, one: Attempt) -> Result | None:
    try:
        await one.begin(session)
    except Answered as known:
        return known.answer
    except Problem as refused:
        return refused
    return None


def _again(one: Attempt, row: Row) -> Result:
    try:
        return one.again(row)
    except Problem as refused:
        return refused
