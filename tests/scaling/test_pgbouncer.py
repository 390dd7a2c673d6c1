"""Through PgBouncer in transaction mode: two sessions of the database for all connections."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import mkdtemp

import asyncpg
import pytest

from app.foundation.problems import Unavailable
from app.foundation.reads import Query
from tests.programs import Program, needed
from tests.scaling.conftest import Counted, Service, Serving
from tests.scaling.pgbouncer import Pooler, carries_statements
from tests.scaling.servers import Pair
from tests.setup.processes import Onrecord

_SETTINGS = ("transaction_read_only", "jit", "statement_timeout", "TimeZone", "plan_cache_mode")
SHOWN = Query(
    "SELECT " + ", ".join(f"current_setting('{name}') AS {name.lower()}" for name in _SETTINGS), ()
)


@pytest.fixture(scope="session")
def program() -> Program:
    """Have a PgBouncer; only outside of CI may a machine have none."""
    return needed("pgbouncer")


@pytest.fixture(scope="module", params=["unprepared", "prepared"])
def how(request: pytest.FixtureRequest, program: Program) -> str:
    """Name how statements come through."""
    chosen: str = request.param
    if chosen == "prepared" and not carries_statements(program):
        pytest.skip("needs a PgBouncer from 1.21 on: this one carries no prepared statements")
    return chosen


@pytest.fixture(scope="module")
def pooler(program: Program, pair: Pair, how: str, place: Path) -> Iterator[Pooler]:
    """Have a PgBouncer before the primary."""
    folder = Path(mkdtemp(dir=place))
    made = Pooler(program, folder, pair.primary, how == "prepared").start()
    yield made
    made.stop()


@pytest.fixture
async def pooled(serving: Serving, pooler: Pooler, pair: Pair, how: str) -> AsyncIterator[Service]:
    """Have a service whose connections all lead through it, by the dozen."""
    async with serving(
        pooler.url, pooler=how, direct_url=pair.primary.url, read_pool_size=12, write_pool_size=12
    ) as service:
        yield service


async def test_the_whole_of_it_works(pooled: Service) -> None:
    editor, public = await pooled.caller("editor"), await pooled.caller(None)

    async def live(no: int) -> None:
        name = f"Person {no}"
        key = {"Idempotency-Key": f"through-{no}-{id(pooled)}"}
        added = await editor.post(
            "/v1/speakers", json={"kind": "person", "name": name}, headers=key
        )
        assert added.status_code == 201, added.text
        path = f"/v1/speakers/{added.json()['id']}"
        changed = await editor.patch(
            path, json={"description": name}, headers={"If-Match": added.headers["ETag"]}
        )
        assert changed.status_code == 200, changed.text
        assert (await public.get(path)).json()["description"] == name
        asked = ("/v1/speakers", "/v1/search?q=border", "/v1/changes", "/v1/statements?q=border")
        for path in asked:
            assert (await public.get(path)).status_code == 200

    await asyncio.gather(*(live(no) for no in range(12)))

    assert (await public.get("/v1/export?format=ndjson")).text.endswith("}\n")
    assert (await public.get("/readyz")).status_code == 200


async def test_settings_hold_for_reads_and_for_nobody_else(pooled: Service, pooler: Pooler) -> None:
    database = pooled.database
    shown = await asyncio.gather(
        *(pool.row(SHOWN, {}) for pool in (database.reads, database.searches) for _ in range(12))
    )

    reads, searches = dict(shown[0] or {}), dict(shown[-1] or {})
    assert reads == {
        "transaction_read_only": "on",
        "jit": "off",
        "statement_timeout": "10s",
        "timezone": "UTC",
        "plan_cache_mode": "auto",
    }
    assert searches == {**reads, "plan_cache_mode": "force_generic_plan"}
    assert {tuple(row.items()) for row in shown if row} == {
        tuple(reads.items()), tuple(searches.items())
    }  # fmt: skip
    other = await asyncpg.connect(pooler.url, statement_cache_size=0)
    for _ in range(6):
        left = await other.fetchrow(SHOWN.text)
        assert left is not None
        assert (left["transaction_read_only"], left["statement_timeout"]) == ("off", "0")
    await other.close()


async def test_settings_hold_for_writes(pooled: Service) -> None:
    async with pooled.database.sessions.begin() as session:
        connection = await session.connection()
        found = (await connection.exec_driver_sql(SHOWN.text)).one()

    assert tuple(found) == ("off", "off", "10s", "UTC", "auto")


async def test_reads_cannot_write(pooled: Service) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await pooled.database.reads.row(Query("DELETE FROM speaker RETURNING id", ()), {})

    assert await pooled.database.reads.row(SHOWN, {}) is not None


async def test_a_slow_read_and_one_that_is_left_give_their_sessions_back(
    serving: Serving, pooler: Pooler, pair: Pair, how: str
) -> None:
    given = {"pooler": how, "direct_url": pair.primary.url, "statement_timeout": 0.5}
    async with serving(pooler.url, **given) as service:
        reads, slow = service.database.reads, Query("SELECT pg_sleep(5)", ())

        with pytest.raises(Unavailable):
            await reads.row(slow, {})
        for _ in range(4):
            left = asyncio.create_task(reads.row(slow, {}))
            await asyncio.sleep(0.05)
            left.cancel()
            with pytest.raises(asyncio.CancelledError):
                await left

        rows = await asyncio.gather(*(reads.row(SHOWN, {}) for _ in range(8)))
        assert all(row and row["statement_timeout"] == "500ms" for row in rows)


async def test_a_replica_answers_through_it_too(
    serving: Serving, program: Program, pooler: Pooler, pair: Pair, how: str, place: Path
) -> None:
    folder = Path(mkdtemp(dir=place))
    before_replica = Pooler(program, folder, pair.replica, how == "prepared").start()
    given = {"pooler": how, "direct_url": pair.primary.url, "replica_url": before_replica.url}
    try:
        async with serving(pooler.url, **given) as service:
            await service.look()
            editor, public = await service.caller("editor"), await service.caller(None)
            counted = Counted()
            new = {"kind": "person", "name": "Through two"}
            answer = await editor.post("/v1/speakers", json=new)
            told = {"Onrecord-Written": answer.headers["Onrecord-Written"]}
            path = f"/v1/speakers/{answer.json()['id']}"

            assert (await public.get(path, headers=told)).json()["name"] == "Through two"
            assert (await public.get("/v1/search?q=border")).status_code == 200
            assert counted.by()["replica"] >= 1
    finally:
        before_replica.stop()


async def test_the_service_starts_through_it(
    pooler: Pooler, pair: Pair, how: str, tmp_path: Path
) -> None:
    command = Onrecord(tmp_path, tmp_path / "data")
    given = {
        "DATABASE_URL": pooler.url,
        "ONRECORD_POOLER": how,
        "ONRECORD_DIRECT_URL": pair.primary.url,
    }
    try:
        assert "Nothing to migrate" in command.run("migrate", **given)[1]
        serving = command.serve(**given)
        assert serving.get("/readyz") == 200
        assert serving.get("/v1/statements") == 200
        assert serving.stop() == 0
    finally:
        command.end_all()
