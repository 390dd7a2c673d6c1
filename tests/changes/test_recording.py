"""Every write leaves one entry behind, with what resulted as each may see it."""

import json

import asyncpg
import pytest
from httpx2 import Response

from tests.making import Client, Json, Made, Make, archive, change

NESTED: Json = {
    "text": "Hm",
    "language": "en",
    "visibility": "public",
    "speaker": {"name": "Somebody"},
    "topics": [{"key": "new", "labels": {"en": "New"}}],
    "appearances": [
        {
            "source": {
                "kind": "article",
                "name": "An article",
                "publisher": {"kind": "newspaper", "name": "A paper"},
            },
            "role": "outlet",
            "mode": "summary",
        }
    ],
}
KINDS: dict[str, Json] = {
    "speaker": {"name": "Changed"},
    "source": {"access": "confidential"},
    "topic": {"labels": {"en": "Changed"}},
    "measure": {"unit": "km"},
    "scale": {"description": "Changed"},
    "organization": {"name": "Changed"},
    "api_key": {"name": "Changed"},
    "statement": {"visibility": "internal"},
    "verdict": {"headline": "Changed"},
    "contact": {"note": "Changed"},
}
ACTIONS = {"scale": "rating_scale"}


async def entries(database: asyncpg.Connection) -> list[Json]:
    rows = [dict(row) for row in await database.fetch("SELECT * FROM change ORDER BY id")]
    for row in rows:
        row["document"] = json.loads(row["document"])
        row["public_document"] = json.loads(row["public_document"] or "null")
    return rows


async def shown(client: Client, path: str) -> Json | None:
    answer = await client.get(path)
    body: Json | None = answer.json() if answer.status_code == 200 else None
    return body


async def expect(entry: Json, answer: Response, path: str, admin: Client, public: Client) -> None:
    """Expect an entry to tell what was done, by whom, and what resulted."""
    made = await shown(admin, path)
    assert made is not None
    assert (str(entry["resource_id"]), entry["version"]) == (made["id"], made["version"])
    assert (entry["document"], entry["public_document"]) == (made, await shown(public, path))
    assert (entry["actor"], entry["request_id"]) == (
        "Administrator",
        answer.headers["X-Request-Id"],
    )
    assert f"/v1/{entry['collection']}/{made['id']}" == path
    assert entry["organization_id"] is not None
    assert entry["key_id"] is not None


@pytest.mark.parametrize("kind", KINDS)
async def test_making_changing_and_archiving_leave_one_entry_each(
    kind: str, make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    made: Made = await getattr(make, kind)()
    action = ACTIONS.get(kind, kind)
    *_, entry = await entries(database)
    before = len(await entries(database)) - 1
    again = await admin.get(made.path)
    again.headers["X-Request-Id"] = entry["request_id"]
    await expect(entry, again, made.path, admin, anonymous)

    changed = await change(admin, made, **KINDS[kind])
    *_, entry = await entries(database)
    await expect(entry, changed, made.path, admin, anonymous)
    assert entry["action"] == f"{action}.changed"

    archived = await archive(admin, Made(made.path, {}, changed.headers["ETag"]))
    *_, entry = await entries(database)
    assert archived.status_code == 204
    assert (entry["version"], entry["public_document"]) == (3, None)
    assert entry["document"]["id"] == made.id

    actions = [entry["action"] for entry in (await entries(database))[before:]]
    assert actions == [f"{action}.{done}" for done in ("created", "changed", "archived")]


async def test_what_is_nested_leaves_an_entry_of_its_own(
    admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    answer = await admin.post("/v1/statements", json=NESTED)

    found = await entries(database)
    assert sorted(entry["action"] for entry in found) == [
        "source.created",
        "source.created",
        "speaker.created",
        "statement.created",
        "topic.created",
    ]
    assert found[-1]["action"] == "statement.created"
    for entry in found:
        path = f"/v1/{entry['collection']}/{entry['resource_id']}"
        await expect(entry, answer, path, admin, anonymous)


async def test_a_link_leaves_an_entry(
    make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    one, other = await make.statement(), await make.statement()

    body = {"other_id": other.id, "type": "repeats", "state": "confirmed"}
    made = await make.post(f"{one.path}/links", body)

    *_, entry = await entries(database)
    assert (entry["action"], entry["collection"], entry["version"]) == ("link.created", "links", 1)
    assert entry["document"] == await shown(admin, made.path)
    assert entry["public_document"] == await shown(anonymous, made.path)


async def test_publishing_leaves_what_the_public_sees(
    make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    draft = await make.verdict()
    drafted = (await entries(database))[-1]

    published = await make.publish(draft, comment="Why now")

    *_, entry = await entries(database)
    assert drafted["public_document"] is None
    assert (entry["action"], entry["reason"]) == ("verdict.published", "Why now")
    assert entry["document"] == await shown(admin, published.path) == published.body
    assert entry["public_document"] == await shown(anonymous, published.path)


async def test_an_entry_names_whose_act_it_was(
    make: Make, contributor: Client, database: asyncpg.Connection
) -> None:
    await make.speaker()

    await Make(contributor).speaker()

    assert [entry["actor"] for entry in await entries(database)] == [
        "Administrator",
        "Contributor",
    ]


async def test_what_is_refused_leaves_no_entry(
    make: Make, admin: Client, reader: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    made, topic = await make.statement(), await make.topic()
    published = await make.published(statement_id=made.id)
    before = len(await entries(database))
    body = {"text": "Hm", "language": "en", "speaker_is_anonymous": True}
    again = {"key": topic.body["key"], "labels": {"en": "Again"}}

    refused = [
        await anonymous.post("/v1/statements", json=body),
        await reader.post("/v1/statements", json=body),
        await admin.delete("/v1/speakers/0192d3a4-0000-7000-8000-000000000000"),
        await admin.post("/v1/topics", json=again),
        await archive(admin, published),
        await admin.patch(made.path, json={}, headers={"If-Match": '"7-x"'}),
        await admin.post("/v1/statements", json=body | {"topics": [again, "nothing"]}),
        await admin.patch(made.path, json={"summary": "S"}),
    ]

    assert [answer.status_code for answer in refused] == [
        401, 403, 404, 409, 409, 412, 409, 428,
    ]  # fmt: skip
    assert len(await entries(database)) == before
