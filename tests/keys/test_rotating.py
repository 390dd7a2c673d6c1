"""Rotating keys: a new secret for the same key, and time to put it in place of the one before."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import structlog

from tests.foundation.answers import problem
from tests.making import Client, Json, Made, Make, change, wrong

DAY = 86_400


async def rotate(client: Client, key: Made, **how: Any) -> Made:
    """Rotate a key, as it was when it was last seen."""
    answer = await client.post(f"{key.path}/rotate", json=how, headers=key.if_match)
    assert answer.status_code == 200, answer.text
    return Made(key.path, answer.json(), answer.headers["ETag"])


async def status(client: Client, key: Made, path: str = "/v1/statements") -> int:
    """Read something with the secret that an answer showed."""
    headers = {"Authorization": f"Bearer {key.body['key']}"}
    return (await client.get(path, headers=headers)).status_code


async def test_for_a_while_both_secrets_work(
    admin: Client, anonymous: Client, make: Make, database: asyncpg.Connection
) -> None:
    old = await make.api_key(role="reader")

    new = await rotate(admin, old, overlap_seconds=60)

    assert new.body["key"] != old.body["key"]
    assert (await status(anonymous, old), await status(anonymous, new)) == (200, 200)
    await database.execute("UPDATE api_key SET previous_expires_at = now() WHERE id = $1", old.id)
    assert (await status(anonymous, old), await status(anonymous, new)) == (401, 200)


async def test_it_stays_the_same_key(admin: Client, make: Make) -> None:
    expires_at = "2999-12-31T00:00:00.000000Z"
    old = await make.api_key(role="editor", name="CMS", person="Ada", expires_at=expires_at)

    new = await rotate(admin, old)

    for name in ("id", "name", "person", "role", "scopes", "expires_at", "created_at"):
        assert new.body[name] == old.body[name]
    assert new.body["version"] == old.body["version"] + 1
    assert new.body["key"].startswith(new.body["prefix"])
    assert new.body["previous_prefix"] == old.body["prefix"] != new.body["prefix"]


async def test_the_overlap_is_a_day_unless_said_otherwise(admin: Client, make: Make) -> None:
    key = await make.api_key()

    default = await rotate(admin, key)
    month = await rotate(admin, default, overlap_seconds=30 * DAY)
    none = await rotate(admin, month, overlap_seconds=0)

    for made, seconds in ((default, DAY), (month, 30 * DAY)):
        ends = datetime.fromisoformat(made.body["previous_expires_at"])
        assert abs(ends - datetime.now(UTC) - timedelta(seconds=seconds)) < timedelta(minutes=1)
    assert (none.body["previous_prefix"], none.body["previous_expires_at"]) == (None, None)


async def test_without_an_overlap_the_old_secret_ends_at_once(
    admin: Client, anonymous: Client, make: Make
) -> None:
    old = await make.api_key()

    new = await rotate(admin, old, overlap_seconds=0)

    assert (await status(anonymous, old), await status(anonymous, new)) == (401, 200)


async def test_rotating_again_ends_the_older_secret_at_once(
    admin: Client, anonymous: Client, make: Make
) -> None:
    first = await make.api_key()
    second = await rotate(admin, first)
    third = await rotate(admin, second)

    made = [await status(anonymous, key) for key in (first, second, third)]

    assert made == [401, 200, 200]
    assert third.body["previous_prefix"] == second.body["prefix"]


async def test_revoking_ends_both(admin: Client, anonymous: Client, make: Make) -> None:
    old = await make.api_key()
    new = await rotate(admin, old)

    await admin.delete(new.path, headers=new.if_match)

    assert (await status(anonymous, old), await status(anonymous, new)) == (401, 401)
    again = await admin.post(f"{old.path}/rotate", json={}, headers={"If-Match": "*"})
    problem(again, 410, "gone")


async def test_the_keys_expiry_holds_for_both(
    admin: Client, anonymous: Client, make: Make, database: asyncpg.Connection
) -> None:
    old = await make.api_key(expires_at="2999-12-31T00:00:00Z")
    new = await rotate(admin, old)

    await database.execute("UPDATE api_key SET expires_at = now() WHERE id = $1", old.id)

    assert (await status(anonymous, old), await status(anonymous, new)) == (401, 401)


async def test_a_key_that_has_expired_is_not_rotated(
    admin: Client, make: Make, database: asyncpg.Connection
) -> None:
    key = await make.api_key(expires_at="2999-12-31T00:00:00Z")
    await database.execute("UPDATE api_key SET expires_at = now() WHERE id = $1", key.id)

    answer = await admin.post(f"{key.path}/rotate", json={}, headers=key.if_match)

    assert "expires_at" in problem(answer, 409, "conflict")["detail"]


async def test_changing_a_key_changes_what_both_secrets_may(
    admin: Client, anonymous: Client, make: Make
) -> None:
    old = await make.api_key(role="reader")
    new = await rotate(admin, old)

    await change(admin, new, role="admin")

    assert await status(anonymous, old, "/v1/api-keys") == 200
    assert await status(anonymous, new, "/v1/api-keys") == 200


async def test_the_use_of_either_secret_is_its_last_use(
    admin: Client, anonymous: Client, make: Make
) -> None:
    old, other = await make.api_key(), await make.api_key()
    await rotate(admin, old)
    new = await rotate(admin, other)

    await status(anonymous, old)
    await status(anonymous, new)

    for key in (old, other):
        assert (await admin.get(key.path)).json()["last_used_at"] is not None


async def test_the_new_secret_is_shown_once_and_kept_nowhere(
    admin: Client, make: Make, database: asyncpg.Connection
) -> None:
    key = await make.api_key()
    answer = await admin.post(
        f"{key.path}/rotate",
        json={},
        headers=key.if_match | {"Idempotency-Key": str(uuid4())},
    )
    secret: str = answer.json()["key"]

    rest = secret[len(answer.json()["prefix"]) :]
    tables = ("api_key", "change", "remembered_answer")
    stored = [
        str(dict(row))
        for table in tables
        for row in await database.fetch(f"SELECT {table}::text FROM {table}")  # noqa: S608
    ]

    assert answer.headers["Cache-Control"] == "no-store"
    assert len(stored) > len(tables)
    for text in (*stored, (await admin.get(key.path)).text, (await admin.get("/v1/api-keys")).text):
        assert rest not in text
        assert rest.encode().hex() not in text


async def test_a_repeated_rotation_gives_the_same_secret_again(
    admin: Client, anonymous: Client, make: Make
) -> None:
    key = await make.api_key()
    headers = key.if_match | {"Idempotency-Key": str(uuid4())}

    first = await admin.post(f"{key.path}/rotate", json={}, headers=headers)
    again = await admin.post(f"{key.path}/rotate", json={}, headers=headers)

    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await status(anonymous, Made(key.path, again.json(), "")) == 200


async def test_a_caller_stays_the_same_after_a_rotation(
    admin: Client, anonymous: Client, make: Make
) -> None:
    old = await make.api_key(role="editor")
    headers = {"Idempotency-Key": str(uuid4()), "Authorization": f"Bearer {old.body['key']}"}
    first = await anonymous.post("/v1/speakers", json={"name": "A"}, headers=headers)

    new = await rotate(admin, old)
    headers["Authorization"] = f"Bearer {new.body['key']}"
    again = await anonymous.post("/v1/speakers", json={"name": "A"}, headers=headers)

    assert first.status_code == 201
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")


async def test_a_rotation_is_in_the_log(
    admin: Client, make: Make, database: asyncpg.Connection
) -> None:
    key = await rotate(admin, await make.api_key())

    row = await database.fetchrow(
        "SELECT action, actor, version FROM change WHERE resource_id = $1 ORDER BY id DESC LIMIT 1",
        key.id,
    )

    assert row is not None
    assert tuple(row) == ("api_key.rotated", "Administrator", 2)


async def test_a_rotation_needs_the_keys_version(admin: Client, make: Make) -> None:
    key = await make.api_key()
    await rotate(admin, key)

    stale = await admin.post(f"{key.path}/rotate", json={}, headers=key.if_match)
    missing = await admin.post(f"{key.path}/rotate", json={})

    problem(stale, 412, "stale-version")
    problem(missing, 428, "precondition-required")


async def test_why_a_key_is_refused_is_logged_and_not_told(
    admin: Client, anonymous: Client, make: Make, database: asyncpg.Connection
) -> None:
    expired = await make.api_key(expires_at="2999-12-31T00:00:00Z")
    rotated, revoked = await make.api_key(), await make.api_key()
    await database.execute("UPDATE api_key SET expires_at = now() WHERE id = $1", expired.id)
    await rotate(admin, rotated, overlap_seconds=60)
    await database.execute(
        "UPDATE api_key SET previous_expires_at = now() WHERE id = $1", rotated.id
    )
    await admin.delete(revoked.path, headers=revoked.if_match)
    unknown = Made("", {"key": "onr_" + "x" * 43}, "")
    keys = (expired, rotated, revoked, unknown)

    with structlog.testing.capture_logs() as lines:
        answers = [
            await anonymous.get(
                "/v1/statements", headers={"Authorization": f"Bearer {key.body['key']}"}
            )
            for key in keys
        ]

    assert len({problem(answer, 401, "unauthorized")["detail"] for answer in answers}) == 1
    for answer in answers:
        assert answer.headers["WWW-Authenticate"].endswith('error="invalid_token"')
    reasons = [line["reason"] for line in lines if line["event"] == "refused credential"]
    assert reasons == ["expired", "rotated", "revoked", "unknown"]
    for key in keys:
        assert key.body["key"][4:12] not in str(lines)


async def test_who_sends_no_credential_is_asked_for_one_and_not_told_that_it_is_wrong(
    anonymous: Client,
) -> None:
    for headers in ({}, {"Authorization": "Basic YTpi"}):
        answer = await anonymous.post("/v1/speakers", json={"name": "A"}, headers=headers)
        problem(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="onrecord"'


async def test_others_do_not_rotate_a_newsrooms_keys(
    stranger: Client, editor: Client, anonymous: Client, make: Make
) -> None:
    key = await make.api_key()
    expected = ((stranger, 404, "not-found"), (editor, 403, "forbidden"))

    for client, code, slug in (*expected, (anonymous, 401, "unauthorized")):
        answer = await client.post(f"{key.path}/rotate", json={}, headers={"If-Match": "*"})
        problem(answer, code, slug)
    assert await status(anonymous, key) == 200


@pytest.mark.parametrize(
    ("how", "pointer", "code"),
    [
        ({"overlap_seconds": -1}, "/overlap_seconds", "greater_than_equal"),
        ({"overlap_seconds": 30 * DAY + 1}, "/overlap_seconds", "less_than_equal"),
        ({"overlap_seconds": 1.5}, "/overlap_seconds", "int_type"),
        ({"overlap_seconds": "60"}, "/overlap_seconds", "int_type"),
        ({"overlap_seconds": None}, "/overlap_seconds", "int_type"),
        ({"key": "onr_mine"}, "/key", "unknown_field"),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    how: Json, pointer: str, code: str, admin: Client, make: Make
) -> None:
    key = await make.api_key()

    refused = await admin.post(f"{key.path}/rotate", json=how, headers=key.if_match)

    assert wrong(refused) == (422, {(pointer, code)})
