"""A POST with an Idempotency-Key has one effect and one answer, however often it is sent."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from httpx2 import ASGITransport, Response
from pydantic import SecretStr

from app.access.writing import transaction
from app.changes.joining import adder
from app.foundation.openapi import methods_of
from app.foundation.settings import Settings
from app.main import create_app
from tests.making import Client, Json, Make, everything

STATEMENT: Json = {"text": "It rained", "language": "en", "speaker_is_anonymous": True}
REPLAYED = "Idempotent-Replayed"
WAITING = """
    SELECT count(*) FROM pg_locks WHERE NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def post(client: Client, key: str, body: Json | None = None, **given: Any) -> Response:
    """Record a statement with a key."""
    path = given.pop("path", "/v1/statements")
    headers = {"Idempotency-Key": key, **given}
    return await client.post(path, json=STATEMENT if body is None else body, headers=headers)


async def statements(client: Client) -> int:
    """Count the statements."""
    counted = await client.get("/v1/statements", params={"count": "true"})
    value: int = counted.json()["count"]["value"]
    return value


async def test_the_same_request_gets_the_first_answer_byte_for_byte(editor: Client) -> None:
    first = await post(editor, "k-1")
    second = await post(editor, "k-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers
    for header in ("ETag", "Location", "Content-Type", "Cache-Control", "Vary"):
        assert second.headers[header] == first.headers[header]
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert await statements(editor) == 1


async def test_the_answer_is_the_first_one_also_when_the_thing_has_changed(editor: Client) -> None:
    first = await post(editor, "k-1")
    change = {"summary": "Changed"}
    changed = await editor.patch(
        first.headers["Location"], json=change, headers={"If-Match": first.headers["ETag"]}
    )
    assert changed.status_code == 200

    assert (await post(editor, "k-1")).content == first.content


async def test_another_body_with_the_same_key_is_refused(editor: Client) -> None:
    await post(editor, "k-1")

    refused = await post(editor, "k-1", STATEMENT | {"text": "It snowed"})

    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/idempotency-key-reused"
    assert everything(refused.json()["errors"]) == {("Idempotency-Key", "reused")}
    assert await statements(editor) == 1


async def test_another_path_with_the_same_key_is_refused(editor: Client) -> None:
    body = {"name": "Somebody"}
    await post(editor, "k-1", body, path="/v1/speakers")

    refused = await post(editor, "k-1", {"kind": "ngo", **body}, path="/v1/sources")

    assert refused.json()["type"] == "/problems/idempotency-key-reused"


async def test_callers_do_not_share_keys(editor: Client, admin: Client, stranger: Client) -> None:
    answers = [await post(client, "k-1") for client in (editor, admin, stranger)]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 3


async def test_without_a_key_each_post_is_its_own(editor: Client) -> None:
    for _ in range(2):
        assert (await editor.post("/v1/statements", json=STATEMENT)).status_code == 201

    assert await statements(editor) == 2


async def test_a_refusal_is_not_remembered_and_can_be_mended(editor: Client) -> None:
    refused = await post(editor, "k-1", STATEMENT | {"language": "no such thing"})
    mended = await post(editor, "k-1")

    assert (refused.status_code, mended.status_code) == (422, 201)
    assert REPLAYED not in mended.headers


async def test_a_conflict_that_went_away_is_not_repeated(editor: Client, make: Make) -> None:
    topic = {"key": "weather", "labels": {"en": "Weather"}}
    made = await make.topic(**topic)
    refused = await post(editor, "k-1", topic, path="/v1/topics")
    renamed = await editor.patch(made.path, json={"key": "climate"}, headers=made.if_match)
    assert (refused.status_code, renamed.status_code) == (409, 200)

    assert (await post(editor, "k-1", topic, path="/v1/topics")).status_code == 201


async def test_many_at_once_have_one_effect(editor: Client) -> None:
    answers = await asyncio.gather(*(post(editor, "k-1") for _ in range(12)))

    made = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len({answer.content for answer in made}) == 1
    assert [answer for answer in made if REPLAYED not in answer.headers] != []
    for answer in refused:
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/request-in-progress"
        assert int(answer.headers["Retry-After"]) >= 1
    assert await statements(editor) == 1


async def test_while_the_first_is_running_the_second_is_asked_to_wait(
    editor: Client, make: Make, database_url: str
) -> None:
    speaker = await make.speaker()
    blocker = await asyncpg.connect(database_url)
    blocking = blocker.transaction()
    await blocking.start()
    await blocker.execute("LOCK TABLE statement IN ACCESS EXCLUSIVE MODE")
    body = STATEMENT | {"speaker_id": speaker.id, "speaker_is_anonymous": False}
    first = asyncio.create_task(post(editor, "k-1", body))
    async with asyncio.timeout(10):
        while not await blocker.fetchval(WAITING):  # noqa: ASYNC110 - Postgres has no event for it.
            await asyncio.sleep(0.01)

    second = await post(editor, "k-1", body)
    await blocking.rollback()
    await blocker.close()

    assert second.status_code == 409
    assert second.headers["Retry-After"] == "1"
    assert (await first).status_code == 201
    assert (await post(editor, "k-1", body)).content == (await first).content


async def test_another_process_gives_the_same_answer(
    editor: Client, settings: Settings, keys: dict[str, str]
) -> None:
    first = await post(editor, "k-1")
    another = create_app(settings)
    headers = {"Authorization": f"Bearer {keys['editor']}"}
    async with (
        another.router.lifespan_context(another),
        Client(transport=ASGITransport(another), base_url="http://b", headers=headers) as client,
    ):
        second = await post(client, "k-1")

    assert second.content == first.content
    assert second.headers[REPLAYED] == "true"


async def test_after_a_day_the_key_may_be_used_again(
    editor: Client, database: asyncpg.Connection
) -> None:
    first = await post(editor, "k-1")
    left = await database.fetchval("SELECT expires_at - now() FROM remembered_answer")
    assert 23.9 * 3600 < left.total_seconds() <= 24 * 3600
    await database.execute("UPDATE remembered_answer SET expires_at = now() - interval '1 s'")

    second = await post(editor, "k-1", STATEMENT | {"text": "It snowed"})

    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]


