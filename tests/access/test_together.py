"""Fetches that come together: asked with few SELECTs, and each is answered as if it came alone."""

import asyncio
import time
from uuid import UUID, uuid4

import asyncpg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.access.looking import single
from app.documents.shape import View
from app.documents.statement import STATEMENT
from app.foundation.database import Database
from app.foundation.settings import Settings
from app.foundation.together import AT_ONCE, SIZES
from tests.access.test_whose import with_key
from tests.foundation.answers import problem
from tests.foundation.test_away import CLOSED, away, serving
from tests.house.test_queries import Counting, counting
from tests.making import Client, Make, archive

__all__ = ["counting"]
MANY = 20
WAITS = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'onrecord reads' AND wait_event_type = 'Lock'
    AND datname = current_database()
"""


async def test_each_gets_what_it_asked_for(anonymous: Client, admin: Client, make: Make) -> None:
    shown = [(await make.statement(visibility="public", text=f"No. {n}")) for n in range(MANY)]
    hidden, gone = await make.statement(visibility="internal"), await make.speaker()
    await archive(admin, gone)
    tags = [(await anonymous.get(one.path)).headers["ETag"] for one in shown]

    answers = await asyncio.gather(
        *(anonymous.get(one.path) for one in [*shown, *shown]),
        *(anonymous.get(path) for path in (hidden.path, gone.path, f"/v1/statements/{uuid4()}")),
        *(
            anonymous.get(one.path, headers={"If-None-Match": tag})
            for one, tag in zip(shown, tags, strict=True)
        ),
    )

    texts = [answer.json()["text"] for answer in answers[: 2 * MANY]]
    assert texts == [f"No. {n}" for n in range(MANY)] * 2
    problem(answers[2 * MANY], 404, "not-found")
    problem(answers[2 * MANY + 1], 410, "gone")
    problem(answers[2 * MANY + 2], 404, "not-found")
    unchanged = answers[2 * MANY + 3 :]
    assert [(one.status_code, one.headers["ETag"]) for one in unchanged] == [
        (304, tag) for tag in tags
    ]


async def test_nobody_gets_what_only_another_may_see(
    app: FastAPI, keys: dict[str, str], make: Make
) -> None:
    own = [await make.statement(visibility="internal") for _ in range(MANY)]

    async with (
        with_key(app, keys["reader"]) as ours,
        with_key(app, keys["stranger"]) as theirs,
    ):
        answers = await asyncio.gather(
            *(client.get(one.path) for one in own for client in (ours, theirs))
        )

    assert [answer.status_code for answer in answers] == [200, 404] * MANY


async def test_they_share_selects(counting: Counting, make: Make) -> None:
    made = [await make.statement(visibility="public") for _ in range(MANY)]
    await counting.cost(made[0].path)
    counting.sent.clear()

    async with counting.client() as client:
        answers = await asyncio.gather(*(client.get(one.path) for one in made))

    assert {answer.status_code for answer in answers} == {200}
    assert 0 < len(counting.sent) < MANY / 2


async def test_each_is_told_when_the_database_is_away(settings: Settings) -> None:
    async with serving(settings, None, database_url=SecretStr(CLOSED)) as client:
        for answer in await asyncio.gather(
            *(client.get(f"/v1/statements/{uuid4()}") for _ in range(MANY))
        ):
            away(answer)


async def test_who_comes_just_when_the_others_are_done_is_answered(
    app: FastAPI, make: Make
) -> None:
    made = [UUID((await make.statement(visibility="public")).id) for _ in range(MANY)]
    database: Database = app.state.database
    point, values = single(STATEMENT, View.PUBLIC, None), {"within": None, "viewer": None}

    async def ask(one: UUID, times: int) -> None:
        for _ in range(times):
            row = await database.together.point(point, one, values)
            assert row is not None
            assert row["id"] == one

    for _ in range(30):
        # Those of the first SELECT ask again, and those of the second don't.
        again = [asyncio.create_task(ask(one, 2)) for one in made[: SIZES[-1]]]
        once = [asyncio.create_task(ask(one, 1)) for one in made[: SIZES[-1]]]
        await asyncio.sleep(0.002)
        # So both answers are there when the loop looks, and both tasks end in one of its turns.
        time.sleep(0.02)  # noqa: ASYNC251
        await asyncio.gather(*again, *once)


async def test_who_is_gone_is_not_asked_for(
    counting: Counting, make: Make, database: asyncpg.Connection
) -> None:
    made = [await make.statement(visibility="public") for _ in range(MANY)]
    await counting.cost(made[0].path)
    counting.sent.clear()

    async with counting.client() as client:
        async with database.transaction():
            await database.execute("LOCK TABLE statement")
            callers = [asyncio.create_task(client.get(one.path)) for one in made]
            await waiting(database)
            for one in callers:
                one.cancel()
            await asyncio.gather(*callers, return_exceptions=True)
        assert (await client.get(made[0].path)).status_code == 200

    assert len(counting.sent) <= AT_ONCE + 1 < MANY / SIZES[-1] + 1


async def test_nobody_waits_behind_those_who_wait_in_vain(
    settings: Settings, make: Make, database: asyncpg.Connection
) -> None:
    path = (await make.statement(visibility="public")).path
    short = {"statement_timeout": 1, "pool_timeout": 1}
    async with serving(settings, None, **short) as client, database.transaction():
        await database.execute("LOCK TABLE statement")
        async with asyncio.timeout(5):
            answers = await asyncio.gather(*(client.get(path) for _ in range(5 * MANY)))

    for answer in answers:
        away(answer)


async def test_it_ends_while_somebody_who_is_gone_was_asked_for(
    settings: Settings, make: Make, database: asyncpg.Connection
) -> None:
    path = (await make.statement(visibility="public")).path
    async with asyncio.timeout(9), serving(settings, None) as client, database.transaction():
        await database.execute("LOCK TABLE statement")
        callers = [asyncio.create_task(client.get(path)) for _ in range(MANY)]
        await waiting(database)
        for one in callers:
            one.cancel()
        await asyncio.gather(*callers, return_exceptions=True)


async def waiting(database: asyncpg.Connection) -> None:
    """Wait until a read waits for the lock."""
    for _ in range(500):
        await database.execute("SELECT pg_stat_clear_snapshot()")
        if await database.fetchval(WAITS):
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@pytest.mark.parametrize("written", ["{id}", "{{{id}}}", "{hex}", "{upper}", "urn:uuid:{id}"])
async def test_an_id_is_read_in_any_spelling(anonymous: Client, make: Make, written: str) -> None:
    made = await make.statement(visibility="public")
    spelled = written.format(id=made.id, hex=UUID(made.id).hex, upper=made.id.upper())

    answer = await anonymous.get(f"/v1/statements/{spelled}")

    assert (answer.status_code, answer.json()["id"]) == (200, made.id)
