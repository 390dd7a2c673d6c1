"""What is shared may be changed by all; what is somebody's own stays theirs."""

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport

from tests.making import Client, Make


def with_key(app: FastAPI, secret: str) -> Client:
    """Have a caller with this key."""
    headers = {"Authorization": f"Bearer {secret}"}
    return Client(transport=ASGITransport(app), base_url="http://test", headers=headers)


@pytest.mark.parametrize("ref", [None, "theirs"])
@pytest.mark.parametrize("kind", ["speaker", "source", "topic", "measure"])
async def test_a_ref_stays_its_own_organisations(
    editor: Client, stranger: Client, make: Make, kind: str, ref: str | None
) -> None:
    made = await getattr(make, kind)(ref="ours")

    refused = await stranger.patch(made.path, json={"ref": ref}, headers=made.if_match)

    assert refused.status_code == 403
    assert (await editor.get(made.path)).json()["ref"] == "ours"
    renamed = await editor.patch(made.path, json={"ref": "new"}, headers=made.if_match)
    assert renamed.json()["ref"] == "new"


async def test_others_may_still_change_the_rest_of_what_is_shared(
    stranger: Client, make: Make
) -> None:
    made = await make.speaker(ref="ours")

    changed = await stranger.patch(made.path, json={"country": "KZ"}, headers=made.if_match)

    assert (changed.status_code, changed.json()["country"]) == (200, "KZ")


async def test_only_its_own_organisation_makes_a_source_confidential(
    editor: Client, stranger: Client, make: Make
) -> None:
    made = await make.source()
    hiding = {"access": "confidential"}

    refused = await stranger.patch(made.path, json=hiding, headers=made.if_match)
    allowed = await editor.patch(made.path, json=hiding, headers=made.if_match)

    assert (refused.status_code, allowed.status_code) == (403, 200)


async def test_who_may_not_read_learns_nothing_by_changing_nothing(
    app: FastAPI, make: Make
) -> None:
    key = (await make.api_key(scopes=["write"])).body["key"]
    hidden = [
        await make.statement(visibility="internal", text="Not yet public"),
        await make.verdict(headline="Not yet public"),
    ]
    source = await make.source(name="Not public", access="confidential")

    async with with_key(app, key) as writer:
        for made in hidden:
            answer = await writer.patch(made.path, json={}, headers={"If-Match": "*"})
            assert answer.status_code == 404
            assert "Not yet" not in answer.text
        answer = await writer.patch(source.path, json={}, headers={"If-Match": "*"})
        assert answer.json()["name"] is None


async def test_a_key_that_only_administers_sees_the_keys(app: FastAPI, make: Make) -> None:
    made = await make.api_key(scopes=["admin"])

    async with with_key(app, made.body["key"]) as keeper:
        listed = await keeper.get("/v1/api-keys", params={"limit": "100"})
        fetched = await keeper.get(made.path)
        told = await keeper.get(f"{made.path}/history")

    assert made.id in [one["id"] for one in listed.json()["items"]]
    assert (fetched.status_code, told.status_code) == (200, 200)
