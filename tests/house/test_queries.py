"""Lists cost the same for one row and for fifty, and a public read is one statement of SQL."""

from collections.abc import AsyncIterator

import pytest
from asyncpg.connection import LoggedQuery
from fastapi import FastAPI
from httpx2 import ASGITransport

from app.foundation.settings import Settings
from app.main import create_app
from tests.making import Client, Make

MANY = 50


class Counting:
    """The application with one reading connection, whose queries are counted as they are sent."""

    def __init__(self, app: FastAPI) -> None:
        """Count for this application."""
        self.app = app
        self.sent: list[str] = []

    async def listen(self) -> None:
        """Begin to count."""
        async with self.app.state.database.reads.connection() as connection:
            connection.add_query_logger(self._note)

    def _note(self, query: LoggedQuery) -> None:
        self.sent.append(query.query)

    def client(self, **headers: str) -> Client:
        """Have a caller with these headers."""
        return Client(transport=ASGITransport(self.app), base_url="http://test", headers=headers)

    async def cost(self, path: str, key: str | None = None, seen: str | None = None) -> int:
        """Tell how many queries it takes to read a path, which may have been `seen` as it is."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with self.client(**headers, **({"If-None-Match": seen} if seen else {})) as client:
            await client.get(path)
            self.sent.clear()
            answer = await client.get(path)
        assert answer.status_code == (304 if seen else 200), answer.text
        return len(self.sent)


@pytest.fixture
async def counting(settings: Settings, clean: None) -> AsyncIterator[Counting]:
    """Have an application of one reading connection that is listened to."""
    app = create_app(settings.model_copy(update={"read_pool_size": 1}))
    async with app.router.lifespan_context(app):
        made = Counting(app)
        await made.listen()
        yield made


async def test_reading_one_thing_without_a_key_is_one_statement(
    counting: Counting, make: Make
) -> None:
    said = await make.statement()
    verdict = await make.published(statement_id=said.id)
    contact = await make.contact(verdict_id=verdict.id, is_public=True)

    speaker = f"/v1/speakers/{said.body['speaker_id']}"
    provenance = f"{said.path}/provenance"
    drawn = f"{provenance}?format=svg"
    stats = f"{speaker}/stats"
    for path in (contact.path, said.path, verdict.path, speaker, stats, provenance, drawn):
        assert await counting.cost(path) == 1, path
        assert await counting.cost(path, seen="*") == 1, path


async def test_reading_one_thing_with_a_key_looks_the_key_up_first(
    counting: Counting, make: Make, keys: dict[str, str]
) -> None:
    said = await make.statement()

    assert await counting.cost(said.path, keys["reader"]) == 2


@pytest.mark.parametrize("query", ["", "&count=true", "&has_verdict=false&said_from=1900"])
async def test_a_list_of_statements_costs_the_same_for_one_and_for_fifty(
    counting: Counting, make: Make, keys: dict[str, str], query: str
) -> None:
    source = {
        "kind": "article",
        "name": "An article",
        "publisher": {"kind": "website", "name": "W"},
    }
    hop = {"source": source, "role": "outlet", "mode": "summary"}
    await make.statement(appearances=[hop], said_on="2022")
    path = f"/v1/statements?limit=100{query}"
    one = await counting.cost(path)
    keyed = await counting.cost(path, keys["admin"])

    for _ in range(MANY - 1):
        await make.statement(appearances=[hop], said_on="2022")

    assert (one, keyed) == (1, 2)
    assert await counting.cost(path) == one
    assert await counting.cost(path, keys["admin"]) == keyed


async def test_a_series_costs_the_same_for_one_and_for_fifty_quantities(
    counting: Counting, make: Make, keys: dict[str, str]
) -> None:
    number = {"measure": "border_entries", "value": "98000", "place": "KZ"}
    await make.published(statement_id=(await make.statement(quantities=[number])).id)
    path = "/v1/quantities?measure=border_entries&place=KZ&limit=100&count=true"
    one, keyed = await counting.cost(path), await counting.cost(path, keys["admin"])

    for size in range(1, MANY):
        await make.statement(quantities=[number | {"value": f"{98000 + size}"}])

    assert (one, keyed) == (3, 4)
    assert await counting.cost(path) == one
    assert await counting.cost(path, keys["admin"]) == keyed


@pytest.mark.parametrize(
    "collection",
    [
        "speakers",
        "sources",
        "topics",
        "measures",
        "rating-scales",
        "organizations",
        "correction-requests",
    ],
)
async def test_every_other_list_is_one_statement_too(
    counting: Counting, make: Make, collection: str
) -> None:
    for _ in range(3):
        await make.speaker()
        await make.source()
        await make.topic()

    assert await counting.cost(f"/v1/{collection}?count=true") == 1
