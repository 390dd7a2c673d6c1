"""Create or replace by one's own reference: once, or again, or after somebody else."""

from asyncio import gather
from collections import Counter
from typing import Any

import asyncpg
import pytest
from httpx2 import Response

from tests.making import Client, Json, Made, Make, wrong

REF = "cms/4711?x=1"
NAMED = "cms%2F4711%3Fx=1"
BODIES: dict[str, Json] = {
    "statements": {"text": "There are three", "language": "en", "speaker_is_anonymous": True},
    "speakers": {"name": "A speaker", "names": [{"name": "Another name"}]},
    "sources": {"kind": "article", "name": "A source", "url": "https://example.org/a"},
    "verdicts": {"check_type": "content", "headline": "There are three", "language": "en"},
}
FIELDS = {"statements": "summary", "speakers": "name", "sources": "name", "verdicts": "summary"}
each_collection = pytest.mark.parametrize("collection", BODIES)


async def put(
    client: Client, collection: str, body: Json, ref: str = NAMED, **conditions: str
) -> Response:
    headers = {name.replace("_", "-"): value for name, value in conditions.items()}
    return await client.put(f"/v1/{collection}/by-ref/{ref}", json=body, headers=headers)


async def a_body(make: Make, collection: str) -> Json:
    if collection != "verdicts":
        return dict(BODIES[collection])
    return BODIES[collection] | {"statement_id": (await make.statement()).id}


async def changes(database: asyncpg.Connection, **named: Any) -> int:
    """Count the changes of a resource that were recorded."""
    count = "SELECT count(*) FROM change WHERE resource_id = $1"
    found: int = await database.fetchval(count, named["of"])
    return found


