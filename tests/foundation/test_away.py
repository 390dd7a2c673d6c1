"""The database away, too slow or too busy: 503 with Retry-After, and no restart is needed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from httpx2 import ASGITransport, Response
from pydantic import SecretStr

from app.foundation import embedded, migrations
from app.foundation.settings import Settings
from app.keys.first_start import first_start
from app.main import create_app
from tests.foundation.answers import problem
from tests.making import Client, Make

Serving = Callable[..., AbstractAsyncContextManager[Client]]
NEW = {"name": "A"}
CLOSED = "postgresql://nobody:hidden@127.0.0.1:9/nothing"


@asynccontextmanager
async def serving(settings: Settings, key: str | None, **changed: object) -> AsyncIterator[Client]:
    """Run an application of its own."""
    app = create_app(settings.model_copy(update=changed))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        app.router.lifespan_context(app),
        Client(transport=ASGITransport(app), base_url="http://test", headers=headers) as client,
    ):
        yield client


def away(answer: Response) -> None:
    """See that an answer asks to try again, and tells nothing about the database."""
    body = problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    for told in ("hidden", "socket", "127.0.0.1", "asyncpg", "onrecord"):
        assert told not in body["detail"]


async def test_a_database_that_was_never_there_is_503(settings: Settings) -> None:
    async with serving(settings, "onr_x", database_url=SecretStr(CLOSED)) as client:
        away(await client.get("/v1/statements"))
        away(await client.post("/v1/speakers", json=NEW))
        away(await client.get("/readyz"))
        del client.headers["Authorization"]
        away(await client.get("/v1/statements"))
        assert (await client.get("/healthz")).status_code == 200
        problem(await client.get("/v1/nowhere"), 404, "not-found")


async def test_a_database_that_goes_away_is_503_until_it_is_back(
    settings: Settings, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with embedded.running(data) as url:
        await migrations.upgrade(url)
        key = await first_start(url, settings)
        running = serving(settings, key, database_url=SecretStr(url), pool_timeout=2.0)
        client = await running.__aenter__()
        assert (await client.get("/v1/statements")).status_code == 200
        made = await client.post("/v1/speakers", json=NEW)
    path = made.headers["Location"]

    for _ in range(3):
        away(await client.get("/v1/statements"))
        away(await client.get(path))
        away(await client.post("/v1/speakers", json=NEW))
        away(await client.patch(path, json={"name": "B"}, headers={"If-Match": "*"}))
        away(await client.get("/readyz"))
    assert (await client.get("/healthz")).status_code == 200

    with embedded.running(data) as back:
        assert back == url
        for _ in range(3):
            assert (await client.get("/readyz")).status_code == 200
            assert (await client.get(path)).json()["name"] == "A"
            assert (await client.post("/v1/speakers", json=NEW)).status_code == 201
        assert len((await client.get("/v1/speakers")).json()["items"]) == 4
        await running.__aexit__(None, None, None)


@pytest.fixture
async def locked(database_url: str, clean: None) -> AsyncIterator[asyncpg.Connection]:
    """Have another connection, which takes locks and lets them go at the end."""
    connection = await asyncpg.connect(database_url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    if not connection.is_closed():
        await connection.close()


async def test_a_query_that_takes_too_long_is_503(
    settings: Settings, keys: dict[str, str], make: Make, locked: asyncpg.Connection
) -> None:
    made = await make.speaker()
    async with serving(settings, keys["editor"], statement_timeout=0.2) as client:
        await client.get("/v1/topics")
        await locked.execute("LOCK TABLE speaker IN ACCESS EXCLUSIVE MODE")

        read = await client.get(made.path)
        written = await client.patch(made.path, json={"name": "B"}, headers={"If-Match": "*"})

        away(read)
        away(written)
        await locked.close()
        assert (await client.get(made.path)).json() == made.body


async def test_readers_who_find_no_free_connection_get_503(
    settings: Settings, make: Make, locked: asyncpg.Connection
) -> None:
    made = await make.speaker()
    async with serving(settings, None, read_pool_size=1, pool_timeout=0.2) as client:
        await locked.execute("LOCK TABLE speaker IN ACCESS EXCLUSIVE MODE")
        first = asyncio.create_task(client.get(made.path))
        await asyncio.sleep(0.1)

        away(await client.get("/v1/topics"))

        await locked.close()
        assert (await first).status_code == 200
        assert (await client.get("/v1/topics")).status_code == 200


async def test_writers_who_find_no_free_connection_get_503_and_readers_go_on(
    settings: Settings, keys: dict[str, str], make: Make, locked: asyncpg.Connection
) -> None:
    made = await make.speaker()
    async with serving(settings, keys["editor"], write_pool_size=1, pool_timeout=0.2) as client:
        await client.get("/v1/topics")
        await locked.execute("SELECT FROM speaker FOR UPDATE")
        first = asyncio.create_task(
            client.patch(made.path, json={"name": "B"}, headers={"If-Match": "*"})
        )
        await asyncio.sleep(0.1)

        away(await client.post("/v1/topics", json={"key": "k", "labels": {"en": "K"}}))
        assert (await client.get(made.path)).json() == made.body

        await locked.close()
        assert (await first).json()["name"] == "B"
        assert (await client.post("/v1/speakers", json=NEW)).status_code == 201


async def test_connections_that_the_database_cuts_are_replaced(
    settings: Settings, keys: dict[str, str], database: asyncpg.Connection, clean: None
) -> None:
    async with serving(settings, keys["editor"]) as client:
        assert (await client.post("/v1/speakers", json=NEW)).status_code == 201

        await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE 'onrecord%'"
        )
        await asyncio.sleep(0.1)

        assert (await client.post("/v1/speakers", json=NEW)).status_code == 201
        assert (await client.get("/v1/speakers")).status_code == 200


async def test_not_ready_while_the_database_has_another_shape(
    anonymous: Client, database: asyncpg.Connection
) -> None:
    current = await database.fetchval("SELECT version_num FROM alembic_version")
    await database.execute("UPDATE alembic_version SET version_num = 'another'")

    answer = await anonymous.get("/readyz")

    await database.execute("UPDATE alembic_version SET version_num = $1", current)
    body = problem(answer, 503, "unavailable")
    assert "not migrated" in body["detail"]
    assert answer.headers["Retry-After"] == "5"
