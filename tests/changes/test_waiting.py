"""Waiting for changes: an answer comes as soon as there is something, or empty at the end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport

from app.foundation.settings import Settings
from app.main import create_app
from tests.changes.test_feed import feed
from tests.making import Client, Json, Make

RENAME = "ALTER FUNCTION seal_changes(integer, boolean) RENAME TO mislaid"
BACK = "ALTER FUNCTION mislaid(integer, boolean) RENAME TO seal_changes"


@asynccontextmanager
async def served(settings: Settings, **given: Any) -> AsyncIterator[tuple[FastAPI, Client]]:
    """Have an application with other settings, and a caller without a key."""
    app = create_app(settings.model_copy(update=given))
    async with (
        app.router.lifespan_context(app),
        Client(transport=ASGITransport(app), base_url="http://test") as client,
    ):
        yield app, client


async def timed(client: Client, **asked: Any) -> tuple[float, Json]:
    """Read the feed, and tell how long that took."""
    begun = time.monotonic()
    part = await feed(client, **asked)
    return time.monotonic() - begun, part


async def eventually(database: asyncpg.Connection, query: str, wanted: int) -> None:
    """Wait until a query answers what is wanted."""
    async with asyncio.timeout(20):
        while await database.fetchval(query) != wanted:  # noqa: ASYNC110 - another process's doing.
            await asyncio.sleep(0.05)


async def test_an_answer_comes_as_soon_as_there_is_something(make: Make, anonymous: Client) -> None:
    waiting = asyncio.create_task(timed(anonymous, wait=20))
    await asyncio.sleep(0.6)
    assert not waiting.done()

    made = await make.speaker()

    took, part = await waiting
    assert [item["id"] for item in part["items"]] == [made.id]
    assert 0.5 < took < 5
    assert part["next"] == 1


async def test_what_is_there_already_is_not_waited_for(make: Make, anonymous: Client) -> None:
    await make.speaker()

    took, part = await timed(anonymous, wait=20)

    assert len(part["items"]) == 1
    assert took < 2


async def test_when_nothing_comes_the_answer_is_empty_in_the_end(anonymous: Client) -> None:
    took, part = await timed(anonymous, wait=1)

    assert part == {"items": [], "next": 0, "more": False}
    assert 0.9 < took < 4


async def test_what_is_not_public_or_of_another_collection_ends_no_waiting(
    make: Make, anonymous: Client
) -> None:
    waiting = asyncio.create_task(timed(anonymous, wait=2, collection="topics"))
    everything = asyncio.create_task(timed(anonymous, wait=2))
    await make.statement(visibility="internal", speaker_is_anonymous=True)
    await asyncio.sleep(0.8)
    assert not everything.done()
    await make.speaker()

    (_, told), (took, part) = await everything, await waiting

    assert [item["collection"] for item in told["items"]] == ["speakers"]
    assert took > 1.9
    assert (part["items"], part["next"]) == ([], 2)


async def test_many_wait_without_a_connection_to_the_database(
    settings: Settings, make: Make
) -> None:
    async with served(settings, read_pool_size=1, write_pool_size=1) as (_, client):
        waiting = [asyncio.create_task(timed(client, wait=20)) for _ in range(50)]
        await asyncio.sleep(0.5)
        async with asyncio.timeout(3):
            assert (await client.get("/v1/topics")).status_code == 200
        made = await make.speaker()

        told = [part["items"][0]["id"] for _, part in await asyncio.gather(*waiting)]

    assert told == [made.id] * 50


async def test_when_too_many_wait_the_next_is_told_to_come_back(
    anonymous: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.changes.watching.MOST", 1)
    waiting = asyncio.create_task(timed(anonymous, wait=1))
    await asyncio.sleep(0.3)

    answer = await anonymous.get("/v1/changes?wait=1")

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert (await anonymous.get("/v1/changes")).status_code == 200
    assert (await waiting)[1]["items"] == []


async def test_who_leaves_is_waited_for_no_longer(app: FastAPI, clean: None) -> None:
    left = asyncio.Event()
    sent = []

    async def receive() -> Json:
        if not left.is_set():
            left.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope = {
        "type": "http", "method": "GET", "path": "/v1/changes", "query_string": b"wait=25",
        "headers": [], "raw_path": b"/v1/changes", "root_path": "", "scheme": "http",
        "http_version": "1.1", "client": ("127.0.0.1", 1), "server": ("test", 80),
    }  # fmt: skip
    async with asyncio.timeout(5):
        await app(scope, receive, send)

    assert sent == ["http.response.start", "http.response.body"]


async def test_changes_get_their_places_though_nobody_reads(
    settings: Settings, make: Make, database: asyncpg.Connection
) -> None:
    async with served(settings, seal_every=0.05):
        for _ in range(3):
            await make.speaker()

        await eventually(database, "SELECT count(*) FROM sealed_change", 3)


async def test_what_fails_meanwhile_is_tried_again(
    settings: Settings, make: Make, database: asyncpg.Connection
) -> None:
    await database.execute(RENAME)
    try:
        async with served(settings, seal_every=0.05) as (_, client):
            await make.speaker()
            await asyncio.sleep(0.5)
            assert (await client.get("/v1/speakers")).status_code == 200
            assert await database.fetchval("SELECT count(*) FROM sealed_change") == 0
            await database.execute(BACK)

            await eventually(database, "SELECT count(*) FROM sealed_change", 1)
    finally:
        if not await database.fetchval("SELECT to_regproc('seal_changes') IS NOT NULL"):
            await database.execute(BACK)
