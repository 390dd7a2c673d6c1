"""Who sent a request is known to those who answer it, is in nothing else, and can be erased."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256

import asyncpg
import pytest
import structlog
from fastapi import FastAPI
from httpx2 import ASGITransport
from pydantic import SecretStr

from app.foundation.settings import Settings
from app.main import create_app
from tests.making import Client, Json, Made, Make, wrong

PATH = "/v1/correction-requests"
ANY = {"If-Match": "*"}
MESSAGE = "The number is of October"
WHO = {"name": "Zuleikha Readerova", "email": "zuleikha.readerova@mail.example"}
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public'
"""


@pytest.fixture
async def sent(anonymous: Client, verdict: Made) -> Made:
    """Have a request of a reader who says who they are, and can send it again."""
    body = {"verdict_id": verdict.id, "message": MESSAGE, **WHO}
    answer = await anonymous.post(PATH, json=body, headers={"Idempotency-Key": "form-1"})
    assert answer.status_code == 201, answer.text
    return Made(answer.headers["Location"], answer.json(), answer.headers["ETag"])


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Have everything that is logged."""
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer(default=str)],
        logger_factory=structlog.PrintLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    yield capsys
    structlog.configure(**before)


@pytest.fixture
async def elsewhere(settings: Settings, keys: dict[str, str], clean: None) -> AsyncIterator[Client]:
    """Have a reviewer of an installation on the same database that got another secret."""
    app: FastAPI = create_app(settings.model_copy(update={"secret": SecretStr("another" * 8)}))
    headers = {"Authorization": f"Bearer {keys['reviewer']}"}
    async with (
        app.router.lifespan_context(app),
        Client(transport=ASGITransport(app), base_url="http://b", headers=headers) as client,
    ):
        yield client


async def columns_with(database: asyncpg.Connection, word: str) -> set[str]:
    """Name every column of every table in which a word stands in clear, as text or as bytes."""
    patterns = f"%{word}%", f"%{word.encode().hex()}%"
    query = 'SELECT count(*) FROM "{}" WHERE "{}"::text ILIKE ANY (ARRAY[$1, $2])'
    return {
        f"{table}.{column}"
        for table, column in await database.fetch(COLUMNS)
        if await database.fetchval(query.format(table, column), *patterns)
    }


async def test_those_who_answer_learn_who_sent_it(
    sent: Made, reviewer: Client, anonymous: Client, verdict: Made
) -> None:
    answer = await reviewer.get(f"{sent.path}/requester")

    assert (answer.status_code, answer.json()) == (200, WHO)
    assert answer.headers["Cache-Control"] == "no-store"
    for part in ({"name": "Ada"}, {"email": "ada@mail.example"}):
        body = {"verdict_id": verdict.id, "message": "No", **part}
        path = (await anonymous.post(PATH, json=body)).headers["Location"]
        told = (await reviewer.get(f"{path}/requester")).json()
        assert told == {"name": None, "email": None} | part


async def test_it_stands_in_clear_nowhere(
    sent: Made, reviewer: Client, admin: Client, database: asyncpg.Connection,
    logged: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for path in (f"{sent.path}/requester", sent.path, f"{sent.path}/history", PATH):
        await reviewer.get(path)
    await admin.get("/v1/changes")
    await reviewer.patch(sent.path, json={"assignee": "Grace"}, headers=ANY)
    resolved = {"to": "rejected", "resolution": "It is right"}
    await reviewer.post(f"{sent.path}/transitions", json=resolved, headers=ANY)

    assert await columns_with(database, MESSAGE) == {
        "change.document", "correction_request.message", "remembered_answer.body",
    }  # fmt: skip
    for word in (WHO["name"], WHO["email"], "readerova"):
        assert await columns_with(database, word) == set()
    log = logged.readouterr().out
    assert "requester told" in log
    assert "readerova" not in log.lower()


async def test_no_list_no_history_and_no_other_answer_has_it(
    sent: Made, reviewer: Client, anonymous: Client, verdict: Made
) -> None:
    body = {"verdict_id": verdict.id, "message": MESSAGE, **WHO}
    again = await anonymous.post(PATH, json=body, headers={"Idempotency-Key": "form-1"})
    shown = [
        again,
        *[await reviewer.get(path) for path in (PATH, sent.path, f"{sent.path}/history")],
    ]

    assert again.headers["Idempotent-Replayed"] == "true"
    assert sent.body["has_requester"] is True
    assert "readerova" not in json.dumps([sent.body, *(one.text for one in shown)]).lower()


async def test_erasing_is_for_good_and_stands_in_the_history(
    sent: Made, reviewer: Client, database: asyncpg.Connection
) -> None:
    path = f"{sent.path}/requester"

    erased = await reviewer.delete(path, headers=sent.if_match)

    assert (erased.status_code, erased.content) == (204, b"")
    assert await database.fetchval("SELECT count(*) FROM requester") == 0
    for answer in (await reviewer.get(path), await reviewer.delete(path, headers=ANY)):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    now = (await reviewer.get(sent.path)).json()
    assert (now["has_requester"], now["version"], now["message"]) == (False, 2, MESSAGE)
    newest = (await reviewer.get(f"{sent.path}/history")).json()["items"][0]
    assert newest["action"] == "correction_request.requester_erased"
    assert (newest["actor"], newest["changed"]) == ("Reviewer", ["has_requester"])


async def test_archiving_erases_it_too(
    sent: Made, reviewer: Client, database: asyncpg.Connection
) -> None:
    assert (await reviewer.delete(sent.path, headers=sent.if_match)).status_code == 204

    assert await database.fetchval("SELECT count(*) FROM requester") == 0
    assert (await reviewer.get(f"{sent.path}/requester")).status_code == 410
    assert (await reviewer.get(f"{sent.path}/history")).json()["items"][0]["changed"] == [
        "has_requester"
    ]


async def test_of_who_said_nothing_there_is_nothing(make: Make, reviewer: Client) -> None:
    made = await make.correction_request()

    path = f"{made.path}/requester"
    assert (await reviewer.get(path)).status_code == 404
    assert (await reviewer.delete(path, headers=made.if_match)).status_code == 404
    assert (await reviewer.get(made.path)).json() == made.body


async def test_nobody_of_another_newsroom_and_nobody_who_only_reads_learns_it(
    sent: Made, stranger: Client, reader: Client, checker: Client, anonymous: Client
) -> None:
    path = f"{sent.path}/requester"
    for client, status in ((stranger, 404), (reader, 403), (checker, 403), (anonymous, 401)):
        for answer in (await client.get(path), await client.delete(path, headers=ANY)):
            assert answer.status_code == status
            assert "readerova" not in answer.text.lower()


async def test_what_was_kept_under_another_secret_can_only_be_erased(
    sent: Made, elsewhere: Client
) -> None:
    path = f"{sent.path}/requester"

    refused = await elsewhere.get(path)

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict")
    assert (await elsewhere.delete(path, headers=ANY)).status_code == 204


async def test_a_refused_request_keeps_nobody(
    anonymous: Client, make: Make, database: asyncpg.Connection
) -> None:
    draft = await make.verdict()
    body: Json = {"verdict_id": draft.id, "message": MESSAGE, **WHO}

    refused = await anonymous.post(PATH, json=body)

    assert wrong(refused) == (422, {("/verdict_id", "reference")})
    assert await database.fetchval("SELECT count(*) FROM requester") == 0


async def test_nobody_can_try_addresses_out_on_what_is_kept_of_the_request(
    make: Make, anonymous: Client, database: asyncpg.Connection
) -> None:
    body = {"verdict_id": (await make.published()).id, "message": "No", "email": "a@example.org"}
    sent = json.dumps(body).encode()
    headers = {"Idempotency-Key": "form-2", "Content-Type": "application/json"}

    answer = await anonymous.post(PATH, content=sent, headers=headers)

    assert answer.status_code == 201
    kept = await database.fetchval("SELECT fingerprint FROM remembered_answer")
    assert kept != sha256(f"{PATH}?\n".encode() + sent).digest()
