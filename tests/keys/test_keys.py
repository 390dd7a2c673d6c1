"""API keys: what they may do, how long, and whose acts they are."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

PATH = "/v1/api-keys"
ROLES = {
    "reader": ["read"],
    "contributor": ["read", "write"],
    "checker": ["read", "write"],
    "reviewer": ["read", "review", "write"],
    "editor": ["publish", "read", "review", "write"],
    "admin": ["admin", "publish", "read", "review", "write"],
}
STATEMENT: Json = {"text": "Hm", "language": "en", "speaker_is_anonymous": True}


async def with_key(app: FastAPI, key: Made, method: str, path: str, body: Json | None) -> int:
    headers = {"Authorization": f"Bearer {key.body['key']}"}
    async with Client(transport=ASGITransport(app), base_url="http://test") as client:
        return (await client.request(method, path, json=body, headers=headers)).status_code


@pytest.mark.parametrize(("role", "scopes"), ROLES.items())
async def test_a_role_is_a_set_of_scopes(role: str, scopes: list[str], make: Make) -> None:
    made = await make.api_key(role=role)

    assert (made.body["role"], made.body["scopes"]) == (role, scopes)


async def test_scopes_may_be_given_one_by_one(make: Make, app: FastAPI) -> None:
    made = await make.api_key(scopes=["write"])

    assert (made.body["role"], made.body["scopes"]) == (None, ["write"])
    assert await with_key(app, made, "POST", "/v1/statements", STATEMENT) == 201
    assert await with_key(app, made, "GET", PATH, None) == 403


async def test_the_secret_is_shown_once(make: Make, admin: Client) -> None:
    made = await make.api_key()
    secret = made.body["key"]

    fetched = await admin.get(made.path)
    listed = await admin.get(PATH)

    assert secret.startswith(made.body["prefix"])
    assert len(secret) > len(made.body["prefix"]) + 30
    assert secret not in fetched.text + listed.text
    assert "key" not in fetched.json()


async def test_acts_are_those_of_the_person_or_else_of_the_name(make: Make) -> None:
    named = await make.api_key(name="CMS", person="Ada Lovelace")
    other = await make.api_key(name="CMS")

    assert (named.body["person"], other.body["person"]) == ("Ada Lovelace", "CMS")


async def test_what_was_done_with_a_key_was_done_by_its_person(make: Make, app: FastAPI) -> None:
    key = await make.api_key(role="editor", person="Ada Lovelace")
    headers = {"Authorization": f"Bearer {key.body['key']}"}

    async with Client(transport=ASGITransport(app), base_url="http://test") as client:
        made = await client.post("/v1/statements", json=STATEMENT, headers=headers)

    assert made.json()["created_by"] == "Ada Lovelace"


async def test_a_revoked_key_stops_working(make: Make, admin: Client, app: FastAPI) -> None:
    key = await make.api_key(role="editor")
    before = await with_key(app, key, "GET", "/v1/statements", None)

    await admin.delete(key.path, headers={"If-Match": "*"})

    assert before == 200
    assert await with_key(app, key, "GET", "/v1/statements", None) == 401
    assert await with_key(app, key, "POST", "/v1/statements", STATEMENT) == 401


async def test_a_key_may_expire(make: Make, admin: Client, app: FastAPI) -> None:
    soon = (datetime.now(UTC) + timedelta(milliseconds=300)).isoformat()
    key = await make.api_key(expires_at="2999-12-31T00:00:00+05:00")

    changed = await change(admin, key, expires_at=soon)
    working = await with_key(app, key, "GET", "/v1/statements", None)
    while datetime.now(UTC) < datetime.fromisoformat(soon):
        await admin.get("/healthz")

    assert key.body["expires_at"] == "2999-12-30T19:00:00.000000Z"
    assert changed.status_code == 200
    assert working == 200
    assert await with_key(app, key, "GET", "/v1/statements", None) == 401


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({}, None, "one_of"),
        ({"role": "reader", "scopes": ["read"]}, None, "one_of"),
        ({"role": "king"}, "/role", "enum"),
        ({"scopes": ["fly"]}, "/scopes/0", "enum"),
        ({"scopes": ["read", "read"]}, None, "repeated"),
        ({"role": "reader", "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at", "past"),
        ({"role": "reader", "expires_at": "2999-01-01T00:00:00"}, "/expires_at", "instant"),
        ({"role": "reader", "expires_at": 32503680000}, "/expires_at", "instant"),
        ({"role": "reader", "key": "onr_mine"}, "/key", "unknown_field"),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str | None, code: str, admin: Client
) -> None:
    refused = await admin.post(PATH, json={"name": "A"} | given)

    assert wrong(refused) == (422, {(pointer, code)})


async def test_what_a_key_may_do_can_change(make: Make, admin: Client, app: FastAPI) -> None:
    key = await make.api_key(role="reader")

    changed = await change(admin, key, scopes=["write", "read"])
    again = Made(key.path, changed.json(), changed.headers["ETag"])
    can_write = await with_key(app, key, "POST", "/v1/statements", STATEMENT)
    current = (await admin.get(key.path)).headers["ETag"]
    back = await admin.patch(again.path, json={"role": "reader"}, headers={"If-Match": current})

    assert (changed.json()["role"], changed.json()["scopes"]) == (None, ["read", "write"])
    assert can_write == 201
    assert (back.json()["role"], back.json()["scopes"]) == ("reader", ["read"])
    assert await with_key(app, key, "POST", "/v1/statements", STATEMENT) == 403


async def test_a_key_is_not_made_to_have_expired_already(make: Make, admin: Client) -> None:
    key = await make.api_key()

    refused = await change(admin, key, expires_at="2020-01-01T00:00:00Z")

    assert wrong(refused) == (422, {("/expires_at", "past")})


async def test_a_newsrooms_keys_are_its_own(
    make: Make, stranger: Client, admin: Client, anonymous: Client
) -> None:
    key = await make.api_key()

    assert (await stranger.get(key.path)).status_code == 404
    assert (await change(stranger, key, name="Mine")).status_code == 404
    assert (await archive(stranger, key)).status_code == 404
    assert key.id not in await ids(stranger, PATH)
    assert key.id in await ids(admin, PATH)
    assert (await anonymous.get(PATH)).status_code == 401
