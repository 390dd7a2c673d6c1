"""What every test stands on: a real Postgres, the application in this process, callers, a factory.

Tests commit for real. What they wrote is deleted when they are done, so that each begins with the
same: one organisation with a key for each role, another organisation, and what migrations seed.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport

from app.foundation import embedded, migrations
from app.foundation.settings import Settings
from app.keys.first_start import create_key, first_start
from app.main import create_app
from app.tables import metadata
from app.tables.api_key import Role
from tests.making import Client, Make
from tests.webhooks.receiving import Receiver

SECRET = "a secret for the tests, of more than 32 characters"
OTHERS = "Another newsroom"
SLOW = {"setup", "bench", "clients", "caching", "docs", "scaling"}
"""Folders of tests that start processes of their own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests, so that no process of the run is left alone with them."""
    items.sort(key=lambda item: item.path.parent.name not in SLOW)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run every test in one uvloop, so that pools live as long as the session."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Have a Postgres running, one for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with embedded.running(shared / "data") as url:
        yield url


@pytest.fixture(scope="session")
async def database_url(postgres: str) -> str:
    """Have a migrated database of this process's own."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    connection = await asyncpg.connect(postgres)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    await connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await connection.close()
    url = postgres.replace("/onrecord?", f"/{name}?", 1)
    await migrations.upgrade(url)
    return url


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Have the settings of the application under test."""
    data_dir: Path = tmp_path_factory.mktemp("service")
    given: dict[str, Any] = {
        "database_url": database_url, "secret": SECRET, "data_dir": data_dir, "log_level": "error",
        "rate_limit_failures": 1_000_000, "rate_limit_correction_requests": 1_000_000,
        "seal_every": 0, "publish_every": 0, "search_every": 0,
        "import_every": 0, "embed_every": 0, "suggest_every": 0,
        "webhook_every": 0, "webhook_hosts": ("127.0.0.1", "localhost"), "webhook_timeout": 2,
    }  # fmt: skip
    return Settings(**given)


@pytest.fixture(scope="session")
async def keys(database_url: str, settings: Settings) -> dict[str, str]:
    """Have a key for each role, each of another person, and one of a stranger's."""
    made = await first_start(database_url, settings)
    assert made is not None
    secrets = {"admin": made}
    for role in Role:
        if role is not Role.ADMIN:
            secrets[role.value] = await create_key(
                database_url,
                name=f"{role.value}'s key",
                role=role.value,
                person=role.value.capitalize(),
                organization=None,
                expires_at=None,
            )
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "INSERT INTO organization (id, name, second_person) VALUES (gen_random_uuid(), $1, false)",
        OTHERS,
    )
    await connection.close()
    secrets["stranger"] = await create_key(
        database_url, name="Stranger", role="admin", person=None, organization=OTHERS,
        expires_at=None,
    )  # fmt: skip
    return secrets


@pytest.fixture(scope="session")
async def database(database_url: str, keys: dict[str, str]) -> AsyncIterator[asyncpg.Connection]:
    """Have a connection as the service's own role, to look behind and to clean up."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def seeded(database: asyncpg.Connection) -> dict[str, list[Any]]:
    """Remember what was there before the first test."""
    tables = ("organization", "api_key", "rating_scale", "rating", "measure")
    return {
        table: [row["id"] for row in await database.fetch(f"SELECT id FROM {table}")]  # noqa: S608
        for table in tables
    }


@pytest.fixture(scope="session")
async def app(settings: Settings, seeded: dict[str, list[Any]]) -> AsyncIterator[FastAPI]:
    """Have the application, started up."""
    made = create_app(settings)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture(scope="session")
def cleaning(seeded: dict[str, list[Any]]) -> str:
    """Have the SQL that deletes whatever was not there before the first test.

    It is one text, sent at once; the triggers that forbid it don't fire for a replica.
    """
    deletions = [
        f"DELETE FROM {table}"  # noqa: S608
        if kept is None
        else f"DELETE FROM {table} WHERE id <> ALL (ARRAY{list(map(str, kept))}::uuid[])"  # noqa: S608
        for table, kept in ((table, seeded.get(table)) for table in metadata.tables)
    ]
    return ";".join(["BEGIN", "SET LOCAL session_replication_role = replica", *deletions, "COMMIT"])


@pytest.fixture
async def clean(database: asyncpg.Connection, cleaning: str) -> AsyncIterator[None]:
    """Delete what a test wrote, when it is done."""
    yield
    await database.execute(cleaning)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Have somebody on this machine to whom something can be sent."""
    made = Receiver()
    yield made
    made.stop()


def _client(app: FastAPI, key: str | None) -> Client:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Client(transport=ASGITransport(app), base_url="http://test", headers=headers)


@pytest.fixture
async def anonymous(app: FastAPI, clean: None) -> AsyncIterator[Client]:
    """Have a caller without a key."""
    async with _client(app, None) as client:
        yield client


@pytest.fixture
async def app_client(app: FastAPI, clean: None) -> AsyncIterator[Callable[[str], Client]]:
    """Make callers with other keys."""
    made: list[Client] = []

    def make_client(key: str) -> Client:
        made.append(_client(app, key))
        return made[-1]

    yield make_client
    for client in made:
        await client.aclose()


def _caller(role: str) -> Any:
    @pytest.fixture(name=role)
    async def fixture(app: FastAPI, clean: None, keys: dict[str, str]) -> AsyncIterator[Client]:
        async with _client(app, keys[role]) as client:
            yield client

    return fixture


reader = _caller("reader")
contributor = _caller("contributor")
checker = _caller("checker")
reviewer = _caller("reviewer")
editor = _caller("editor")
admin = _caller("admin")
stranger = _caller("stranger")


@pytest.fixture
def make(admin: Client, reviewer: Client) -> Make:
    """Have the factory, which makes things over HTTP, as an administrator; a reviewer approves."""
    return Make(admin, reviewer)
