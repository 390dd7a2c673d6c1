"""A commit that fails is a problem, never a success, and leaves nothing half-written."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.tables import metadata
from app.tables.limit import Allowance
from tests.foundation.answers import problem
from tests.making import Client, Make

LATE = "Too late"
DROPPED = ("DROP TRIGGER fails_late ON speaker", "DROP FUNCTION fail_late()")
REFUSALS = [
    ("check_violation", 422, "invalid-input"),
    ("unique_violation", 409, "conflict"),
    ("foreign_key_violation", 409, "conflict"),
    ("restrict_violation", 409, "conflict"),
    ("serialization_failure", 503, "unavailable"),
    ("deadlock_detected", 503, "unavailable"),
    ("disk_full", 503, "unavailable"),
    ("raise_exception", 500, "internal"),
]


@pytest.fixture
async def failing_late(
    database: asyncpg.Connection, clean: None, request: pytest.FixtureRequest
) -> AsyncIterator[None]:
    """Have the database refuse, no sooner than at the commit, a speaker of a certain name."""
    await database.execute(
        "CREATE FUNCTION fail_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION 'a secret of ours' USING ERRCODE = '{request.param}'; END $$"
    )
    await database.execute(
        "CREATE CONSTRAINT TRIGGER fails_late AFTER INSERT OR UPDATE ON speaker"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        f" WHEN (NEW.name = '{LATE}') EXECUTE FUNCTION fail_late()"
    )
    yield
    for statement in DROPPED:
        await database.execute(statement)


async def counts(database: asyncpg.Connection) -> dict[str, int]:
    """Count the rows of every table, but of the allowances: each minute has one of its own."""
    return {
        table: await database.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
        for table in metadata.tables
        if table != Allowance.__tablename__
    }


@pytest.mark.parametrize(
    ("failing_late", "status", "slug"), REFUSALS, indirect=["failing_late"],
    ids=[name for name, _, _ in REFUSALS],
)  # fmt: skip
async def test_a_failing_commit_is_a_problem_and_nothing_is_written(
    editor: Client,
    make: Make,
    database: asyncpg.Connection,
    failing_late: None,
    status: int,
    slug: str,
) -> None:
    made = await make.speaker()
    hop = {"source": {"kind": "wire", "name": "W"}, "role": "origin", "mode": "summary"}
    nested = {
        "text": "A", "language": "en", "speaker": {"name": LATE}, "appearances": [hop],
        "topics": [{"key": "new", "labels": {"en": "New"}}],
    }  # fmt: skip
    before = await counts(database)

    for answer in (
        await editor.post("/v1/speakers", json={"name": LATE}),
        await editor.post("/v1/statements", json=nested),
        await editor.patch(made.path, json={"name": LATE}, headers=made.if_match),
    ):
        body = problem(answer, status, slug)
        assert "Location" not in answer.headers
        assert "ETag" not in answer.headers
        assert "a secret of ours" not in answer.text
        assert "fail_late" not in body["detail"]
        assert ("Retry-After" in answer.headers) == (status == 503)

    assert await counts(database) == before
    assert (await editor.get(made.path)).json() == made.body


async def test_after_a_failing_commit_the_next_write_works(
    editor: Client, make: Make, database: asyncpg.Connection
) -> None:
    before = (await editor.get("/v1/speakers?count=true")).json()["count"]["value"]

    refused = await editor.post("/v1/speakers", json={"name": "A", "ref": "same"})
    again = await editor.post("/v1/speakers", json={"name": "B", "ref": "same"})
    other = await editor.post("/v1/speakers", json={"name": "C", "ref": "another"})

    assert (refused.status_code, other.status_code) == (201, 201)
    problem(again, 409, "conflict")
    after = (await editor.get("/v1/speakers?count=true")).json()["count"]["value"]
    assert after == before + 2
