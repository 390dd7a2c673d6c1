"""A model behind an address is asked as OpenAI's is, and never believed to the letter."""

import json
import time
from collections.abc import Callable

import asyncpg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.documents.shape import View
from app.foundation import settings as configuration
from app.foundation.settings import Settings, WrongSetting
from app.main import create_app
from app.meaning import asking, bundled, choosing, endpoint, storing
from app.meaning.asking import Meaning
from app.meaning.choosing import Embedders
from app.meaning.embedder import EmbedderAway, Model, Unreadable
from app.meaning.endpoint import Endpoint
from app.meaning.upkeep import MeaningUpkeep
from tests.making import Make
from tests.meaning.serving import DIMENSIONS, LocalModel, vector


def ask(local: LocalModel, model: str = "words", key: str | None = None) -> Endpoint:
    """Have what asks."""
    return Endpoint(local.url, model, DIMENSIONS, SecretStr(key) if key else None)


async def test_statements_are_found_by_a_model_behind_an_address(
    make: Make, app: FastAPI, settings: Settings, local: LocalModel
) -> None:
    bridge = await make.statement(text="The bridge is open")
    await make.statement(text="Bread costs twice as much")
    embedders = Embedders(local.settings(settings, embedder_key=SecretStr("hush")))
    await MeaningUpkeep(app.state.database, embedders, 0).look()
    meaning = Meaning(app.state.database.searches, embedders)

    read = await meaning.read(["the bridge", "bread costs"])
    assert read is not None
    found = await meaning.nearest(read, View.PUBLIC, None, most=1)

    assert read.model == Model("words", local.url, DIMENSIONS)
    assert str(found[0][0].id) == bridge.id != str(found[1][0].id)
    assert [len(asked["input"]) for asked in local.asked] == [2, 2]
    assert {asked["path"] for asked in local.asked} == {"/v1/embeddings"}
    assert set(local.keys) == {"Bearer hush"}
    await embedders.close()


async def test_vectors_have_length_one_whatever_the_server_gives(local: LocalModel) -> None:
    asked = ask(local)

    [made] = await asked.queries(["one two three"])

    length = sum(number * number for number in vector("one two three")) ** 0.5
    assert list(made) == pytest.approx([n / length for n in vector("one two three")])
    assert await asked.passages([]) == []
    await asked.close()


@pytest.mark.parametrize(
    ("model", "expected"),
    [("words", "who"), ("intfloat/multilingual-e5-large", "query: who"), ("tree5", "who")],
)
async def test_models_of_the_e5_family_are_told_what_a_text_is_for(
    local: LocalModel, model: str, expected: str
) -> None:
    asked = ask(local, model)

    await asked.queries(["who"])

    assert local.asked[0]["input"] == [expected]
    assert local.asked[0]["model"] == model
    await asked.close()


async def test_a_long_text_is_cut_and_what_is_no_text_is_left_out(local: LocalModel) -> None:
    asked = ask(local)

    await asked.queries(["a" * 5000, "b\x00\ud800c"])
    await asked.passages(["a" * 5000])

    assert [len(text) for text in local.asked[0]["input"]] == [600, 4]
    assert local.asked[0]["input"][1] == "b  c"
    assert [len(text) for text in local.asked[1]["input"]] == [2000]
    await asked.close()


def answers(data: object) -> bytes:
    """Write an answer."""
    return json.dumps({"data": data}).encode()


