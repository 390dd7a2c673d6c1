"""The desk: my open work, and what my organisation shouldn't forget."""

from datetime import UTC, datetime, timedelta

import asyncpg

from app.foundation.settings import Settings
from app.main import create_app
from tests.house.seen import Seen
from tests.making import Client, Json, Make, archive

PATH = "/v1/desk"
TODAY = datetime.now(UTC).date()


async def desk(client: Client) -> dict[str, list[str]]:
    """Give what lies on each part of somebody's desk."""
    answer = await client.get(PATH)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    parts = {name: part["items"] for name, part in body.items() if name != "person"}
    for name, items in parts.items():
        assert body[name]["count"] == {"value": len(items), "exact": True}
    return {name: [one["id"] for one in items] for name, items in parts.items()}


async def test_what_is_assigned_to_me_lies_on_my_desk_until_it_is_out(
    make: Make, checker: Client, reviewer: Client
) -> None:
    later = await make.verdict(assignee="checker", due_on=str(TODAY + timedelta(days=30)))
    sooner = await make.verdict(assignee="Checker", due_on=str(TODAY + timedelta(days=8)))
    mine = await make.verdict(assignee="Checker")
    await make.verdict(assignee="Reviewer")

    assert (await desk(checker))["assigned"] == [sooner.id, later.id, mine.id]
    published = await make.publish(sooner)
    assert (published.body["assignee"], published.body["due_on"]) == (None, None)
    assert (await desk(checker))["assigned"] == [later.id, mine.id]
    await archive(make.client, mine)
    assert (await desk(checker))["assigned"] == [later.id]


async def test_what_waits_for_review_lies_on_the_desk_of_who_may_approve_it(
    make: Make, admin: Client, reviewer: Client, checker: Client, stranger: Client
) -> None:
    waiting = await make.move(await make.verdict(), "in_review")
    by_reviewer = Make(reviewer, admin)
    theirs = await by_reviewer.move(await by_reviewer.verdict(), "in_review")
    await make.verdict()

    assert (await desk(reviewer))["to_review"] == [waiting.id]
    assert (await desk(admin))["to_review"] == [theirs.id]
    assert (await desk(checker))["to_review"] == []
    alone = Make(stranger)
    own = await alone.move(await alone.verdict(), "in_review")
    assert (await desk(stranger))["to_review"] == [own.id]


async def test_what_is_due_within_a_week_lies_on_everybodys_desk(
    make: Make, checker: Client, stranger: Client
) -> None:
    overdue = await make.verdict(due_on=str(TODAY - timedelta(days=1)), assignee="Somebody")
    soon = await make.verdict(due_on=str(TODAY + timedelta(days=7)))
    await make.verdict(due_on=str(TODAY + timedelta(days=8)))

    assert (await desk(checker))["due"] == [overdue.id, soon.id]
    assert (await desk(stranger))["due"] == []


async def test_what_became_stale_lies_there_until_it_is_revised(
    make: Make, checker: Client
) -> None:
    published = await make.published()
    path = f"/v1/statements/{published.body['statement_id']}"
    await make.client.patch(path, json={"text": "Other words"}, headers={"If-Match": "*"})
    await make.published()

    (found,) = (await checker.get(PATH)).json()["stale"]["items"]
    assert (found["id"], found["stale_reasons"]) == (published.id, ["statement_revised"])
    assert found["statement"] == "Other words"
    await make.revise(published, statement_revision=None)
    assert (await desk(checker))["stale"] == []


async def test_open_correction_requests_lie_there_the_first_due_first(
    make: Make, checker: Client, stranger: Client
) -> None:
    first, second = [await make.correction_request() for _ in range(2)]
    done = await make.correction_request()
    answer = await make.client.post(
        f"{done.path}/transitions", json={"to": "rejected", "resolution": "It is so"},
        headers=done.if_match,
    )  # fmt: skip
    assert answer.status_code == 200

    items: list[Json] = (await checker.get(PATH)).json()["correction_requests"]["items"]
    assert [one["id"] for one in items] == [first.id, second.id]
    assert [one["is_overdue"] for one in items] == [False, False]
    assert (await desk(stranger))["correction_requests"] == []


async def test_it_shows_twenty_at_most_and_counts_the_rest(make: Make, checker: Client) -> None:
    statements = [await make.statement() for _ in range(21)]
    for statement in statements:
        await make.verdict(statement_id=statement.id, assignee="Checker")

    part = (await checker.get(PATH)).json()["assigned"]

    assert (len(part["items"]), part["count"]) == (20, {"value": 21, "exact": True})


async def test_it_is_nobodys_without_a_key_and_as_documented(
    make: Make, anonymous: Client, checker: Client
) -> None:
    await make.verdict(assignee="Checker", due_on=str(TODAY), rating=None, headline=None)
    await make.correction_request()

    assert (await anonymous.get(PATH)).status_code == 401
    answer = await checker.get(PATH)
    assert answer.json()["person"] == "Checker"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    Seen(create_app(Settings(_env_file=None)).openapi()).look("Desk", answer.json())


async def test_webhooks_that_were_disabled_lie_on_the_desk_of_who_administers(
    make: Make, admin: Client, editor: Client, stranger: Client, database: asyncpg.Connection
) -> None:
    await make.webhook()
    await make.webhook(enabled=False)
    gone, failing, archived = [await make.webhook() for _ in range(3)]
    for number, (one, why) in enumerate([(gone, "gone"), (failing, "failing"), (archived, "gone")]):
        await database.execute(
            "UPDATE webhook SET enabled = false, disabled_reason = $2,"
            " disabled_at = now() + $3 * interval '1 second' WHERE id = $1",
            one.id,
            why,
            number,
        )
    await admin.delete(archived.path, headers={"If-Match": "*"})

    assert (await desk(admin))["webhooks"] == [failing.id, gone.id]
    assert (await desk(editor))["webhooks"] == []
    assert (await desk(stranger))["webhooks"] == []
