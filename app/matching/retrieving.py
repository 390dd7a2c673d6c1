"""The lexical leg: which statements share the words of a query, by BM25 over postings.

What is read for a query is bounded. Of its words, the rarest are read first, whole; when as many
postings as may be were read, of each word that is left only the newest statements are. So a query
of common words costs no more than one of rare ones, however many statements there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from time import monotonic
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Float, Integer, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.documents.shape import View
from app.documents.statement import STATEMENT
from app.finding.postings import SCALE, number
from app.foundation.reads import Query, ReadPool, compiled
from app.tables.matching import StatementTerms
from app.tables.statement import Statement

MOST_COUNTED: Final = 1000
"""Of how many terms of a query it is looked up how rare they are."""
MOST_TERMS: Final = 128
"""By how many of them, those that are worth most, statements are found."""
BUDGET: Final = 20_000
"""How many postings are read whole, term by term; together with the newest of what is left."""
NEWEST: Final = 200
COMMON: Final = 1000
"""From how many statements on it is remembered for a while that so many have a term."""
COUNTED: Final = 100_000
"""To how many a term's statements are counted: whatever has more is as common."""
KEPT: Final = 600.0
"""Seconds for which it is known how many have a common term."""
AMOUNT_KEPT: Final = 10.0
"""Seconds for which it is known how many statements there are."""
GROWN: Final = 0.1
"""By what share of all statements their number may differ for a term's to be known still."""
MOST_KEPT: Final = 100_000
GATHERED: Final = 1000
"""Of how many statements, the best, it is looked up who may see them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a query, and what one occurrence of each is worth: its weight times its idf."""

    factors: Mapping[int, float]
    most: Mapping[int, int]

    def lexical(self, terms: Iterable[int], weights: Iterable[int]) -> float:
        """Give the BM25 of a statement with these terms."""
        worth = self.factors.get
        return sum(
            worth(term, 0.0) * weight for term, weight in zip(terms, weights, strict=True)
        ) / SCALE  # fmt: skip


class Retriever:
    """Finds statements by the words that they share with queries."""

    def __init__(self, reads: ReadPool) -> None:
        """Ask over these connections."""
        self._reads = reads
        self._common: dict[int, _Counted] = {}
        self._amount = 0.0
        self._looked_at = float("-inf")

    async def terms(self, queries: Iterable[Mapping[str, float]]) -> list[Terms]:
        """Find out what the lexemes of queries, with their weights, are worth here."""
        asked = [_counting_most(one) for one in queries]
        every = {term for one in asked for term in one}
        amount = await self._statements()
        counts = await self._counts(every, amount)
        return [_valued(one, counts, amount) for one in asked]

    async def best(self, terms: Terms, view: View, viewer: UUID | None, *, most: int) -> list[UUID]:
        """Give the statements that share most with a query, and that the viewer may see."""
        values = {
            "terms": list(terms.most),
            "factors": [terms.factors[term] for term in terms.most],
            "most": list(terms.most.values()),
            "viewer": viewer,
            "wanted": most,
        }
        rows = await self._reads.rows(_best(view), values) if terms.most else []
        return [row["id"] for row in rows]

    async def _statements(self) -> float:
        """Tell how many statements there are; of many, as roughly as the planner does."""
        if self._looked_at + AMOUNT_KEPT < monotonic():
            row = await self._reads.row(_AMOUNT, {})
            self._amount = float(row["amount"]) if row is not None else 0.0
            self._looked_at = monotonic()
        return self._amount

    async def _counts(self, terms: set[int], amount: float) -> dict[int, int]:
        """Tell how many of so many statements have each term; what many have was counted lately."""
        now = monotonic()
        known = {
            term: self._common[term].has_it
            for term in terms
            if term in self._common and self._common[term].holds(now, amount)
        }
        unknown = list(terms - known.keys())
        rows = await self._reads.rows(_COUNTS, {"terms": unknown}) if unknown else []
        if len(self._common) + len(rows) > MOST_KEPT:
            self._common.clear()
        found = {row["term"]: row["amount"] for row in rows}
        self._common |= {
            term: _Counted(has_it, amount, now + KEPT)
            for term, has_it in found.items()
            if has_it >= COMMON
        }
        return known | found


