"""Series of quantities: GET /v1/quantities."""

from itertools import product
from typing import Any

import asyncpg
import pytest

from app.documents.listing import Choice
from app.documents.listing import page as listed
from app.documents.shape import View
from app.foundation.reads import Query
from app.quantities.queries import NEAREST, QUANTITIES, neighbours
from tests.making import Client, Json, Make, archive, change, ids, wrong
from tests.quantities.test_comparing import ENTERED, HEADLINE, LEFT, held

PATH = "/v1/quantities"


async def page(client: Client, **asked: Any) -> Json:
    """Read a page of quantities."""
    answer = await client.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def until(day: str, **given: Any) -> Json:
    """Say how many had entered until a day."""
    return ENTERED | {"period_end": day, "as_of": day} | given


async def test_a_series_comes_in_the_order_of_its_time(make: Make, anonymous: Client) -> None:
    later = await held(make, until("2022-10-04", value="200000"))
    undated = await held(make, {"measure": "border_entries", "value": "5", "place": "KZ"})
    first = await held(make, ENTERED)
    said = await held(
        make, {"measure": "border_entries", "value": "5", "place": "KZ"}, said_on="2022-10"
    )
    await held(make, LEFT)

    series = {"measure": "border_entries", "place": "KZ"}
    assert await ids(anonymous, PATH, **series) == [undated, first, later, said]
    assert await ids(anonymous, PATH, **series, sort="-period") == [said, later, first, undated]


async def test_each_comes_with_its_statement_and_the_public_verdicts(
    make: Make, admin: Client
) -> None:
    made = await make.statement(quantities=[ENTERED], said_on="2022-09-27", summary="About 98,000")
    public = await make.published(statement_id=made.id)
    await make.verdict(statement_id=made.id, check_type="promise", rating=None)

    (item,) = (await page(admin))["items"]

    assert {name: item[name] for name in ENTERED} == ENTERED
    said = item["statement"]
    assert (said["id"], said["text"], said["summary"]) == (
        made.id,
        made.body["text"],
        "About 98,000",
    )
    assert (said["speaker"], said["said_on"]) == (made.body["speaker"], "2022-09-27")
    assert [one["id"] for one in said["verdicts"]] == [public.id]
    assert said["verdicts"][0]["rating"]["key"] == "false"


async def test_filters_combine(make: Make, anonymous: Client) -> None:
    week = await held(make, ENTERED)
    month = await held(make, ENTERED | {"period_start": "2022-10", "period_end": "2022-10"})
    written = await held(make, HEADLINE | {"place": "kazakhstan"})
    left = await held(make, LEFT)
    undated = await held(make, {"measure": "border_length", "value": "7000", "unit": "km"})
    there = {"measure": "border_entries", "place": "KZ"}

    assert await ids(anonymous, PATH, measure="border_length") == [undated]
    assert await ids(anonymous, PATH, measure="border_length", to="9999") == []
    assert await ids(anonymous, PATH, measure="border_length", **{"from": "0001"}) == []
    assert set(await ids(anonymous, PATH, measure="border_entries")) == {week, month, written}
    assert set(await ids(anonymous, PATH, place="Kazakhstan")) == {week, month, written}
    assert await ids(anonymous, PATH, place="Russia") == [left]
    assert await ids(anonymous, PATH, **there, to="2022-09-26") == [week]
    assert await ids(anonymous, PATH, **there, **{"from": "2022-09-28"}) == [month]
    assert await ids(anonymous, PATH, **there, **{"from": "2022-10-31"}, to="2022") == [month]
    assert await ids(anonymous, PATH, **there, to="2021") == []
    assert await ids(anonymous, PATH, measure="no_such_measure") == []


async def test_what_isnt_a_date_or_a_key_is_refused(anonymous: Client) -> None:
    answer = await anonymous.get(PATH, params={"from": "27.9.2022", "to": "2022-02-30", "x": "1"})
    assert wrong(answer)[0] == 422
    answer = await anonymous.get(PATH, params={"from": "27.9.2022", "to": "2022-02-30"})
    assert wrong(answer) == (422, {("from", "string_pattern_mismatch"), ("to", "date")})


async def test_only_what_one_may_see_is_listed(
    make: Make, anonymous: Client, stranger: Client, admin: Client
) -> None:
    public = await held(make, ENTERED)
    internal = await held(make, ENTERED | {"value": "200000"}, visibility="internal")
    gone = await make.statement(quantities=[ENTERED])
    await archive(admin, gone)

    assert await ids(anonymous, PATH) == await ids(stranger, PATH) == [public]
    assert set(await ids(admin, PATH)) == {public, internal}
    (item,) = (await page(anonymous))["items"]
    assert item["conflicts"] == {"items": [], "exact": True}


