"""What isn't analysed at once is analysed soon, by whoever is there, and nothing is lost."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from app.finding import keeping, storing, upkeep
from app.finding.upkeep import Upkeep
from app.foundation.reads import ReadPool
from app.words import analysis, names
from tests.making import Client, Make, change
from tests.search.looking import ids, statements


@pytest.fixture
def work(app: FastAPI) -> Upkeep:
    """Have what does the work, which nobody else does in the tests."""
    return Upkeep(app.state.database, 0, dictionary=False)


async def test_what_reaches_far_is_finished_afterwards(
    make: Make, editor: Client, anonymous: Client, work: Upkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = await make.speaker(name="Olga Ivanova")
    said = [(await make.statement(speaker_id=speaker.id)).id for _ in range(5)]
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "AT_ONCE", 2)
        keeping.own.cache_clear()
        await change(editor, speaker, name="Olga Zhabrovets")
    # Only now, for whatever else was committed meanwhile compiled it with 2 as well.
    keeping.own.cache_clear()
    assert await work.left() == 4
    assert len(await statements(anonymous, "Zhabrovets")) < 5

    assert await work.look() == 4
    assert set(await statements(anonymous, "Zhabrovets")) == set(said)
    assert await work.left() == 0


async def test_what_others_wrote_is_analysed_too(
    make: Make, database: asyncpg.Connection, anonymous: Client, work: Upkeep
) -> None:
    made = await make.statement(text="The bridge is open")
    await database.execute(
        "UPDATE statement SET text = 'The tunnel is shut' WHERE id = $1", made.id
    )

    assert await statements(anonymous, "tunnel") == []
    await work.look()
    assert await statements(anonymous, "tunnel") == [made.id]
    assert await statements(anonymous, "bridge") == []


async def test_newer_rules_analyse_everything_again_while_it_is_found(
    make: Make, database: asyncpg.Connection, anonymous: Client, work: Upkeep,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    speaker = await make.speaker(name="Olga Zhabrovets")
    made = [(await make.statement(text=f"Bridge {n}", speaker_id=speaker.id)).id for n in range(7)]
    monkeypatch.setattr(upkeep, "BATCH", 3)
    monkeypatch.setattr(analysis, "VERSION", analysis.VERSION + 1)
    monkeypatch.setattr(names, "VERSION", names.VERSION + 1)
    storing.keep.cache_clear()
    told: list[tuple[int, float | None]] = []

    left = REGISTRY.get_sample_value
    assert await work.left() == 8
    assert set(await statements(anonymous, "bridge")) == set(made)
    await work.look(lambda batch: told.append((batch, left("onrecord_search_due"))))

    versions = await database.fetch(
        "SELECT analysed_with FROM statement_search UNION ALL SELECT analysed_with FROM name_key"
    )
    storing.keep.cache_clear()
    assert told == [(1, 7), (3, 4), (3, 1), (1, 0)]
    assert {row[0] for row in versions} == {analysis.VERSION, names.VERSION}
    assert set(await ids(anonymous, "Zhabrovets")) == {speaker.id, *made}


async def test_everything_can_be_analysed_again(
    make: Make, database: asyncpg.Connection, anonymous: Client, work: Upkeep
) -> None:
    speaker = await make.speaker(name="Olga Zhabrovets")
    made = await make.statement(text="The bridge is open", speaker_id=speaker.id)
    source = await make.source(name="Quagmire papers")
    await database.execute("DELETE FROM statement_search; DELETE FROM name_key")
    assert await ids(anonymous, "bridge") == []

    await work.everything(["statements", "speakers", "sources"])
    await work.look()

    assert await ids(anonymous, "bridge") == [made.id]
    assert (await ids(anonymous, "Zhabrovets"))[0] == speaker.id
    assert await ids(anonymous, "Quagmire") == [source.id]


async def test_shelves_are_put_up_as_statements_come_and_everything_stays_in_its_order(
    make: Make, database: asyncpg.Connection, anonymous: Client, work: Upkeep,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(upkeep, "SHELF", 4)
    made: dict[str, str] = {}

    async def record(days: list[str]) -> None:
        for day in days:
            made[day] = (await make.statement(text="Rain fell", said_on=day)).id

    async def shelved() -> list[Any]:
        await work.look()
        rows = await database.fetch(
            "SELECT shelf, count(*) AS held FROM statement_search GROUP BY shelf"
        )
        return sorted(row["held"] for row in rows)

    await record([f"2022-01-{day:02}" for day in range(1, 6)])
    assert await shelved() == [5]
    await record([f"2022-02-{day:02}" for day in range(1, 4)])
    assert await shelved() == [3, 5]
    await record([f"2022-01-{day:02}" for day in range(10, 20)])

    assert sum(await shelved()) == len(made)
    assert max(await shelved()) <= 8
    newest_first = [made[day] for day in sorted(made, reverse=True)]
    assert await statements(anonymous, "rain", limit=100) == newest_first


async def everywhere(pools: tuple[ReadPool, ...], command: str) -> None:
    """Run a command on each connection of pools of four."""
    async with AsyncExitStack() as held:
        for pool in pools:
            for _ in range(4):
                connection = await held.enter_async_context(pool.connection())
                await connection.execute(command)


async def test_a_search_that_takes_too_long_is_503(
    make: Make, app: FastAPI, database: asyncpg.Connection, anonymous: Client
) -> None:
    await make.statement(text="Rain fell")
    pools = app.state.database.reads, app.state.database.searches
    async with database.transaction():
        await database.execute("LOCK TABLE statement_search IN ACCESS EXCLUSIVE MODE")
        await everywhere(pools, "SET statement_timeout = 200")
        answers = [await anonymous.get(f"/v1/{path}?q=rain") for path in ("search", "statements")]
    await everywhere(pools, "RESET statement_timeout")

    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert answer.json()["type"].endswith("/unavailable")


async def test_several_processes_share_the_work(
    make: Make, database: asyncpg.Connection, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    aliases = [{"name": f"Alias {number}", "kind": "alias"} for number in range(5)]
    for _ in range(9):
        await make.speaker(names=aliases)
        await make.statement()
    monkeypatch.setattr(upkeep, "BATCH", 3)
    monkeypatch.setattr(analysis, "VERSION", analysis.VERSION + 1)
    monkeypatch.setattr(names, "VERSION", names.VERSION + 1)
    storing.keep.cache_clear()
    several = [Upkeep(app.state.database, 0, dictionary=False) for _ in range(3)]

    await asyncio.gather(*(one.look() for one in several))
    await several[0].look()

    storing.keep.cache_clear()
    assert await several[0].left() == 0
    assert await database.fetchval("SELECT count(*) FROM name_key") == 9 * 6 + 9


async def test_what_one_statement_takes_to_keep_does_not_grow_with_all_of_them(
    make: Make, database: asyncpg.Connection
) -> None:
    ids = [(await make.statement()).id for _ in range(3)]
    made = storing.keep(alone=False)
    given = made.arguments({"ids": ids, "words": ["'a':1A"] * 3})

    async with database.transaction():
        await database.execute("SET LOCAL enable_seqscan = off")
        rows = await database.fetch(f"EXPLAIN {made.text}", *given)

    plan = "\n".join(row[0] for row in rows)
    assert "Insert on statement_search" in plan
    assert "Seq Scan on statement_search" not in plan