class _Counted(NamedTuple):
    """How many had a term among how many statements, and until when that is believed."""

    has_it: int
    among: float
    until: float

    def holds(self, now: float, amount: float) -> bool:
        """Say whether it is believed still: many may have come since, in an import."""
        return now < self.until and abs(amount - self.among) <= GROWN * amount


def _counting_most(lexemes: Mapping[str, float]) -> dict[int, float]:
    """Take those that count most, as numbers."""
    ordered = sorted(lexemes.items(), key=lambda one: -one[1])
    return {number(lexeme): weight for lexeme, weight in ordered[:MOST_COUNTED]}


def _valued(asked: Mapping[int, float], counts: Mapping[int, int], amount: float) -> Terms:
    """Say what each term is worth, and of how many of its postings are read."""
    factors = {
        term: weight * _idf(counts[term], max(amount, counts[term]))
        for term, weight in asked.items()
    }
    worth_most = sorted((one for one in asked if counts[one]), key=lambda one: -factors[one])
    most, left = {}, BUDGET
    for term in sorted(worth_most[:MOST_TERMS], key=lambda one: counts[one]):
        most[term] = max(left, NEWEST) if counts[term] <= left else NEWEST
        left -= min(counts[term], left)
    return Terms(factors, most)


def _idf(has_it: int, amount: float) -> float:
    return log(1 + (amount - has_it + 0.5) / (has_it + 0.5))


_COUNTS = compiled(
    select(
        text("asked.term"),
        text(
            "(SELECT count(*) FROM (SELECT FROM posting WHERE posting.term = asked.term"
            " LIMIT :counted) AS had) AS amount"
        ).bindparams(counted=COUNTED),
    ).select_from(text("unnest(CAST(:terms AS bigint[])) AS asked (term)"))
)
_AMOUNT = compiled(
    select(
        text(
            "CASE WHEN known.reltuples > 10000 THEN known.reltuples / known.relpages"
            " * (pg_relation_size(known.oid) / current_setting('block_size')::int)"
            " ELSE (SELECT count(*) FROM statement_terms) END AS amount"
        )
    ).select_from(text("pg_class AS known WHERE known.oid = 'statement_terms'::regclass"))
)


@cache
def _best(view: View) -> Query:
    """Compile the SELECT of the best by BM25, of which a view shows some."""
    ranked = (
        text(
            """
            SELECT found.no, sum(found.weight * asked.factor) AS worth
            FROM unnest(CAST(:terms AS bigint[]), CAST(:factors AS float8[]),
                CAST(:most AS int[])) AS asked (term, factor, most)
            CROSS JOIN LATERAL (
                SELECT no, weight FROM posting WHERE posting.term = asked.term
                ORDER BY no DESC LIMIT asked.most
            ) AS found
            GROUP BY found.no ORDER BY worth DESC, found.no DESC LIMIT :gathered
            """
        )
        .bindparams(
            bindparam("terms", type_=ARRAY(BigInteger())),
            bindparam("factors", type_=ARRAY(Float())),
            bindparam("most", type_=ARRAY(Integer())),
            gathered=GATHERED,
        )
        .columns(no=BigInteger(), worth=Float())
        .cte("ranked")
    )
    rows: Any = (
        select(Statement.id)
        .select_from(ranked)
        .join(StatementTerms, StatementTerms.no == ranked.c.no)
        .join(Statement, Statement.id == StatementTerms.statement_id)
        .where(STATEMENT.visible(view), Statement.archived_at.is_(None))
    )
    return compiled(
        rows.order_by(ranked.c.worth.desc(), ranked.c.no.desc()).limit(
            bindparam("wanted", type_=Integer())
        )
    )
