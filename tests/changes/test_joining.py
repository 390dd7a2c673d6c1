"""Statements that are recorded at the same time share a transaction, and nobody notices."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx2 import Response
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from app.changes import joining
from app.changes.joining import HEAVIEST, LONG
from app.foundation.database import Database
from app.foundation.settings import Settings
from app.main import create_app
from app.statements.resolving import resolve
from tests.access.test_whose import with_key
from tests.foundation.answers import problem
from tests.foundation.test_away import CLOSED, away, serving
from tests.making import Client, Json, Made, Make

MANY = 24
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'onrecord writes' AND wait_event_type = 'Lock'
    AND datname = current_database()
"""
LOCKING = "SELECT FROM speaker WHERE id = $1 FOR UPDATE"
OURS = "SELECT count(DISTINCT xid) FROM change WHERE action = 'statement.created'"


def statement(number: int, **given: Any) -> Json:
    """Write a statement that nests a source."""
    source = {"kind": "article", "name": f"No. {number}", "url": f"https://one.example/{number}"}
    new = {"text": f"Number {number}", "language": "en", "speaker_is_anonymous": True}
    appearance = {"source": source, "role": "outlet", "mode": "direct_quote"}
    return new | {"appearances": [appearance]} | given


def by(speaker: Made) -> Json:
    """Write a statement of a speaker's, without a source."""
    return statement(0, speaker_id=speaker.id, speaker_is_anonymous=False, appearances=[])


async def post(client: Client, body: Json, key: str | None = None) -> Response:
    """Record a statement, with a key if one is given."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.post("/v1/statements", json=body, headers=headers)


def statuses(answers: list[Response]) -> Counter[int]:
    """Count the answers by what became of them."""
    return Counter(answer.status_code for answer in answers)


@asynccontextmanager
async def holding(url: str, locking: str, *values: object) -> AsyncIterator[asyncpg.Connection]:
    """Hold a lock in a transaction of somebody else's."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(locking, *values)
            yield connection
    finally:
        await connection.close()


async def waiting(watching: asyncpg.Connection, number: int = 1) -> None:
    """Wait until so many transactions of the service wait for a lock."""
    async with asyncio.timeout(10):
        while await watching.fetchval(WAITING) < number:  # noqa: ASYNC110 - Postgres has no event for it.
            await asyncio.sleep(0.01)


async def test_each_gets_its_own_answer_and_they_share_transactions(
    editor: Client, database: asyncpg.Connection
) -> None:
    answers = await asyncio.gather(
        *(post(editor, statement(n), f"key-{n}" if n % 2 else None) for n in range(MANY))
    )

    assert statuses(answers) == {201: MANY}
    for number, answer in enumerate(answers):
        shown = answer.json()
        assert shown["text"] == f"Number {number}"
        assert shown["appearances"][0]["source"]["name"] == f"No. {number}"
        location = answer.headers["Location"]
        fetched = await editor.get(location)
        assert (fetched.json(), fetched.headers["ETag"]) == (shown, answer.headers["ETag"])
        (entry,) = (await editor.get(f"{location}/history")).json()["items"]
        assert entry["request_id"] == answer.headers["X-Request-Id"]
        if number % 2:
            again = await post(editor, statement(number), f"key-{number}")
            assert (again.content, again.headers["Idempotent-Replayed"]) == (answer.content, "true")
    found = await editor.get("/v1/search", params={"q": "number", "limit": 100})
    assert len(found.json()["items"]) >= MANY
    assert await database.fetchval(OURS) < MANY / 2


async def test_what_is_refused_is_refused_alone(editor: Client) -> None:
    taken = {"ref": "the-same"}
    bodies = [
        *(statement(n) for n in range(8)),
        *(statement(n, **taken) for n in range(8, 12)),
        *(statement(n, speaker_id="01890000-0000-7000-8000-000000000000") for n in range(12, 16)),
        *(statement(n) for n in (0, 1)),
    ]
    for body in bodies[12:16]:
        del body["speaker_is_anonymous"]

    answers = await asyncio.gather(*(post(editor, body) for body in bodies))

    firsts = [one.status_code for one in (*answers[:2], *answers[-2:])]
    assert sorted(firsts) == [201, 201, 409, 409]
    assert statuses(answers[2:8]) == {201: 6}
    assert statuses(answers[8:12]) == {201: 1, 409: 3}
    for answer in answers[12:16]:
        body = problem(answer, 422, "invalid-input")
        assert [(one["pointer"], one["code"]) for one in body["errors"]] == [
            ("/speaker_id", "reference")
        ]
    listed = await editor.get("/v1/statements", params={"count": "true"})
    assert listed.json()["count"]["value"] == 9
    sources = await editor.get("/v1/sources", params={"count": "true"})
    assert sources.json()["count"]["value"] == 9


