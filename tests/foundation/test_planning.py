"""PostgreSQL plans a page of a list a few times, and keeps that plan from then on.

It plans a prepared query anew for each run as long as that seems cheaper than a plan that holds
for all values; for a page, planning takes longer than finding it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import asyncpg
import pytest

from app.corrections.queries import CORRECTIONS
from app.documents.listing import Choice, Listing, page
from app.documents.shape import View
from app.sources.queries import SOURCES
from app.speakers.queries import SPEAKERS
from app.statements.queries import STATEMENTS
from app.topics.queries import TOPICS
from app.verdicts.queries import VERDICTS
from bench import generate

ALWAYS_ANEW = 5
"""So many runs are planned anew in any case (PostgreSQL's plancache.c)."""
RUNS = 12
ROWS = 1_000
LISTINGS = (STATEMENTS, SPEAKERS, SOURCES, VERDICTS, TOPICS, CORRECTIONS)


def sorted_listings() -> Iterator[tuple[Listing, str]]:
    """Give each list in each of its orders."""
    for listing in LISTINGS:
        for order in listing.orders:
            yield listing, order
            yield listing, f"-{order}"


FILTERED: Mapping[str, Any] = {
    "has_verdict": True,
    "normalized_rating": "false",
    "rating": "true",
    "state": "open",
}


@pytest.fixture
async def populated(clean: None, database: asyncpg.Connection) -> None:
    """Have so many statements that it matters how they are found."""
    await generate.generate(database, ROWS)
    tables = ", ".join(listing.kind.table.__tablename__ for listing in LISTINGS)
    await database.execute(f"ANALYZE {tables}")


async def test_a_page_of_any_list_in_any_order_is_planned_once_and_for_all(
    populated: None, database: asyncpg.Connection
) -> None:
    anew = {
        f"{listing.kind.collection} by {sort}": await planned_anew(database, listing, sort, {})
        for listing, sort in sorted_listings()
    }

    assert anew == dict.fromkeys(anew, ALWAYS_ANEW)


@pytest.mark.parametrize("name", FILTERED)
async def test_a_page_of_statements_that_are_filtered_so_is_too(
    populated: None, database: asyncpg.Connection, name: str
) -> None:
    given = {name: FILTERED[name]}

    assert await planned_anew(database, STATEMENTS, "-created_at", given) == ALWAYS_ANEW


async def planned_anew(
    database: asyncpg.Connection, listing: Listing, sort: str, given: Mapping[str, Any]
) -> int:
    """Read a page some times; tell how often it was planned anew."""
    choice = Choice(View.PUBLIC, frozenset(given), sort, continued=False, counted=False)
    query = page(listing, choice)
    prepared = await database.prepare(query.text)
    for _ in range(RUNS):
        await prepared.fetch(*query.arguments({"viewer": None, "limit": 21, **given}))
    plans = await database.fetchrow(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = $1",
        prepared.get_name(),
    )
    assert plans is not None
    assert plans["generic_plans"] + plans["custom_plans"] == RUNS
    anew: int = plans["custom_plans"]
    return anew
