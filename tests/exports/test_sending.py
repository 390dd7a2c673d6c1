"""Sending: one snapshot, no faster than it is read, in bounded time, and few at once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import Message

from app.documents.shape import View
from app.exports.schemas import ExportQuery
from app.exports.taking import snapshot
from app.foundation.settings import Settings
from tests.making import Client, Make

Scope = dict[str, Any]
ASKED: Scope = {
    "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
    "method": "GET", "path": "/v1/export", "raw_path": b"/v1/export", "query_string": b"",
    "root_path": "", "scheme": "http", "headers": [], "client": ("127.0.0.1", 1),
    "server": ("test", 80),
}  # fmt: skip


async def never() -> Message:
    """Wait as who is connected does."""
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
def hasty(app: FastAPI, settings: Settings) -> Iterator[None]:
    """Have an application that waits for nobody."""
    app.state.settings = settings.model_copy(update={"export_patience": 0.05})
    yield
    app.state.settings = settings


async def test_everything_is_as_it_was_when_the_export_began(app: FastAPI, make: Make) -> None:
    before = await make.statement()
    async with snapshot(app.state.database, View.PUBLIC, None) as taken:
        pieces = taken.pieces(ExportQuery(collections="statements"))
        after = await make.statement()
        body = b"".join([piece async for piece in pieces]).decode()

    assert before.id in body
    assert after.id not in body


async def test_who_reads_too_slowly_gets_no_end(app: FastAPI, make: Make, hasty: None) -> None:
    await make.statement()
    sent: list[Message] = []

    async def slow(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body":
            await asyncio.sleep(5)

    await app(dict(ASKED), never, slow)

    assert [message.get("more_body") for message in sent] == [None, True]


async def test_only_so_many_are_sent_at_once(app: FastAPI, anonymous: Client, make: Make) -> None:
    await make.statement()
    held = [snapshot(app.state.database, View.PUBLIC, None) for _ in range(2)]
    for one in held:
        await one.__aenter__()
    try:
        answer = await anonymous.get("/v1/export")
    finally:
        for one in held:
            await one.__aexit__(None, None, None)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert (await anonymous.get("/v1/export")).status_code == 200


async def test_who_goes_away_leaves_no_connection_behind(app: FastAPI, make: Make) -> None:
    await make.statement()
    begun = asyncio.Event()

    async def stuck(message: Message) -> None:
        if message["type"] == "http.response.body":
            begun.set()
            await asyncio.Event().wait()

    async def gone() -> Message:
        await begun.wait()
        return {"type": "http.disconnect"}

    for _ in range(3):
        begun.clear()
        await asyncio.wait_for(app(dict(ASKED), gone, stuck), 5)
    async with snapshot(app.state.database, View.PUBLIC, None) as taken:
        assert taken.position >= 0
