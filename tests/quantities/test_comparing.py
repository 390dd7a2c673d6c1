"""Comparing quantities of statements: POST /v1/quantities/compare."""

from typing import Any
from uuid import uuid4

from fastapi import FastAPI

from tests.house.seen import Seen
from tests.making import Client, Json, Make, archive, wrong

PATH = "/v1/quantities/compare"
ENTERED: Json = {
    "measure": "border_entries", "value": "98000", "comparator": "approx", "unit": "person",
    "population": "Russians", "place": "KZ", "period_start": "2022-09-21",
    "period_end": "2022-09-27", "as_of": "2022-09-27", "verbatim": "environ 98.000",
}  # fmt: skip
HEADLINE: Json = {
    "measure": "border_entries", "value": "100000", "comparator": "approx", "unit": "person",
    "population": "Russians", "place": "KZ", "as_of": "2022-09-27",
}  # fmt: skip
LEFT: Json = {
    "measure": "border_exits", "value": "260000", "comparator": "gt", "unit": "person",
    "population": "Russian citizens", "place": "RU",
}  # fmt: skip


async def held(make: Make, quantity: Json, **given: Any) -> str:
    """Record a statement that asserts a quantity, and give the id of that."""
    made = await make.statement(quantities=[quantity], **given)
    return str(made.body["quantities"][0]["id"])


async def compared(client: Client, a: str, b: str) -> Json:
    """Compare two quantities."""
    answer = await client.post(PATH, json={"a": a, "b": b})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_what_entered_one_country_and_what_left_another_are_not_comparable(
    make: Make, anonymous: Client
) -> None:
    a, b = await held(make, ENTERED), await held(make, LEFT)

    found = await compared(anonymous, a, b)

    assert (found["a"], found["b"], found["comparable"], found["relation"]) == (a, b, False, None)
    assert [one["reason"] for one in found["reasons"]] == ["measure", "population", "place"]
    assert found["reasons"][2]["detail"] == "a is about 'KZ', b about 'RU'"
    assert (found["detail"], found["later"], found["third"]) == (None, None, None)


async def test_98000_and_nearly_100000_are_consistent(make: Make, anonymous: Client) -> None:
    a, b = await held(make, ENTERED), await held(make, HEADLINE)

    found = await compared(anonymous, a, b)

    assert (found["comparable"], found["relation"], found["reasons"]) == (True, "consistent", [])
    assert found["detail"] == "a is 97000 to 99000, b is 90000 to 110000 (person)"
    assert [one["aspect"] for one in found["assumed"]] == ["period"]


async def test_200000_a_week_later_is_later_in_the_series(make: Make, anonymous: Client) -> None:
    week = {"value": "200000", "period_end": "2022-10-04", "as_of": "2022-10-04"}
    a, b = await held(make, ENTERED), await held(make, ENTERED | week)

    for one, other in ((a, b), (b, a)):
        found = await compared(anonymous, one, other)
        assert (found["relation"], found["later"]) == ("later_in_series", b)


async def test_what_is_answered_is_as_its_schema_says(
    app: FastAPI, make: Make, anonymous: Client
) -> None:
    seen = Seen(app.openapi())
    a, b, c = [await held(make, one) for one in (ENTERED, HEADLINE, LEFT)]

    for other in (a, b, c):
        seen.look("QuantityComparison", await compared(anonymous, a, other))

    assert {"QuantityComparison.reasons", "QuantityComparison.assumed"} <= seen.items & seen.empty


async def test_a_quantity_is_consistent_with_itself(make: Make, anonymous: Client) -> None:
    a = await held(make, ENTERED)

    assert (await compared(anonymous, a, a))["relation"] == "consistent"


async def test_the_day_it_was_said_stands_for_a_day_that_is_not_said(
    make: Make, anonymous: Client
) -> None:
    bare = {"measure": "vehicles_queued", "value": "3000", "place": "GE"}
    a = await held(make, bare, said_on="2022-09-27")
    b = await held(make, bare | {"value": "500"}, said_on="2022-11-01")

    found = await compared(anonymous, a, b)

    assert (found["relation"], found["later"]) == ("later_in_series", b)
    assert "it was said on 2022-09-27" in found["assumed"][0]["detail"]


async def test_net_is_compared_with_what_came_in_where_what_went_out_is_on_record(
    make: Make, anonymous: Client
) -> None:
    week = {"place": "KZ", "period_start": "2022-09-21", "period_end": "2022-09-27"}
    came = await held(make, {"measure": "border_entries", "value": "98000", **week})
    net = await held(make, {"measure": "net_migration", "value": "38000", **week})
    before = await compared(anonymous, net, came)

    await held(make, {"measure": "border_exits", "value": "90000", **week, "place": "RU"})
    await held(make, {"measure": "border_exits", "value": "90000", **week}, visibility="internal")
    unseen = await compared(anonymous, net, came)
    went = await held(make, {"measure": "border_exits", "value": "60000", **week})
    known = await compared(anonymous, net, came)
    other = await held(make, {"measure": "net_migration", "value": "9000", **week})

    assert [one["reason"] for one in before["reasons"]] == ["measure"]
    assert unseen == before
    assert (known["relation"], known["third"]) == ("consistent", went)
    assert known["detail"].startswith("in - out is ")
    assert (await compared(anonymous, came, other))["relation"] == "conflict"
    assert (await compared(anonymous, went, other))["relation"] == "conflict"
    assert (await compared(anonymous, came, went))["relation"] is None


async def test_what_one_may_not_see_is_not_found_and_both_are_pointed_at(
    make: Make, anonymous: Client, admin: Client, stranger: Client
) -> None:
    public = await held(make, ENTERED)
    internal = await held(make, HEADLINE, visibility="internal")
    gone = await make.statement(quantities=[ENTERED])
    await archive(admin, gone)
    asked = {"a": internal, "b": str(uuid4())}

    for client in (anonymous, stranger):
        answer = await client.post(PATH, json={"a": public, "b": internal})
        assert wrong(answer) == (404, {("/b", "not_found")})
        both = await client.post(PATH, json=asked)
        assert wrong(both) == (404, {("/a", "not_found"), ("/b", "not_found")})
    assert (await compared(admin, public, internal))["comparable"]
    archived = {"a": gone.body["quantities"][0]["id"], "b": public}
    assert wrong(await admin.post(PATH, json=archived)) == (404, {("/a", "not_found")})


async def test_what_is_no_pair_of_ids_is_refused(anonymous: Client) -> None:
    assert wrong(await anonymous.post(PATH, json={"a": "98000"})) == (
        422, {("/a", "uuid_parsing"), ("/b", "missing")},
    )  # fmt: skip


async def test_comparing_again_with_the_same_key_gives_the_first_answer(
    make: Make, anonymous: Client
) -> None:
    a, b = await held(make, ENTERED), await held(make, LEFT)
    headers = {"Idempotency-Key": f"{uuid4()}"}

    first = await anonymous.post(PATH, json={"a": a, "b": b}, headers=headers)
    again = await anonymous.post(PATH, json={"a": a, "b": b}, headers=headers)
    other = await anonymous.post(PATH, json={"a": b, "b": a}, headers=headers)

    assert (first.status_code, "Idempotent-Replayed" in first.headers) == (200, False)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert other.status_code == 422