async def test_each_records_for_their_own_organisation(app: FastAPI, keys: dict[str, str]) -> None:
    async with (
        with_key(app, keys["editor"]) as ours,
        with_key(app, keys["stranger"]) as theirs,
    ):
        answers = await asyncio.gather(
            *(post((ours, theirs)[n % 2], statement(n, visibility="internal")) for n in range(MANY))
        )
        assert statuses(answers) == {201: MANY}
        for number, answer in enumerate(answers):
            mine, others = (ours, theirs) if number % 2 == 0 else (theirs, ours)
            location = answer.headers["Location"]
            assert (await mine.get(location)).status_code == 200
            assert (await others.get(location)).status_code == 404
            (entry,) = (await mine.get(f"{location}/history")).json()["items"]
            assert entry["actor"] == ("Editor" if number % 2 == 0 else "Stranger")


async def test_keys_hold_among_those_that_come_together(editor: Client) -> None:
    known = [await post(editor, statement(n), f"key-{n}") for n in range(4)]

    answers = await asyncio.gather(
        *(post(editor, statement(n), f"key-{n}") for n in range(4)),
        *(post(editor, statement(n + 100), f"key-{n}") for n in range(4)),
        *(post(editor, statement(n), f"key-{n}") for n in range(4, 12)),
        *(post(editor, statement(20), "key-20") for _ in range(8)),
    )

    assert [one.content for one in answers[:4]] == [one.content for one in known]
    for answer in answers[4:8]:
        problem(answer, 422, "idempotency-key-reused")
    assert statuses(answers[8:16]) == {201: 8}
    assert len({one.content for one in answers[16:] if one.status_code == 201}) == 1
    for answer in answers[16:]:
        if answer.status_code != 201:
            problem(answer, 409, "request-in-progress")
    listed = await editor.get("/v1/statements", params={"count": "true"})
    assert listed.json()["count"]["value"] == 13


async def test_nobody_waits_for_what_is_held_of_another(
    editor: Client, make: Make, database_url: str
) -> None:
    held, free = await make.speaker(), await make.speaker()
    by_held = statement(0, speaker_id=held.id, speaker_is_anonymous=False)
    by_free = [statement(n, speaker_id=free.id, speaker_is_anonymous=False) for n in range(1, MANY)]
    async with holding(database_url, LOCKING, held.id):
        posting = [asyncio.create_task(post(editor, body)) for body in (*by_free, by_held)]

        answers = await asyncio.gather(*posting[:-1])

        assert statuses(answers) == {201: MANY - 1}
        assert not posting[-1].done()
    assert (await posting[-1]).status_code == 201


async def test_who_comes_while_others_take_long_does_not_wait_for_them(
    editor: Client, make: Make, database_url: str, database: asyncpg.Connection
) -> None:
    held = await make.speaker()
    by_held = [statement(n, speaker_id=held.id, speaker_is_anonymous=False) for n in range(3)]
    async with holding(database_url, LOCKING, held.id):
        slow = []
        for number, body in enumerate(by_held, 1):
            slow.append(asyncio.create_task(post(editor, body)))
            await waiting(database, number)

        async with asyncio.timeout(LONG * 20):
            answer = await post(editor, statement(9))

        assert answer.status_code == 201
        assert not any(one.done() for one in slow)
    assert statuses(await asyncio.gather(*slow)) == {201: 3}


