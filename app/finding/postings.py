"""Keeping the terms by which statements are matched: in the transaction that analyses them.

A term is weighed as BM25 does it (Robertson and Zaragoza, 2009), with k1 = 1.2 and b = 0.75. Only
the length of an average statement is fixed, so that no weight changes when others come.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.finding.inputs import claim_passages
from app.foundation.reads import Query
from app.foundation.writes import run_now
from app.words import claims

SCALE: Final = 10_000
"""Weights are kept as whole numbers: so many to one."""
AVERAGE: Final = 30
"""How many words a statement and what sums it up have, on average."""
_SATURATION: Final = 1.2
_BY_LENGTH: Final = 0.75


def number(lexeme: str) -> int:
    """Give the number that stands for a lexeme, the same in all databases, and for ever."""
    digest = hashlib.blake2b(lexeme.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def weight(frequency: float, length: int) -> int:
    """Weigh a term that a text of so many words has so often."""
    by_length = 1 - _BY_LENGTH + _BY_LENGTH * length / AVERAGE
    return round(SCALE * frequency * (_SATURATION + 1) / (frequency + _SATURATION * by_length))


def weights(texts: Mapping[str, Any]) -> dict[int, int]:
    """Weigh the terms of what is read of a statement."""
    frequencies, length = claims.of_document(claim_passages(texts))
    return {number(lexeme): weight(often, length) for lexeme, often in frequencies.items()}


def keep(session: Session, found: Sequence[tuple[UUID, Mapping[int, int]]]) -> None:
    """Write down the terms of statements, and the postings in which that differs from before."""
    if len(found) == 1:
        only, of_it = found[0]
        alone = {"id": only, "terms": list(of_it), "weights": list(of_it.values())}
        run_now(session, _KEPT_ALONE, alone)
        return
    terms: list[int] = []
    weighed: list[int] = []
    ends: list[int] = []
    for _, one in found:
        terms += one
        weighed += one.values()
        ends.append(len(terms))
    begins = [0, *ends][: len(ends)]
    given = {
        "ids": [one for one, _ in found],
        "begins": [at + 1 for at in begins],
        "ends": ends,
        "terms": terms,
        "weights": weighed,
    }
    run_now(session, _KEPT, given)


def forget(session: Session, ids: Sequence[UUID]) -> None:
    """Take statements out of what is matched."""
    run_now(session, _FORGOTTEN, {"ids": list(ids)})


_GIVEN: Final = """
    SELECT id,
        (CAST($4 AS bigint[]))[first : last] AS terms,
        (CAST($5 AS smallint[]))[first : last] AS weights
    FROM unnest(CAST($1 AS uuid[]), CAST($2 AS int[]), CAST($3 AS int[])) AS one (id, first, last)
"""
_GIVEN_ALONE: Final = """
    SELECT CAST($1 AS uuid) AS id, CAST($2 AS bigint[]) AS terms, CAST($3 AS smallint[]) AS weights
"""
_KEPT_OF: Final = """
    WITH given AS (
        {given}
    ), before AS (
        SELECT no, known.terms, known.weights
        FROM statement_terms AS known JOIN given ON given.id = known.statement_id
    ), kept AS (
        INSERT INTO statement_terms (statement_id, terms, weights)
        SELECT id, terms, weights FROM given
        ON CONFLICT (statement_id) DO UPDATE
        SET terms = excluded.terms, weights = excluded.weights
        WHERE (statement_terms.terms, statement_terms.weights)
            IS DISTINCT FROM (excluded.terms, excluded.weights)
        RETURNING no, terms, weights
    ), dropped AS (
        DELETE FROM posting
        USING before JOIN kept USING (no), unnest(before.terms) AS old (term)
        WHERE posting.term = old.term AND posting.no = before.no
            AND NOT old.term = ANY (kept.terms)
    )
    INSERT INTO posting (term, no, weight)
    SELECT one.term, no, one.weight FROM kept, unnest(terms, weights) AS one (term, weight)
    ON CONFLICT (term, no) DO UPDATE SET weight = excluded.weight
    WHERE posting.weight <> excluded.weight
"""
"""Keeps terms: all of it in one round trip."""
_KEPT: Final = Query(_KEPT_OF.format(given=_GIVEN), ("ids", "begins", "ends", "terms", "weights"))
_KEPT_ALONE: Final = Query(_KEPT_OF.format(given=_GIVEN_ALONE), ("id", "terms", "weights"))
"""Does so for one statement; what has arrays of statements, PostgreSQL plans anew each time."""
_FORGOTTEN: Final = Query(
    """
    WITH gone AS (
        DELETE FROM statement_terms WHERE statement_id = ANY (CAST($1 AS uuid[]))
        RETURNING no, terms
    )
    DELETE FROM posting USING gone, unnest(gone.terms) AS old (term)
    WHERE posting.term = old.term AND posting.no = gone.no
    """,
    ("ids",),
)
