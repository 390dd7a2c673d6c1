"""Lists of statements by when they were said, in every order, page by page."""

from datetime import date, timedelta
from itertools import pairwise

import asyncpg
import pytest

from app.documents.listing import Choice, page
from app.documents.shape import View
from app.statements.queries import STATEMENTS
from tests.making import Client, Make

SAID = (
    "2019", "2021-03-04", None, "2020-02", "0987", "2021", "2019-12-31", "2020", "2021-03",
    "2020-01-01", "2022-06-30", "2018-12", "2021-12", "2020-12-31", "1999-01-01", "2020-02-29",
)  # fmt: skip
ORDERS = ["created_at", "-created_at", "said_on", "-said_on", "updated_at", "-updated_at"]


def meant(said: str) -> tuple[date, date]:
    """Tell the first and the last day that a date known in part can mean."""
    year, month, day = (*map(int, said.split("-")), 0, 0)[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        first = date(year, month, 1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return date(year, 1, 1), date(year, 12, 31)


def wanted(said: str | None, since: str | None, until: str | None) -> bool:
    """Say whether something may have been said then."""
    if said is None:
        return False
    first, last = meant(said)
    return (since is None or last >= meant(since)[0]) and (
        until is None or first <= meant(until)[1]
    )


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2020", "2020"), ("2020-02-15", None), (None, "2020-02-10"), ("2019-12", "2021-03-15"),
        ("2021-03-05", "2021-03-05"), (None, "1000"), ("2022-07", None), ("2021", "2020"),
        ("2021-12-15", None), ("0001", "9999"), ("9999", None),
    ],
)  # fmt: skip
async def test_all_that_may_have_been_said_then_is_listed_once_and_in_order(
    make: Make, anonymous: Client, since: str | None, until: str | None
) -> None:
    made = [(await make.statement(said_on=said, visibility="public")).body for said in SAID]
    expected = {one["id"] for one in made if wanted(one["said_on"], since, until)}
    asked = {"said_from": since, "said_until": until}
    given = {name: value for name, value in asked.items() if value is not None}

    for order in ORDERS:
        found = await pages(anonymous, {**given, "sort": order})
        assert sorted(one["id"] for one in found) == sorted(expected), order
        keys = [key(one, order.removeprefix("-")) for one in found]
        assert all(
            one > other if order.startswith("-") else one < other for one, other in pairwise(keys)
        ), order


def key(one: dict[str, str], order: str) -> tuple[str, str]:
    """Tell where something stands in an order."""
    value = meant(one[order])[0].isoformat() if order == "said_on" else one[order]
    return value, one["id"]


async def pages(client: Client, asked: dict[str, str]) -> list[dict[str, str]]:
    """Read a list three at a time; each page says how many there are."""
    found: list[dict[str, str]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(
            "/v1/statements", params={**asked, **cursor, "limit": "3", "count": "true"}
        )
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next"] is None:
            assert page["count"] == {"value": len(found), "exact": True}
            return found
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize(
    ("sort", "filters", "index"),
    [
        ("-created_at", {"said_until": "2020"}, "ix_statement_year"),
        ("created_at", {"said_from": "2020", "said_until": "2021"}, "ix_statement_year"),
        ("said_on", {"said_from": "2020-02"}, "ix_statement_said_in_part"),
    ],
)
async def test_what_was_said_then_is_looked_for_where_it_stands(
    database: asyncpg.Connection, sort: str, filters: dict[str, str], index: str
) -> None:
    assert any(index in line for line in await planned(database, sort, filters))


async def test_what_is_known_in_part_is_found_by_the_days_that_the_month_and_the_year_end_on(
    database: asyncpg.Connection,
) -> None:
    plan = await planned(database, "said_on", {"said_from": "2020-02-11"})

    asked = [plan[at + 1] for at, line in enumerate(plan) if "ix_statement_said_in_part" in line]
    assert len(asked) == 2
    for condition, end in zip(asked, ("2020-12-31", "2020-02-29"), strict=True):
        assert "Index Cond" in condition
        assert f"said_last = '{end}'::date" in condition
        assert "said_first < '2020-02-11'::date" in condition


async def planned(database: asyncpg.Connection, sort: str, filters: dict[str, str]) -> list[str]:
    """Tell how PostgreSQL would find a page among very many."""
    choice = Choice(View.PUBLIC, frozenset(filters), sort, continued=False, counted=False)
    query = page(STATEMENTS, choice)
    async with database.transaction():
        await database.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        values = query.arguments({**filters, "viewer": None, "limit": 21})
        return [row[0] for row in await database.fetch(f"EXPLAIN {query.text}", *values)]
