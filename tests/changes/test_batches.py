"""Many records in one request: each has its own result, and the rules are those of one."""

import json
from asyncio import gather
from typing import Any

import asyncpg
import pytest
from httpx2 import Response

from tests.making import Client, Json, Make, everything, wrong

COLLECTIONS: dict[str, Json] = {
    "statements": {"text": "Hm", "language": "en", "speaker_is_anonymous": True},
    "speakers": {"name": "Somebody"},
    "sources": {"kind": "article", "name": "Something"},
}
STATEMENT = COLLECTIONS["statements"]
FULL: Json = {
    "text": "environ 98.000 Russes",
    "language": "fr",
    "visibility": "public",
    "speaker": {"name": "Aslan Atalykov", "names": [{"name": "Atalykovn"}]},
    "translations": [{"language": "en", "text": "about 98,000", "translator": "human"}],
    "quantities": [
        {"measure": "border_entries", "value": "98000"},
        {"measure": "border_exits", "comparator": "between", "low": "1", "high": "2"},
    ],
    "topics": [{"key": "mobilisation", "labels": {"en": "Mobilisation"}}],
    "appearances": [
        {
            "key": "ria",
            "role": "agency",
            "mode": "direct_quote",
            "source": {
                "kind": "wire",
                "name": "A wire",
                "publisher": {"kind": "news_agency", "name": "RIA Novosti"},
            },
        },
        {
            "parent_key": "ria",
            "role": "outlet",
            "mode": "translated_quote",
            "source": {"kind": "article", "name": "An article", "url": "https://a.example/"},
            "changed_facts": [{"field": "value", "from": "98000", "to": "100000"}],
        },
    ],
}
each_collection = pytest.mark.parametrize("collection", COLLECTIONS)


async def batch(
    client: Client, items: list[Any], collection: str = "statements", **parameters: str
) -> Response:
    return await client.post(
        f"/v1/{collection}/batch", json={"items": items}, params=parameters or None
    )


