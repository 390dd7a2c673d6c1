"""Links that are suggested for what was captured."""

import asyncpg
import pytest
from fastapi import FastAPI

from app.matching.suggesting import Suggesting
from tests.making import Client, Json, Made, Make

ENTERED = "About 98,000 Russians have entered Kazakhstan since 21 September"


@pytest.fixture
def work(app: FastAPI, clean: None) -> Suggesting:
    """Have what suggests links, which nobody else does in the tests."""
    return Suggesting(app.state.database, app.state.matcher, 0)


async def links(client: Client, made: Made) -> list[Json]:
    """List the links of a statement."""
    found: list[Json] = (await client.get(f"{made.path}/links")).json()["items"]
    return found


async def test_what_says_the_same_is_suggested_and_not_decided(
    work: Suggesting, make: Make, admin: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    one = await make.statement(text=ENTERED)
    await make.statement(text="Eating garlic every day cures the common cold")
    other = await make.statement(text=f"{ENTERED}!")
    assert await work.look() == 1
    (link,) = await links(admin, one)
    assert {link["statement_id"], link["other_id"]} == {one.id, other.id}
    assert (link["type"], link["state"], link["score"]) == ("same_claim", "suggested", "1.0")
    assert (link["method"], link["decided_by"], link["created_by"]) == ("lexical", None, None)
    assert "same words" in link["reason"]
    assert await links(anonymous, one) == []
    actions = await database.fetch("SELECT action FROM change WHERE resource_id = $1", link["id"])
    assert [each["action"] for each in actions] == ["link.suggested"]


async def test_other_numbers_are_not_suggested(work: Suggesting, make: Make, admin: Client) -> None:
    one = await make.statement(text=ENTERED)
    await make.statement(text=ENTERED.replace("98,000", "200,000"))
    assert await work.look() == 0
    assert await links(admin, one) == []


@pytest.mark.parametrize("state", ["suggested", "confirmed", "rejected"])
async def test_what_is_linked_already_is_not_suggested_again(
    state: str, work: Suggesting, make: Make, admin: Client
) -> None:
    one, other = await make.statement(text=ENTERED), await make.statement(text=f"{ENTERED}!")
    body = {"other_id": other.id, "type": "repeats", "state": state, "reason": "So."}
    assert (await admin.post(f"{one.path}/links", json=body)).status_code == 201
    assert await work.look() == 0
    patch = {"text": f"{ENTERED}."}
    changed = await admin.patch(other.path, json=patch, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    assert await work.look() == 0
    assert [each["state"] for each in await links(admin, one)] == [state]


async def test_a_rejected_pair_is_not_suggested_by_way_of_what_is_the_same(
    work: Suggesting, make: Make, admin: Client
) -> None:
    one, other = await make.statement(text=ENTERED), await make.statement(text=f"{ENTERED}!")
    await work.look()
    (link,) = await links(admin, one)
    path = f"{one.path}/links/{link['id']}"
    answer = await admin.patch(path, json={"state": "rejected"}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    twin = await make.statement(text="Quite another wording of it")
    body = {"other_id": twin.id, "type": "same_claim", "state": "confirmed", "reason": "So."}
    assert (await admin.post(f"{one.path}/links", json=body)).status_code == 201
    patch = {"text": f"{ENTERED}?"}
    changed = await admin.patch(twin.path, json=patch, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    await work.look()
    assert {each["id"] for each in await links(admin, other)} == {link["id"]}


async def test_what_another_organisation_keeps_to_itself_is_not_suggested(
    work: Suggesting, make: Make, stranger: Client, admin: Client
) -> None:
    await Make(stranger).statement(text=ENTERED, visibility="internal")
    one = await make.statement(text=ENTERED)
    await work.look()
    assert await links(admin, one) == []


async def test_what_fails_is_tried_again_and_holds_up_nothing(
    app: FastAPI, make: Make, admin: Client, database: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    work = Suggesting(app.state.database, app.state.matcher, 0)
    await database.execute("TRUNCATE suggestion_due")
    one, other = await make.statement(text=ENTERED), await make.statement(text=f"{ENTERED}!")
    real = app.state.matcher.answers

    async def failing(asked: list[object], *given: object, **more: object) -> object:
        if (
            getattr(asked[0], "but_not", None) == one.body["id"]
            or str(getattr(asked[0], "but_not", None)) == one.id
        ):
            raise OSError("away")
        return await real(asked, *given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(app.state.matcher, "answers", failing)
        assert await work.look() == 1
    left = await database.fetch("SELECT statement_id FROM suggestion_due")
    assert [str(row["statement_id"]) for row in left] == [one.id]
    assert await work.look() == 0
    assert len(await links(admin, other)) == 1
