"""What quantities count or measure, and which way."""

import pytest

from tests.making import Client, Json, Make, archive, change, ids, wrong

PATH = "/v1/measures"
STAYS: Json = {"family": "hotel_stays"}


async def test_what_was_given_is_what_is_kept(make: Make) -> None:
    given: Json = {
        "key": "hotel_arrivals",
        "labels": {"en": "Arrivals"},
        "description": "People who arrive",
        "dimension": "count",
        "flow": "in",
        "family": "hotel_stays",
        "unit": "person",
    }

    made = await make.post(PATH, given)

    assert {name: made.body[name] for name in given} == given


async def test_an_installation_begins_with_some(anonymous: Client) -> None:
    answer = await anonymous.get(PATH, params={"family": "border_crossings"})

    flows = {item["key"]: item["flow"] for item in answer.json()["items"]}
    assert flows == {"border_entries": "in", "border_exits": "out", "net_migration": "net"}
    assert {item["created_by"] for item in answer.json()["items"]} == {None}


async def test_a_family_counts_each_way_once(make: Make, admin: Client) -> None:
    arrivals = await make.measure(flow="in", **STAYS)
    departures = await make.measure(flow="out", **STAYS)
    again: Json = {"key": "again", "labels": {"en": "A"}, "dimension": "count", "flow": "in"}

    assert wrong(await admin.post(PATH, json=again | STAYS)) == (409, {("/flow", "taken")})
    assert wrong(await change(admin, departures, flow="in")) == (409, {("/flow", "taken")})
    assert (await change(admin, arrivals, unit="guest")).status_code == 200
    assert (await admin.post(PATH, json=again | {"family": "other"})).status_code == 201


async def test_a_way_is_free_when_its_measure_was_archived(make: Make, admin: Client) -> None:
    arrivals = await make.measure(flow="in", **STAYS)
    await archive(admin, arrivals)

    made = await make.measure(flow="in", **STAYS)

    assert await ids(admin, PATH, **STAYS) == [made.id]


async def test_measures_without_a_way_may_share_a_family(make: Make, admin: Client) -> None:
    made = [await make.measure(**STAYS) for _ in range(2)]

    assert sorted(await ids(admin, PATH, **STAYS)) == sorted(one.id for one in made)


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"flow": "in"}, None, "family"),
        ({"flow": "net"}, None, "family"),
        ({"flow": "sideways"}, "/flow", "enum"),
        ({"dimension": "weight"}, "/dimension", "enum"),
        ({"key": "Has Space"}, "/key", "string_pattern_mismatch"),
        ({"family": "Has Space"}, "/family", "string_pattern_mismatch"),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str | None, code: str, admin: Client
) -> None:
    body = {"key": "a", "labels": {"en": "A"}, "dimension": "count"}

    assert wrong(await admin.post(PATH, json=body | given)) == (422, {(pointer, code)})


async def test_a_stock_needs_no_family(make: Make) -> None:
    assert (await make.measure(flow="stock")).body["family"] is None


async def test_a_key_is_one_measures(make: Make, admin: Client) -> None:
    other = await make.measure()
    again = {"key": "border_entries", "labels": {"en": "A"}, "dimension": "count"}

    assert wrong(await admin.post(PATH, json=again)) == (409, {("/key", "taken")})
    assert wrong(await change(admin, other, key="border_entries")) == (409, {("/key", "taken")})


async def test_quantities_show_a_measures_new_key(make: Make, admin: Client) -> None:
    measure = await make.measure()
    quantity = {"measure": measure.body["key"], "value": "1"}
    statement = await make.statement(quantities=[quantity])

    await change(admin, measure, key="renamed")

    shown = (await admin.get(statement.path)).json()["quantities"]
    assert [one["measure"] for one in shown] == ["renamed"]