async def counted(database: asyncpg.Connection) -> dict[str, int]:
    """Count what there is, and the changes that made it; keys have changes, too."""
    tables = ("statement", "speaker", "source", "topic", "appearance")
    counts = {table: await database.fetchval(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608
    made = "SELECT count(*) FROM change WHERE collection <> ALL ($1)"
    elsewhere = ["api-keys", "organizations"]
    return {**counts, "change": await database.fetchval(made, elsewhere)}


@each_collection
async def test_each_item_has_its_own_result_in_order(
    collection: str, editor: Client, database: asyncpg.Connection
) -> None:
    items = [COLLECTIONS[collection] | {"ref": f"item-{n}"} for n in range(60)]

    answer = await batch(editor, items, collection)

    body = answer.json()
    assert (answer.status_code, body["recorded"], body["refused"]) == (200, 60, 0)
    assert [one["document"]["ref"] for one in body["results"]] == [one["ref"] for one in items]
    for one in body["results"][::20]:
        there = await editor.get(one["location"])
        assert (there.json(), there.headers["ETag"]) == (one["document"], one["etag"])
        assert one["location"] == f"/v1/{collection}/{one['id']}"
        assert (one["status"], one["problem"]) == (201, None)
    assert (await counted(database))["change"] == 60


async def test_what_is_nested_is_recorded_as_for_one(
    editor: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    other = FULL | {
        "topics": ["mobilisation"],
        "appearances": FULL["appearances"][:1],
    }
    alone = await editor.post("/v1/statements", json=other | {"topics": []})
    assert alone.status_code == 201, alone.text

    answer = await batch(editor, [FULL, other], atomic="false")
    (first, second) = answer.json()["results"]

    assert (first["status"], second["status"]) == (201, 422)
    assert [hop["key"] for hop in first["document"]["appearances"]] == ["ria", "a1"]
    assert first["document"]["appearances"][0]["source"]["publisher"]["name"] == "RIA Novosti"
    assert (await editor.get(first["location"])).json() == first["document"]
    log = await database.fetch(
        "SELECT collection, action, actor, version, document, public_document FROM change"
        " WHERE id > (SELECT max(id) FROM change WHERE resource_id = $1) ORDER BY id",
        alone.json()["id"],
    )
    assert [row["collection"] for row in log][-1] == "statements"
    assert sorted(row["action"] for row in log) == [
        "source.created", "source.created", "source.created", "speaker.created",
        "statement.created", "topic.created",
    ]  # fmt: skip
    assert {(row["actor"], row["version"]) for row in log} == {("Editor", 1)}
    assert json.loads(log[-1]["document"]) == first["document"]
    public = (await anonymous.get(first["location"])).json()
    assert json.loads(log[-1]["public_document"]) == public


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_bad_items_are_refused_alone_unless_it_is_all_or_nothing(
    collection: str, editor: Client, database: asyncpg.Connection
) -> None:
    good = COLLECTIONS[collection]
    items = [good | {"ref": "one"}, good | {"colour": "red"}, "no object", good | {"ref": "one"}]

    answer = await batch(editor, items, collection, atomic="false")

    body = answer.json()
    assert (answer.status_code, body["recorded"], body["refused"]) == (200, 1, 3)
    assert [one["status"] for one in body["results"]] == [201, 422, 422, 409]
    found = [everything((one["problem"] or {"errors": []})["errors"]) for one in body["results"]]
    assert found[1:] == [
        {("/colour", "unknown_field")},
        {(None, "model_attributes_type")},
        {("/ref", "taken")},
    ]
    for one in body["results"][1:]:
        assert [one[name] for name in ("id", "location", "etag", "document")] == [None] * 4
        assert one["problem"]["request_id"] == answer.headers["X-Request-Id"]
        assert one["problem"]["instance"] == f"/v1/{collection}/batch"
    assert (await counted(database))["change"] == 1


@each_collection
async def test_all_or_nothing_names_every_bad_item(
    collection: str, make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    good = COLLECTIONS[collection]
    await make.post(f"/v1/{collection}", good | {"ref": "taken"})
    before = await counted(database)
    items = [good, good | {"colour": "red"}, good | {"ref": "taken"}, good | {"ref": ""}, good]

    for parameters in ({}, {"atomic": "true"}):
        answer = await batch(editor, items, collection, **parameters)

        assert answer.json()["type"] == "/problems/batch-refused"
        assert answer.json()["detail"] == "3 of 5 items were refused"
        assert wrong(answer) == (
            422,
            {
                ("/items/1/colour", "unknown_field"),
                ("/items/2/ref", "taken"),
                ("/items/3/ref", "string_too_short"),
            },
        )
    assert await counted(database) == before


async def test_nothing_of_a_refused_item_is_recorded(
    editor: Client, database: asyncpg.Connection
) -> None:
    broken = FULL | {"quantities": [{"measure": "unheard_of", "value": "1"}]}
    circle = FULL | {"topics": [], "appearances": [
        {**FULL["appearances"][0], "key": "a", "parent_key": "a"},
    ]}  # fmt: skip

    answer = await batch(editor, [broken, STATEMENT, circle], atomic="false")

    assert [one["status"] for one in answer.json()["results"]] == [422, 201, 422]
    assert await counted(database) == {
        "statement": 1, "speaker": 0, "source": 0, "topic": 0, "appearance": 0, "change": 1,
    }  # fmt: skip


async def test_of_items_that_want_the_same_the_first_gets_it(
    editor: Client, database: asyncpg.Connection
) -> None:
    def told(n: int, url: str) -> Json:
        hop = {
            "role": "outlet", "mode": "summary",
            "source": {"kind": "article", "name": f"Article {n}", "url": url},
        }  # fmt: skip
        return STATEMENT | {"text": f"Number {n}", "appearances": [hop]}

    items = [told(n, f"https://a.example/{n % 20}") for n in range(23)]

    answer = await batch(editor, items, atomic="false")

    results = answer.json()["results"]
    assert [one["status"] for one in results] == [201] * 20 + [409] * 3
    for one in results[20:]:
        (error,) = one["problem"]["errors"]
        assert (error["pointer"], error["code"]) == ("/appearances/0/source/url", "taken")
    assert [one["document"]["text"] for one in results[:20]] == [f"Number {n}" for n in range(20)]
    made = await counted(database)
    assert (made["statement"], made["source"], made["change"]) == (20, 20, 40)


async def test_a_nested_reference_that_is_taken_is_pointed_at(make: Make, editor: Client) -> None:
    await make.speaker(ref="taken")
    body = {"text": "Hm", "language": "en", "speaker": {"name": "A", "ref": "taken"}}

    alone = await editor.post("/v1/statements", json=body)
    many = await batch(editor, [body])

    assert wrong(alone) == (409, {("/speaker/ref", "taken")})
    assert wrong(many) == (422, {("/items/0/speaker/ref", "taken")})


async def test_a_batch_with_an_idempotency_key_has_one_effect(
    editor: Client, database: asyncpg.Connection
) -> None:
    items = [STATEMENT, STATEMENT | {"colour": "red"}]
    path, key = "/v1/statements/batch?atomic=false", {"Idempotency-Key": "a batch".replace(" ", "")}

    first = await editor.post(path, json={"items": items}, headers=key)
    again = await editor.post(path, json={"items": items}, headers=key)
    other = await editor.post(path.replace("false", "true"), json={"items": items}, headers=key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.json()["type"] == "/problems/idempotency-key-reused"
    assert await database.fetchval("SELECT count(*) FROM statement") == 1


async def test_the_same_batch_at_the_same_time_is_recorded_once(
    editor: Client, database: asyncpg.Connection
) -> None:
    items = [STATEMENT | {"ref": f"item-{n}"} for n in range(30)]

    answers = await gather(*(batch(editor, items) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [200, 422, 422]
    made = await counted(database)
    assert (made["statement"], made["change"]) == (30, 30)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/items", "missing"),
        ({"items": []}, "/items", "too_short"),
        ({"items": [{}] * 1001}, "/items", "too_long"),
        ({"items": {}}, "/items", "list_type"),
        ({"items": [STATEMENT], "atomic": False}, "/atomic", "unknown_field"),
    ],
)
async def test_a_batch_has_1_to_1000_items(
    body: Json, pointer: str, code: str, editor: Client
) -> None:
    answer = await editor.post("/v1/statements/batch", json=body)

    assert wrong(answer) == (422, {(pointer, code)})


async def test_a_thousand_are_recorded(editor: Client, database: asyncpg.Connection) -> None:
    answer = await batch(editor, [{"name": f"Speaker {n}"} for n in range(1000)], "speakers")

    assert (answer.status_code, answer.json()["recorded"]) == (200, 1000)
    names = [one["document"]["name"] for one in answer.json()["results"]]
    assert names == [f"Speaker {n}" for n in range(1000)]
    log = await database.fetch(
        "SELECT document ->> 'name' AS name FROM change WHERE collection = 'speakers' ORDER BY id"
    )
    assert [row["name"] for row in log] == names


async def test_a_batch_may_be_ten_times_as_long_as_another_body(editor: Client) -> None:
    long = [STATEMENT | {"text": "x" * 4000} for _ in range(600)]
    too_long = json.dumps({"items": [STATEMENT | {"text": "x" * 22_000}] * 1000})

    assert (await batch(editor, long)).status_code == 200
    alone = await editor.post("/v1/statements", json={"items": long})
    refused = await editor.post(
        "/v1/statements/batch", content=too_long, headers={"Content-Type": "application/json"}
    )

    assert (alone.status_code, refused.status_code) == (413, 413)


@each_collection
async def test_who_may_not_write_records_no_batch(
    collection: str, reader: Client, anonymous: Client
) -> None:
    items = [COLLECTIONS[collection]]

    assert (await batch(reader, items, collection)).status_code == 403
    assert (await batch(anonymous, items, collection)).status_code == 401


@each_collection
async def test_a_batch_is_posted_and_nothing_else(collection: str, editor: Client) -> None:
    path = f"/v1/{collection}/batch"

    answer = await editor.get(path)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    assert (await batch(editor, [{}], collection, atomic="yes")).status_code == 422