async def test_what_conflicts_is_named_on_both_sides(make: Make, anonymous: Client) -> None:
    first = await held(make, ENTERED)
    await held(make, HEADLINE)
    other = await held(make, ENTERED | {"value": "200000"})
    await held(make, until("2022-10-04", value="300000"))

    items = {item["id"]: item for item in (await page(anonymous))["items"]}

    (conflict,) = items[first]["conflicts"]["items"]
    assert (conflict["quantity_id"], conflict["relation"]) == (other, "conflict")
    assert conflict["statement_id"] == items[other]["statement"]["id"]
    assert conflict["detail"] == "a is 97000 to 99000, b is 180000 to 220000 (person)"
    assert conflict["assumed"] == []
    back = {one["quantity_id"]: one["assumed"] for one in items[other]["conflicts"]["items"]}
    assert back[first] == []
    assert sorted(back.values()) == [[], ["period"]]


async def test_what_conflicts_is_found_however_the_place_is_written(
    make: Make, anonymous: Client
) -> None:
    spelt = ["KZ", "Kazakhstan", "kazakhstan", "KAZ", "İzmir", "İzmir", "Almaty, KZ"]
    made = [
        await held(make, ENTERED | {"place": place, "value": str(1000 * 3**size)})
        for size, place in enumerate(spelt)
    ]

    items = {item["id"]: item["conflicts"] for item in (await page(anonymous))["items"]}

    found = [{one["quantity_id"] for one in items[one]["items"]} for one in made]
    apart = (made[:4], made[4:6], made[6:])
    assert found == [{*same} - {one} for same in apart for one in same]
    assert all(one["exact"] for one in items.values())


async def test_a_sum_that_became_less_and_a_part_that_exceeds_the_whole_conflict(
    make: Make, anonymous: Client
) -> None:
    first = await held(make, ENTERED)
    less = await held(make, until("2022-10-04", value="50000"))
    whole = await held(make, ENTERED | {"value": "60000", "population": None})

    items = {item["id"]: item["conflicts"]["items"] for item in (await page(anonymous))["items"]}

    found = {one["quantity_id"]: one["relation"] for one in items[first]}
    assert found == {less: "violates_bound", whole: "violates_bound"}


async def test_only_what_is_of_the_same_time_conflicts_unless_it_lasts(
    make: Make, anonymous: Client
) -> None:
    day = await held(make, ENTERED | {"period_start": "2022-09-21"})
    await held(make, until("2022-10-20", value="5", period_start="2022-09-28"))
    sum_before = await held(make, until("2022-09-24", value="500000", as_of="2022-09-24"))
    sum_long_ago = await held(
        make, ENTERED | {"value": "500000", "period_start": None, "period_end": None,
                         "as_of": "2022-09-01"},
    )  # fmt: skip
    since = await held(
        make, ENTERED | {"value": "5", "period_start": "2022-08-01", "period_end": None,
                         "as_of": None},
    )  # fmt: skip
    nobody_knows = await held(make, {"measure": "border_entries", "value": "5", "place": "KZ"})
    length: Json = {"measure": "border_length", "unit": "km", "place": "KZ"}
    known = await held(make, length | {"value": "7000", "as_of": "2012"})
    undated = await held(make, length | {"value": "9000"}, said_on="2022-09-27")

    items = {item["id"]: item["conflicts"]["items"] for item in (await page(anonymous))["items"]}

    found = {one: {other["quantity_id"] for other in items[one]} for one in items}
    assert found[day] == {sum_before}
    assert found[sum_long_ago] == found[since] == found[nobody_knows] == set()
    assert (found[undated], found[known]) == ({known}, {undated})


@pytest.mark.parametrize(("amount", "exact"), [(10, True), (11, False), (NEAREST + 1, False)])
async def test_conflicts_are_bounded_and_it_is_said(
    amount: int, exact: object, make: Make, anonymous: Client
) -> None:
    numbers = [ENTERED | {"value": str(number)} for number in range(1000, 1000 + amount)]
    await make.statement(quantities=[ENTERED, *numbers])

    (item,) = (await page(anonymous, limit=1))["items"]

    assert len(item["conflicts"]["items"]) == 10
    assert item["conflicts"]["exact"] is exact


async def test_that_not_all_were_seen_is_said_where_few_conflict(
    make: Make, anonymous: Client
) -> None:
    own, other = [await held(make, ENTERED | {"value": value}) for value in ("98000", "200000")]
    later = until("2022-10-04", value="300000")

    found = []
    for amount in (NEAREST - 2, 2):
        await make.statement(quantities=[later] * amount)
        items = {item["id"]: item for item in (await page(anonymous, limit=100))["items"]}
        found.append(items[own]["conflicts"])

    assert [[one["quantity_id"] for one in each["items"]] for each in found] == [[other]] * 2
    assert [each["exact"] for each in found] == [True, False]


