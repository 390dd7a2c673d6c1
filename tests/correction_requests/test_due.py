"""Due dates: so many working days after the day on which something came in."""

from datetime import date, timedelta

import asyncpg
import pytest

from app.foundation.dates import working_days_after
from tests.correction_requests.conftest import From
from tests.making import Client, Made, Make, change, ids, wrong

PATH = "/v1/correction-requests"


@pytest.mark.parametrize(
    ("came", "count", "due"),
    [
        ("2022-09-26", 1, "2022-09-27"),
        ("2022-09-26", 7, "2022-10-05"),
        ("2022-09-28", 7, "2022-10-07"),
        ("2022-09-30", 1, "2022-10-03"),
        ("2022-09-30", 5, "2022-10-07"),
        ("2022-09-30", 7, "2022-10-11"),
        ("2022-10-01", 1, "2022-10-03"),
        ("2022-10-01", 7, "2022-10-11"),
        ("2022-10-02", 7, "2022-10-11"),
        ("2022-10-03", 7, "2022-10-12"),
        ("2024-02-28", 2, "2024-03-01"),
        ("2022-12-30", 90, "2023-05-05"),
    ],
)
def test_working_days_leave_weekends_out(came: str, count: int, due: str) -> None:
    assert working_days_after(date.fromisoformat(came), count) == date.fromisoformat(due)


def test_working_days_are_what_counting_them_gives() -> None:
    for day in (date(2022, 9, 26) + timedelta(days=one) for one in range(7)):
        counted = day
        for count in range(1, 30):
            counted += timedelta(days=1)
            while counted.weekday() > 4:
                counted += timedelta(days=1)
            assert working_days_after(day, count) == counted


async def test_a_request_is_due_in_as_many_working_days_as_its_newsroom_says(
    make: Make, newsroom: None, stranger: Client
) -> None:
    ours, theirs = await make.correction_request(), await Make(stranger).correction_request()

    for made, days in ((ours, 10), (theirs, 7)):
        came = date.fromisoformat(made.body["created_at"][:10])
        assert made.body["due_on"] == working_days_after(came, days).isoformat()


@pytest.mark.parametrize("days", [0, 91, 1.5, "7"])
async def test_a_newsroom_answers_within_one_to_ninety_days(make: Make, days: object) -> None:
    body = {"name": "A", "correction_days": days}

    answer = await make.client.post("/v1/organizations", json=body)

    status, found = wrong(answer)
    assert (status, {pointer for pointer, _ in found}) == (422, {"/correction_days"})


async def test_a_newsroom_says_where_else_readers_can_turn(make: Make, admin: Client) -> None:
    made = await make.organization(escalation_url="https://council.example/", correction_days=3)

    changed = await change(admin, made, escalation_url=None, correction_days=None)

    assert (made.body["escalation_url"], made.body["correction_days"]) == (
        "https://council.example/",
        3,
    )
    assert (changed.json()["escalation_url"], changed.json()["correction_days"]) == (None, 7)
    wrong_address = {"escalation_url": "council.example"}
    refused = await admin.patch(made.path, json=wrong_address, headers={"If-Match": "*"})
    assert wrong(refused) == (422, {("/escalation_url", "url")})


async def test_lists_begin_with_what_is_due_first_and_tell_what_is_overdue(
    make: Make, verdict: Made, reader: Client, database: asyncpg.Connection
) -> None:
    made = [await make.correction_request(verdict_id=verdict.id) for _ in range(4)]
    late, today, soon, done = (one.id for one in made)
    for one, days in ((late, -1), (today, 0), (soon, 3), (done, -5)):
        await database.execute(
            "UPDATE correction_request SET due_on = timezone('UTC', now())::date + $1::int"
            " WHERE id = $2",
            days,
            one,
        )
    resolved = {"to": "rejected", "resolution": "It is right"}
    await make.client.post(f"{made[3].path}/transitions", json=resolved, headers=made[3].if_match)

    assert await ids(reader, PATH) == [done, late, today, soon]
    assert await ids(reader, PATH, sort="-due_on") == [soon, today, late, done]
    assert await ids(reader, PATH, overdue="true") == [late]
    assert await ids(reader, PATH, overdue="false") == [done, today, soon]
    first = await reader.get(PATH, params={"limit": 3})
    following = await reader.get(PATH, params={"limit": 3, "cursor": first.json()["next"]})
    assert [one["id"] for one in following.json()["items"]] == [soon]


async def test_lists_filter_by_what_they_are_about_and_where_the_work_is(
    make: Make, verdict: Made, reader: Client
) -> None:
    one = await make.correction_request(verdict_id=verdict.id)
    other = await make.correction_request()
    await change(make.client, one, assignee="Ada")

    statement = verdict.body["statement_id"]
    for asked in ({"verdict_id": verdict.id}, {"statement_id": statement}, {"assignee": "Ada"}):
        assert await ids(reader, PATH, **asked) == [one.id]
    assert await ids(reader, PATH, state="in_review") == []
    await make.client.post(
        f"{other.path}/transitions", json={"to": "in_review"}, headers={"If-Match": "*"}
    )
    assert await ids(reader, PATH, state="in_review") == [other.id]
    assert await ids(reader, PATH, state="received") == [one.id]


async def test_nobody_else_finds_any(
    make: Make, reader_at: From, stranger: Client, verdict: Made
) -> None:
    made = await make.correction_request(verdict_id=verdict.id)

    for client in (stranger, reader_at("192.0.2.1")):
        assert await ids(client, PATH) == []
        assert await ids(client, PATH, verdict_id=verdict.id) == []
        for path in (made.path, f"{made.path}/history"):
            assert (await client.get(path)).status_code == 404