async def test_our_own_mistake_is_told_to_one(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaking(session: Any, by: Any, new: Any, *given: Any, **named: Any) -> Any:
        if new.text == "Number 5":
            raise RuntimeError("boom")
        return await resolve(session, by, new, *given, **named)

    monkeypatch.setattr("app.statements.actions.resolve", breaking)

    with capture_logs() as logged:
        answers = await asyncio.gather(*(post(editor, statement(n)) for n in range(12)))

    assert [one["event"] for one in logged] == ["added one by one", "failed"]
    assert [one.status_code for one in answers] == [500 if n == 5 else 201 for n in range(12)]


async def test_each_is_told_when_the_database_is_away(
    settings: Settings, keys: dict[str, str]
) -> None:
    async with serving(settings, keys["editor"], database_url=SecretStr(CLOSED)) as client:
        for answer in await asyncio.gather(*(post(client, statement(n)) for n in range(6))):
            away(answer)


async def test_what_was_cut_off_is_told_to_all_and_can_be_sent_again(
    editor: Client, database_url: str, database: asyncpg.Connection
) -> None:
    cut = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'onrecord writes' AND datname = current_database()
    """
    async with holding(database_url, "LOCK TABLE change IN ACCESS EXCLUSIVE MODE"):
        posting = [asyncio.create_task(post(editor, statement(n), f"key-{n}")) for n in range(MANY)]
        await waiting(database, 2)
        await database.execute(cut)
    told = [one for one in await asyncio.gather(*posting) if one.status_code != 201]
    assert told
    for answer in told:
        away(answer)

    again = await asyncio.gather(*(post(editor, statement(n), f"key-{n}") for n in range(MANY)))

    assert statuses(again) == {201: MANY}
    listed = await editor.get("/v1/statements", params={"count": "true"})
    assert listed.json()["count"]["value"] == MANY


async def test_who_is_gone_before_their_turn_adds_nothing(
    editor: Client, make: Make, database_url: str, database: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(joining, "LONG", 600)
    monkeypatch.setattr(joining, "AT_ONCE", 1)
    held = await make.speaker()
    async with holding(database_url, LOCKING, held.id):
        slow = asyncio.create_task(post(editor, by(held)))
        await waiting(database)
        gone = asyncio.create_task(post(editor, statement(1)))
        await asyncio.sleep(0.05)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    assert (await slow).status_code == 201

    assert (await post(editor, statement(2))).status_code == 201
    listed = await editor.get("/v1/statements", params={"count": "true"})
    assert listed.json()["count"]["value"] == 2


async def test_a_service_that_ends_finishes_what_it_has_begun(
    settings: Settings, keys: dict[str, str], database_url: str, database: asyncpg.Connection
) -> None:
    app = create_app(settings)
    async with with_key(app, keys["editor"]) as client:
        async with holding(database_url, "LOCK TABLE change IN ACCESS EXCLUSIVE MODE"):
            running = app.router.lifespan_context(app)
            await running.__aenter__()
            begun = [asyncio.create_task(post(client, statement(n))) for n in range(6)]
            await waiting(database, 3)
            ending = asyncio.create_task(running.__aexit__(None, None, None))
            await asyncio.sleep(0.05)
            late = await post(client, statement(9))
            # Those that share a transaction don't wait for the lock any longer than this.
            await asyncio.sleep(1.2)
            assert not ending.done()
        away(late)
        assert statuses(await asyncio.gather(*begun)) == {201: 6}
        await ending


async def test_large_ones_share_with_few_so_that_all_are_found_at_once(
    editor: Client, database: asyncpg.Connection
) -> None:
    large = [statement(n, text=f"Large {n}") for n in range(6)]
    for number, body in enumerate(large):
        body["appearances"] = [
            one for n in range(60) for one in statement(1000 * (1 + number) + n)["appearances"]
        ]
    bodies = [one for n in range(6) for one in (large[n], statement(n + 100))]

    answers = await asyncio.gather(*(post(editor, body) for body in bodies))

    assert statuses(answers) == {201: 12}
    assert await database.fetchval("SELECT count(*) FROM search_due") == 0
    for word in ("large", "number"):
        found = await editor.get("/v1/search", params={"q": word, "types": "statement"})
        assert len(found.json()["items"]) == 6
    most = """
    SELECT max(entries) FROM (SELECT count(*) AS entries FROM change GROUP BY xid) AS of_one
    """
    assert await database.fetchval(most) <= HEAVIEST


async def test_what_takes_long_holds_nobody_up_who_comes_later(
    editor: Client, make: Make, database_url: str, database: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    held = await make.speaker()
    async with holding(database_url, LOCKING, held.id):
        slow = []
        for number in (1, 2):
            slow.append(asyncio.create_task(post(editor, by(held))))
            await waiting(database, number)
        await asyncio.sleep(LONG * 2)
        # Who had to wait for them from now on would do so for longer than the test.
        monkeypatch.setattr(joining, "LONG", 600)

        answers = [await post(editor, statement(n)) for n in range(1, 6)]

        assert statuses(answers) == {201: 5}
        assert not any(one.done() for one in slow)
    assert statuses(await asyncio.gather(*slow)) == {201: 2}


async def test_what_may_have_been_committed_is_not_tried_again(
    editor: Client, database: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = AsyncSession.close
    closed: list[AsyncSession] = []

    async def breaking(session: AsyncSession) -> None:
        await close(session)
        closed.append(session)
        raise RuntimeError("boom")

    with monkeypatch.context() as patched, capture_logs():
        patched.setattr(AsyncSession, "close", breaking)
        answers = await asyncio.gather(*(post(editor, statement(n)) for n in range(8)))

    assert statuses(answers) == {500: 8}
    assert 0 < len(closed) < 8
    assert await database.fetchval("SELECT count(*) FROM statement") == 8


async def test_a_key_that_was_used_is_told_before_what_is_wrong_in_the_body(
    editor: Client,
) -> None:
    wrong = statement(1) | {"language": "no such thing"}
    await post(editor, statement(1), "key-1")

    refused, other = await post(editor, wrong, "key-1"), await post(editor, wrong, "key-2")

    problem(refused, 422, "idempotency-key-reused")
    problem(other, 422, "invalid-input")


async def test_all_connections_to_what_is_read_only_by_now_are_given_up(
    app: FastAPI, editor: Client
) -> None:
    database: Database = app.state.database
    async with AsyncExitStack() as held:
        sessions = [await held.enter_async_context(database.sessions()) for _ in range(4)]
        for one in sessions:
            await one.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
        for one in sessions:
            await one.commit()

    first = await post(editor, statement(0))
    others = await asyncio.gather(
        *(editor.post("/v1/speakers", json={"name": f"Speaker {n}"}) for n in range(12))
    )

    away(first)
    assert statuses(others) == {201: 12}
