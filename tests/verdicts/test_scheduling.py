"""What is scheduled is published when it is due, by whichever process is there."""

import asyncio
from asyncio import gather
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI

from app.foundation.settings import Settings
from app.main import create_app
from tests.making import Client, Json, Made, Make, archive, wrong

PATIENCE = 10.0
LATER = "2999-01-01T00:00:00Z"


@asynccontextmanager
async def processes(settings: Settings, count: int) -> AsyncIterator[list[FastAPI]]:
    """Have so many processes look for what is due."""
    often = settings.model_copy(update={"publish_every": 0.05})
    async with AsyncExitStack() as stack:
        made = [create_app(often) for _ in range(count)]
        for app in made:
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield made


async def until(client: Client, verdict: Made, state: str) -> Json:
    """Wait until a verdict is in a state."""
    async with asyncio.timeout(PATIENCE):
        while True:
            shown: Json = (await client.get(verdict.path)).json()
            if shown["state"] == state:
                return shown
            await asyncio.sleep(0.02)


async def schedule(make: Make, draft: Made, when: str | None = None, **said: Any) -> Made:
    """Have a draft approved and scheduled, at once unless said otherwise."""
    publish_at = when or datetime.now(UTC).isoformat()
    return await make.move(await make.approve(draft), "scheduled", publish_at=publish_at, **said)


async def history(client: Client, verdict: Made) -> list[Json]:
    items: list[Json] = (await client.get(f"{verdict.path}/history")).json()["items"]
    return items


async def test_what_is_due_is_published_as_the_act_of_who_scheduled_it(
    make: Make, admin: Client, anonymous: Client, settings: Settings
) -> None:
    statement = await make.statement(visibility="internal")
    draft = await make.verdict(statement_id=statement.id, assignee="Ada")
    scheduled = await schedule(make, draft)
    assert (await anonymous.get(draft.path)).status_code == 404

    async with processes(settings, 1):
        shown = await until(admin, scheduled, "published")

    assert (shown["publish_at"], shown["published_version"]) == (None, 1)
    assert shown["published_at"] >= scheduled.body["publish_at"]
    assert (await anonymous.get(draft.path)).json()["change_kind"] == "initial"
    assert (await anonymous.get(statement.path)).status_code == 200
    entry = (await history(admin, draft))[0]
    assert (entry["action"], entry["actor"], entry["reason"]) == (
        "verdict.published", "Administrator", "As scheduled",
    )  # fmt: skip


async def test_a_revision_is_scheduled_with_what_is_said_of_the_change(
    make: Make, admin: Client, anonymous: Client, settings: Settings
) -> None:
    revised = await make.revise(await make.published(), headline="Better")
    said = {"change_kind": "correction", "notice": "Mended", "change_reason": "wording"}
    scheduled = await schedule(make, revised, **said)
    out = await anonymous.get(revised.path)
    assert (out.json()["headline"], out.json()["publish_at"]) == ("It is not so", None)

    async with processes(settings, 1):
        await until(admin, scheduled, "published")

    shown = (await anonymous.get(revised.path)).json()
    assert {name: shown[name] for name in said} == said
    assert shown["headline"] == "Better"


async def test_what_is_not_due_waits_and_can_be_called_off_or_published_now(
    make: Make, admin: Client, settings: Settings
) -> None:
    waiting, called_off, now = [await schedule(make, await make.verdict(), LATER) for _ in range(3)]
    due = await schedule(make, await make.verdict())
    back = await make.move(called_off, "approved")
    out = await make.move(now, "published")

    async with processes(settings, 1):
        await until(admin, due, "published")

    assert (back.body["state"], back.body["publish_at"]) == ("approved", None)
    assert (out.body["state"], out.body["publish_at"]) == ("published", None)
    shown = (await admin.get(waiting.path)).json()
    assert (shown["state"], shown["publish_at"]) == ("scheduled", "2999-01-01T00:00:00.000000Z")


async def test_several_processes_publish_each_once(
    make: Make, admin: Client, settings: Settings, database: asyncpg.Connection
) -> None:
    scheduled = [await schedule(make, await make.verdict()) for _ in range(8)]

    async with processes(settings, 3):
        await gather(*(until(admin, one, "published") for one in scheduled))

    counted = await database.fetch(
        "SELECT count(*) FROM change WHERE action = 'verdict.published' GROUP BY resource_id"
    )
    assert [row[0] for row in counted] == [1] * len(scheduled)
    assert await database.fetchval("SELECT count(*) FROM publication") == len(scheduled)


async def test_what_somebody_holds_is_left_to_the_next_look(
    make: Make, admin: Client, settings: Settings, database_url: str
) -> None:
    held, free = [await schedule(make, await make.verdict()) for _ in range(2)]
    other = await asyncpg.connect(database_url)
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT FROM verdict WHERE id = $1 FOR UPDATE", held.id)

    async with processes(settings, 1):
        await until(admin, free, "published")
        assert (await admin.get(held.path)).json()["state"] == "scheduled"
        await transaction.rollback()
        await until(admin, held, "published")
    await other.close()


async def test_what_lacks_something_by_then_goes_back_and_says_what(
    make: Make, admin: Client, anonymous: Client, settings: Settings
) -> None:
    statement = await make.statement()
    scheduled = await schedule(make, await make.verdict(statement_id=statement.id))
    await archive(admin, statement)
    other = await schedule(make, await make.verdict())

    async with processes(settings, 1):
        await until(admin, other, "published")
        shown = await until(admin, scheduled, "approved")

    assert shown["publish_at"] is None
    entry = (await history(admin, scheduled))[0]
    assert (entry["action"], entry["reason"]) == (
        "verdict.unscheduled", "Not ready: The statement was archived",
    )  # fmt: skip
    assert (await anonymous.get(scheduled.path)).status_code == 404


async def test_what_lacks_something_now_is_not_scheduled(make: Make, admin: Client) -> None:
    approved = await make.approve(await make.verdict(rating=None))
    body = {"to": "scheduled", "publish_at": LATER}

    refused = await admin.post(f"{approved.path}/transitions", json=body, headers=approved.if_match)

    assert wrong(refused) == (409, {("/rating", "missing")})


@pytest.mark.parametrize("publish_at", ["tomorrow", "2026-12-24T10:00:00", 0, None])
async def test_an_instant_is_needed_to_schedule(
    publish_at: object, make: Make, admin: Client
) -> None:
    approved = await make.approve(await make.verdict())
    body = {"to": "scheduled", "publish_at": publish_at}

    refused = await admin.post(f"{approved.path}/transitions", json=body, headers=approved.if_match)

    assert refused.status_code == 422
    assert (await admin.get(approved.path)).json() == approved.body


async def test_an_instant_that_is_over_is_taken_at_the_next_look(
    make: Make, admin: Client, settings: Settings
) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    scheduled = await schedule(make, await make.verdict(), yesterday)

    async with processes(settings, 1):
        shown = await until(admin, scheduled, "published")

    assert shown["published_at"] > scheduled.body["updated_at"]


async def test_what_was_archived_meanwhile_is_left_alone(
    make: Make, admin: Client, settings: Settings
) -> None:
    doomed = await schedule(make, await make.verdict())
    await archive(admin, doomed)
    other = await schedule(make, await make.verdict())

    async with processes(settings, 1):
        await until(admin, other, "published")

    assert (await admin.get(doomed.path)).status_code == 410
    assert (await history(admin, doomed))[0]["action"] == "verdict.archived"