async def test_pages_follow_each_other_without_gaps(make: Make, anonymous: Client) -> None:
    days = [f"2022-09-{day}" for day in range(22, 29)]
    made = [await held(make, until(day)) for day in days]
    made.insert(0, await held(make, {"measure": "border_entries", "value": "5"}))

    found, asked = [], {"limit": "3", "count": "true"}
    while True:
        one = await page(anonymous, **asked)
        found += [item["id"] for item in one["items"]]
        assert one["count"] == {"value": 8, "exact": True}
        if one["next"] is None:
            break
        asked["cursor"] = one["next"]

    assert found == made
    assert (
        wrong(await anonymous.get(PATH, params={"cursor": asked["cursor"], "place": "KZ"}))[0]
        == 400
    )


async def test_a_quantity_moves_with_the_day_of_its_statement(make: Make, admin: Client) -> None:
    bare = {"measure": "border_entries", "value": "5", "place": "KZ"}
    said = await make.statement(quantities=[bare], said_on="2022-09-27")

    assert (await change(admin, said, said_on="2022-10-04")).status_code == 200

    assert await ids(admin, PATH, **{"from": "2022-10"}) == [said.body["quantities"][0]["id"]]
    assert await ids(admin, PATH, to="2022-09") == []


async def filled(make: Make, database: asyncpg.Connection) -> None:
    """Have several series of numbers, and PostgreSQL know of them."""
    for measure, place in product(
        ("border_entries", "border_exits", "vehicles_queued"), ("KZ", "RU")
    ):
        days = [f"2022-{1 + at // 28:02}-{1 + at % 28:02}" for at in range(100)]
        series = {"measure": measure, "value": "1", "place": place}
        await make.statement(quantities=[series | {"as_of": day} for day in days])
    await database.execute("ANALYZE quantity, statement")


async def plan(database: asyncpg.Connection, query: Query, values: Json) -> str:
    """Ask how a page is read where there is very much of everything."""
    async with database.transaction():
        for way in ("seqscan", "bitmapscan", "sort"):
            await database.execute(f"SET LOCAL enable_{way} = off")
        rows = await database.fetch(f"EXPLAIN {query.text}", *query.arguments(values))
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("given", "index"),
    [({"measure": "border_entries"}, "ix_quantity_measure_id"), ({}, "ix_quantity_last_on")],
    ids=str,
)
async def test_the_latest_that_begin_by_a_day_are_read_by_an_index_that_knows_the_day(
    given: Json, index: str, make: Make, database: asyncpg.Connection
) -> None:
    await filled(make, database)
    asked = given | {"to": "2021"}
    choice = Choice(View.PUBLIC, frozenset(asked), "-period", continued=False, counted=False)

    found = await plan(database, listed(QUANTITIES, choice), asked | {"limit": 21, "viewer": None})

    read = found.partition(f"Index Scan Backward using {index} on quantity")[2].splitlines()
    assert read, found
    assert "(first_on <= " in read[1], found


async def test_every_index_of_quantities_in_time_knows_when_they_begin(
    database: asyncpg.Connection,
) -> None:
    indexes = await database.fetch("SELECT indexdef FROM pg_indexes WHERE tablename = 'quantity'")

    ends = {row["indexdef"].partition(" USING btree ")[2] for row in indexes}
    place = "lower(COALESCE(place, ''::text))"
    assert {end for end in ends if "last_on" in end} == {
        "(last_on, id, first_on)",
        "(measure_id, last_on, id, first_on)",
        f"({place}, last_on, id, first_on)",
        f"(measure_id, {place}, last_on, id, first_on)",
    }


async def test_what_lies_near_is_read_by_the_index_of_its_series(
    make: Make, database: asyncpg.Connection
) -> None:
    await filled(make, database)
    values: Json = {"ids": [], "owners": [], "places": [], "viewer": None}

    found = await plan(database, neighbours(View.PUBLIC), values)

    assert found.count("Index Scan Backward using ix_quantity_series on quantity") == 1
    assert found.count("Index Scan using ix_quantity_series on quantity") == 1
    assert found.count("= spelt.place)") == found.count("= spelt_1.place)") == 1


async def test_a_series_tells_what_changed_since_an_instant(make: Make, editor: Client) -> None:
    made = [await make.statement(quantities=[ENTERED]) for _ in range(2)]
    await change(editor, made[0], occasion="A briefing")
    now = (await editor.get(made[0].path)).json()

    found = (await page(editor, updated_since=now["updated_at"]))["items"]

    assert [one["statement"]["id"] for one in found] == [made[0].id]