@each_collection
async def test_the_first_put_creates(collection: str, make: Make, editor: Client) -> None:
    body = await a_body(make, collection)

    answer = await put(editor, collection, body, If_None_Match="*")

    assert (answer.status_code, answer.json()["ref"], answer.json()["version"]) == (201, REF, 1)
    there = await editor.get(answer.headers["Location"])
    assert (there.json(), there.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
    assert answer.headers["Location"] == f"/v1/{collection}/{answer.json()['id']}"


@each_collection
async def test_the_next_put_replaces(
    collection: str, make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    body = await a_body(make, collection)
    first = await put(editor, collection, body)

    body[FIELDS[collection]] = "Something else"
    second = await put(editor, collection, body, If_Match=first.headers["ETag"])

    assert second.status_code == 200, second.text
    made = second.json()
    assert (made["id"], made["version"]) == (first.json()["id"], 2)
    assert made[FIELDS[collection]] == "Something else"
    assert second.headers["Content-Location"] == first.headers["Location"]
    assert second.headers["ETag"] == (await editor.get(first.headers["Location"])).headers["ETag"]
    assert await changes(database, of=made["id"]) == 2


@each_collection
async def test_the_same_put_again_changes_nothing(
    collection: str, make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    body = await a_body(make, collection)
    first = await put(editor, collection, body)

    again = await put(editor, collection, body | {"ref": REF}, If_Match="*")

    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["ETag"] == first.headers["ETag"]
    assert await changes(database, of=first.json()["id"]) == 1


@each_collection
async def test_replacing_needs_to_say_what_was_seen(
    collection: str, make: Make, editor: Client
) -> None:
    body = await a_body(make, collection)
    first = await put(editor, collection, body)
    tag = first.headers["ETag"]

    missing = await put(editor, collection, body)
    stale = await put(editor, collection, body, If_Match='"0-6f1ed002ab559585"')
    exists = await put(editor, collection, body, If_None_Match="*")
    same = await put(editor, collection, body, If_Match="*", If_None_Match=f'"x", W/{tag}')
    other = await put(editor, collection, body, If_Match="*", If_None_Match='"x"')

    assert wrong(missing) == (428, {("If-Match", "missing")})
    assert [one.json()["type"] for one in (stale, exists, same)] == [
        "/problems/stale-version",
        "/problems/already-there",
        "/problems/already-there",
    ]
    for refused in (stale, exists, same):
        assert (refused.status_code, refused.headers["ETag"]) == (412, tag)
        assert refused.json()["version"] == 1
    assert other.status_code == 200


@each_collection
async def test_what_is_not_there_can_not_be_replaced(
    collection: str, make: Make, editor: Client
) -> None:
    body = await a_body(make, collection)

    for tag in ('"1-6f1ed002ab559585"', "*"):
        answer = await put(editor, collection, body, If_Match=tag)
        assert wrong(answer) == (412, {("If-Match", "nothing_there")})
    assert (await put(editor, collection, body, If_Match="no tag")).status_code == 400
    assert (await editor.get(f"/v1/{collection}/by-ref/{NAMED}")).status_code == 404


@each_collection
async def test_it_is_fetched_by_its_reference_as_by_its_id(
    collection: str, make: Make, editor: Client
) -> None:
    first = await put(editor, collection, await a_body(make, collection))
    path = f"/v1/{collection}/by-ref/{NAMED}"

    found = await editor.get(path)
    again = await editor.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (found.status_code, found.json()) == (200, first.json())
    assert found.headers["ETag"] == first.headers["ETag"]
    assert found.headers["Content-Location"] == first.headers["Location"]
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (await editor.head(path)).headers["ETag"] == first.headers["ETag"]
    assert (await editor.get(f"/v1/{collection}/by-ref/another")).status_code == 404
    assert (await editor.get(f"/v1/{collection}/by-ref/")).status_code == 404


@each_collection
async def test_a_reference_is_an_organisations_own(
    collection: str, make: Make, editor: Client, stranger: Client, anonymous: Client
) -> None:
    body = await a_body(make, collection)
    ours = await put(editor, collection, body)
    path = f"/v1/{collection}/by-ref/{NAMED}"

    assert (await anonymous.get(path)).status_code == 404
    assert (await stranger.get(path)).status_code == 404
    theirs = await put(
        stranger,
        collection,
        body | {"url": "https://example.org/theirs"} if (collection == "sources") else body,
    )
    assert theirs.status_code == 201, theirs.text
    assert theirs.json()["id"] != ours.json()["id"]
    assert (await stranger.get(path)).json()["id"] == theirs.json()["id"]
    assert (await editor.get(path)).json()["id"] == ours.json()["id"]


@each_collection
async def test_a_reference_stays_taken_when_what_it_names_was_archived(
    collection: str, make: Make, editor: Client
) -> None:
    body = await a_body(make, collection)
    first = await put(editor, collection, body)
    await editor.delete(first.headers["Location"], headers={"If-Match": "*"})

    for conditions in ({}, {"If_Match": "*"}, {"If_None_Match": "*"}):
        assert (await put(editor, collection, body, **conditions)).status_code == 410
    assert (await editor.get(f"/v1/{collection}/by-ref/{NAMED}")).status_code == 410


@each_collection
async def test_the_body_may_repeat_the_reference_and_name_no_other(
    collection: str, make: Make, editor: Client
) -> None:
    body = await a_body(make, collection)

    other = await put(editor, collection, body | {"ref": "another"})
    unfit = await put(editor, collection, body, ref="%20")
    same = await put(editor, collection, body | {"ref": REF})

    assert wrong(other) == (422, {("/ref", "reference")})
    assert wrong(unfit)[0] == 422
    assert same.status_code == 201


@each_collection
async def test_who_may_not_write_may_not_put(
    collection: str, make: Make, reader: Client, anonymous: Client
) -> None:
    body = await a_body(make, collection)

    assert (await put(reader, collection, body)).status_code == 403
    assert (await put(anonymous, collection, body)).status_code == 401


@each_collection
async def test_of_several_who_create_the_same_at_once_one_does(
    collection: str, make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    body = await a_body(make, collection)

    answers = await gather(
        *(put(editor, collection, body, If_None_Match="*") for _ in range(5)),
        *(put(editor, collection, body) for _ in range(3)),
    )

    counted = Counter(answer.status_code for answer in answers)
    assert counted[201] == 1
    assert counted[412] + counted[428] == 7
    table = collection.removesuffix("s")
    assert await database.fetchval(f"SELECT count(*) FROM {table} WHERE ref = $1", REF) == 1  # noqa: S608


@each_collection
async def test_of_several_who_replace_the_same_at_once_one_does(
    collection: str, make: Make, editor: Client
) -> None:
    body = await a_body(make, collection)
    tag = (await put(editor, collection, body)).headers["ETag"]

    answers = await gather(
        *(
            put(editor, collection, body | {FIELDS[collection]: f"Number {n}"}, If_Match=tag)
            for n in range(5)
        )
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 4}


@each_collection
async def test_an_archiving_at_the_same_time_is_never_overwritten(
    collection: str, make: Make, editor: Client
) -> None:
    body = await a_body(make, collection)
    first = await put(editor, collection, body)
    made = Made(first.headers["Location"], first.json(), first.headers["ETag"])

    replaced, archived = await gather(
        put(editor, collection, body | {FIELDS[collection]: "Other"}, If_Match=made.etag),
        editor.delete(made.path, headers=made.if_match),
    )

    assert (replaced.status_code, archived.status_code) in {(200, 412), (410, 204)}