ONE = {"index": 0, "embedding": [1.0] * DIMENSIONS}
WRONG: dict[str, bytes] = {
    "no JSON": b"<html>",
    "no object": b"[]",
    "no data": b"{}",
    "no vector": answers([{"index": 0}]),
    "none": answers([]),
    "two": answers([ONE, ONE | {"index": 1}]),
    "another place": answers([ONE | {"index": 1}]),
    "too short": answers([ONE | {"embedding": [1.0]}]),
    "nothing": answers([ONE | {"embedding": [0.0] * DIMENSIONS}]),
    "no numbers": answers([ONE | {"embedding": ["a"] * DIMENSIONS}]),
    "not finite": answers([ONE | {"embedding": [float("nan")] * DIMENSIONS}]),
    "too large": answers([ONE | {"embedding": [1e300] * DIMENSIONS}]),
    "too long": b" " * 100_000,
    "too deep": b"[" * 60_000,
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
async def test_what_is_no_vector_is_refused(local: LocalModel, body: bytes) -> None:
    local.body = body
    asked = ask(local)

    with pytest.raises(EmbedderAway):
        await asked.queries(["who"])
    await asked.close()


@pytest.mark.parametrize(
    ("status", "raised"),
    [(400, Unreadable), (413, Unreadable), (401, EmbedderAway), (302, EmbedderAway),
     (429, EmbedderAway), (500, EmbedderAway)],
)  # fmt: skip
async def test_a_refusal_of_texts_is_told_from_any_other(
    local: LocalModel, status: int, raised: type[Exception]
) -> None:
    local.status = status
    asked = ask(local)

    with pytest.raises(raised, match=str(status)):
        await asked.queries(["who"])
    await asked.close()


async def test_while_the_server_is_away_or_slow_nothing_is_found_and_nobody_waits_twice(
    make: Make, app: FastAPI, settings: Settings, local: LocalModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await make.statement()
    embedders = Embedders(local.settings(settings))
    await MeaningUpkeep(app.state.database, embedders, 0).look()
    meaning = Meaning(app.state.database.searches, embedders)
    monkeypatch.setattr(endpoint, "PATIENCE", 0.1)
    local.pause = 0.4

    assert await meaning.read(["who"]) is None
    assert await meaning.read(["who"]) is None
    assert len(local.asked) == 2

    local.pause = 0
    monkeypatch.setattr(asking, "monotonic", lambda: time.monotonic() + 10)
    assert await meaning.read(["who"]) is not None
    await embedders.close()


async def test_an_address_where_nobody_answers_is_away(local: LocalModel) -> None:
    asked = Endpoint("http://127.0.0.1:9/v1", "words", DIMENSIONS, None)

    with pytest.raises(EmbedderAway, match="can't be reached"):
        await asked.passages(["who"])
    await asked.close()


async def test_the_key_is_only_sent_to_the_address_that_is_set(
    settings: Settings, local: LocalModel
) -> None:
    embedders = Embedders(local.settings(settings, embedder_key=SecretStr("hush")))

    assert embedders.of(Model("older", local.url, DIMENSIONS)) is not None
    assert embedders.of(Model("words", "https://elsewhere.example/v1", DIMENSIONS)) is None
    await embedders.close()


async def test_without_the_extra_nothing_is_embedded_and_nothing_breaks(
    make: Make, app: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make.statement()
    monkeypatch.setattr(bundled, "installed", lambda: None)
    embedders = Embedders(settings)
    work = MeaningUpkeep(app.state.database, embedders, 0.01)

    async with work.running():
        assert await work.look() == 0
    assert await work.left() == 1
    assert await Meaning(app.state.database.searches, embedders).read(["who"]) is None
    await embedders.close()


async def test_when_it_is_switched_off_nothing_is_embedded(
    app: FastAPI, settings: Settings
) -> None:
    embedders = Embedders(settings.model_copy(update={"embedder": "none"}))

    assert embedders.wanted is None
    assert await MeaningUpkeep(app.state.database, embedders, 1).look() == 0


async def test_without_pgvector_nothing_is_embedded_and_nothing_breaks(
    make: Make, app: FastAPI, database: asyncpg.Connection, embedders: Embedders
) -> None:
    await make.statement()
    work = MeaningUpkeep(app.state.database, embedders, 0)
    meaning = Meaning(app.state.database.searches, embedders)
    await database.execute("DROP EXTENSION vector")

    try:
        assert await work.look() == 0
        assert await work.left() == 1
        assert await meaning.read(["who"]) is None
    finally:
        await database.execute("CREATE EXTENSION vector")
    assert await work.look() == 1


async def test_a_pgvector_that_is_too_old_is_as_none(
    make: Make, app: FastAPI, embedders: Embedders, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make.statement()
    monkeypatch.setattr(storing, "OLDEST", (99, 0))

    assert await MeaningUpkeep(app.state.database, embedders, 0).look() == 0


@pytest.mark.parametrize(
    "address",
    ["http://models.example.org/v1", "ftp://a", "models", "https://a/v1?key=1", "https://a:b@c/v1"],
)
async def test_an_address_that_is_not_safe_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ONRECORD_EMBEDDER", address)

    with pytest.raises(WrongSetting, match=r"^ONRECORD_EMBEDDER: should be bundled, none, or"):
        configuration.load()


@pytest.mark.parametrize("made", [choosing.check, create_app])
async def test_an_address_comes_with_what_its_model_is(
    made: Callable[[Settings], object], settings: Settings
) -> None:
    chosen = settings.model_copy(update={"embedder": "https://models.example.org/v1"})

    with pytest.raises(WrongSetting, match="ONRECORD_EMBEDDER_MODEL and"):
        made(chosen)
