"""What is measured on: generated data is such as the service itself would have made."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport

from bench import generate, tutorial
from tests.house.seen import Seen
from tests.making import Client, Json

ROOT = Path(__file__).resolve().parents[2]
STATEMENTS = 50
FEW = ("--statements", "400", "--rounds", "1", "--seconds", "0.2", "--no-write")
MEASURED = (
    *("**one statement**", "one statement, Django REST Framework", "hello world"),
    *("a new statement, pgbench", "**a new statement**", "a new statement, the tutorial way"),
    *("**common words**", "**the mix**", "the mix, the tutorial way", "the mix, seven facets"),
    *(
        "a suggestion",
        "one statement, on 8 connections",
        "p99 of common words, times that of rare ones",
    ),
)
COLLECTIONS = {
    "verdicts": "Verdict",
    "speakers": "Speaker",
    "sources": "Source",
    "topics": "Topic",
}


@pytest.fixture
async def generated(clean: None, database: asyncpg.Connection) -> None:
    """Have generated data."""
    await generate.generate(database, STATEMENTS)


@pytest.fixture
async def taught(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    """Have a caller of the service that is written the tutorial way."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    async with Client(transport=ASGITransport(tutorial.app), base_url="http://test") as client:
        yield client
    await tutorial.engine.dispose()


async def everything(client: Client, collection: str) -> list[Json]:
    found: list[Json] = []
    following = ""
    while True:
        answer = await client.get(f"/v1/{collection}?limit=100{following}")
        assert answer.status_code == 200
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        following = f"&cursor={answer.json()['next']}"


async def test_every_generated_statement_is_served_and_as_its_schema_says(
    generated: None, app: FastAPI, anonymous: Client
) -> None:
    seen = Seen(app.openapi())

    for number in range(1, STATEMENTS + 1):
        answer = await anonymous.get(f"/v1/statements/{generate.statement_id(number)}")

        assert answer.status_code == 200
        seen.look("Statement", answer.json())


@pytest.mark.parametrize(("collection", "component"), COLLECTIONS.items())
async def test_what_is_generated_with_statements_is_as_its_schema_says(
    collection: str, component: str, generated: None, app: FastAPI, anonymous: Client
) -> None:
    seen = Seen(app.openapi())
    found = await everything(anonymous, collection)

    assert found
    for document in found:
        seen.look(component, document)


async def test_generated_statements_have_parts_of_every_sort(
    generated: None, anonymous: Client
) -> None:
    found = await everything(anonymous, "statements")

    assert {len(each["appearances"]) for each in found} == {1, 2, 3}
    assert {len(each["quantities"]) for each in found} == {0, 1, 2}
    for part in ("translations", "topics", "verdicts"):
        assert {bool(each[part]) for each in found} == {True, False}, part
    verdicts = sum(len(each["verdicts"]) for each in found)
    assert verdicts == pytest.approx(STATEMENTS, rel=0.1)


async def test_the_same_number_of_statements_is_the_same_data(
    generated: None, database: asyncpg.Connection
) -> None:
    digest = "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM appearance t"
    before = await database.fetchval(digest)
    await database.execute("DELETE FROM appearance")
    numbers = generate.amounts(STATEMENTS)

    await database.execute(generate.APPEARANCES.format(**numbers))

    assert await database.fetchval(digest) == before


async def test_the_tutorial_way_answers_what_the_service_answers(
    generated: None, anonymous: Client, taught: Client
) -> None:
    for number in range(1, STATEMENTS + 1):
        path = f"/v1/statements/{generate.statement_id(number)}"
        assert (await taught.get(path)).json() == (await anonymous.get(path)).json()

    path = f"/v1/statements?speaker_id={generate.speaker_id(1)}&sort=-said_on&limit=20"
    ours = (await anonymous.get(path)).json()["items"]
    assert (await taught.get(path)).json()["items"] == ours
    assert len(ours) == 20


def test_the_bench_runs_on_few_statements_and_prints_its_tables() -> None:
    for installed in ("wordfreq", "django", "rest_framework", "gunicorn"):
        pytest.importorskip(installed, reason="it is installed by `make bench` alone")
    command = [sys.executable, "-m", "bench", *FEW]

    # Coverage would follow into everything that it starts, and make it twice as slow.
    uncovered = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        command, cwd=ROOT, env=uncovered, capture_output=True, text=True, check=False
    )

    # With so few statements it misses its targets, which is 1.
    assert done.returncode in {0, 1}, done.stderr
    for what in MEASURED:
        assert f"| {what} |" in done.stdout, done.stderr