async def test_expired_answers_are_cleaned_up(editor: Client, database: asyncpg.Connection) -> None:
    for number in range(3):
        await post(editor, f"old-{number}")
    await database.execute("UPDATE remembered_answer SET expires_at = now() - interval '1 s'")

    await post(editor, "new")

    left = await database.fetch("SELECT key FROM remembered_answer")
    assert [row["key"] for row in left] == ["new"]


@pytest.mark.parametrize("key", ["", " ", "with space", "k" * 256, "clé", "a\tb"])
async def test_a_key_that_is_none_is_refused(editor: Client, key: str) -> None:
    refused = await editor.post(
        "/v1/statements", json=STATEMENT, headers=[(b"Idempotency-Key", key.encode())]
    )

    assert refused.status_code == 422
    assert everything(refused.json()["errors"]) == {("Idempotency-Key", "key")}
    assert await statements(editor) == 0


async def test_every_post_works_in_the_transaction_that_remembers(app: FastAPI) -> None:
    posts = [
        route for route in app.routes if isinstance(route, APIRoute) and "POST" in methods_of(route)
    ]

    assert len(posts) >= 14
    for route in posts:
        only_reads = route.path == "/reconcile"
        remembers = calls(route.dependant) & {transaction, adder}
        assert bool(remembers) is not only_reads, route.path


def calls(dependant: Dependant) -> set[object]:
    """List what is called for a route before its function is."""
    below = [calls(one) for one in dependant.dependencies]
    return {dependant.call}.union(*below)


async def test_two_keys_at_once_are_refused(editor: Client) -> None:
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]

    refused = await editor.post("/v1/statements", json=STATEMENT, headers=headers)

    assert everything(refused.json()["errors"]) == {("Idempotency-Key", "key")}


async def test_the_longest_key_is_taken(editor: Client) -> None:
    key = "~" * 255

    assert (await post(editor, key)).status_code == 201
    assert (await post(editor, key)).headers[REPLAYED] == "true"


async def test_a_new_keys_secret_is_given_again_and_never_stored_in_the_clear(
    admin: Client, database: asyncpg.Connection
) -> None:
    body = {"name": "CMS", "role": "reader"}
    first = await post(admin, "k-1", body, path="/v1/api-keys")
    second = await post(admin, "k-1", body, path="/v1/api-keys")

    assert second.content == first.content
    assert second.headers["Cache-Control"] == "no-store"
    secret = first.json()["key"]
    stored = await database.fetchrow("SELECT * FROM remembered_answer")
    assert stored is not None
    assert stored["is_sealed"]
    assert secret.encode() not in stored["body"]
    assert secret not in json.dumps(stored["headers"])


async def test_an_answer_that_was_sealed_by_another_secret_is_a_conflict(
    admin: Client, app: FastAPI, settings: Settings, keys: dict[str, str]
) -> None:
    body = {"name": "CMS", "role": "reader"}
    await post(admin, "k-1", body, path="/v1/api-keys")
    changed = settings.model_copy(update={"secret": SecretStr("another" * 8)})
    another = create_app(changed)
    headers = {"Authorization": f"Bearer {keys['admin']}"}
    async with (
        another.router.lifespan_context(another),
        Client(transport=ASGITransport(another), base_url="http://b", headers=headers) as client,
    ):
        refused = await post(client, "k-1", body, path="/v1/api-keys")

    assert refused.status_code == 409
    assert len((await admin.get("/v1/api-keys", params={"limit": "100"})).json()["items"]) >= 1


async def test_a_transition_is_repeated_without_a_second_move(editor: Client, make: Make) -> None:
    draft = await make.verdict()
    path, body = f"{draft.path}/transitions", {"to": "in_review"}

    first = await post(editor, "k-1", body, path=path, **draft.if_match)
    second = await post(editor, "k-1", body, path=path, **draft.if_match)

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content


async def test_a_key_on_a_get_or_a_patch_means_nothing(editor: Client, make: Make) -> None:
    made = await make.statement()
    key = {"Idempotency-Key": "k-1"}

    read = await editor.get(made.path, headers=key)
    changed = await editor.patch(made.path, json={"summary": "S"}, headers=key | made.if_match)

    assert (read.status_code, changed.status_code) == (200, 200)


async def test_a_caller_who_may_not_write_learns_nothing(
    editor: Client, reader: Client, anonymous: Client
) -> None:
    await post(editor, "k-1")

    assert (await post(reader, "k-1")).status_code == 403
    assert (await post(anonymous, "k-1")).status_code == 401


async def test_what_is_rolled_back_is_not_remembered(
    editor: Client, database: asyncpg.Connection
) -> None:
    """A commit that fails leaves neither the effect nor the answer."""
    await database.execute(
        """
        CREATE FUNCTION refuse_it() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'serialization_failure'; END $$;
        CREATE CONSTRAINT TRIGGER refuse_it AFTER INSERT ON statement
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_it()
        """
    )
    refused = await post(editor, "k-1")
    await database.execute("DROP FUNCTION refuse_it() CASCADE")

    assert refused.status_code == 503
    assert await database.fetchval("SELECT count(*) FROM remembered_answer") == 0
    assert (await post(editor, "k-1")).status_code == 201
