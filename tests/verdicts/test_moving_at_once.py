"""Several who move the same verdict at the same moment: it moves once."""

from asyncio import gather
from collections import Counter

import asyncpg

from tests.making import Client, Made, Make

ANY = {"If-Match": "*"}


async def both(one: Client, other: Client, made: Made, *bodies: dict[str, str]) -> Counter[int]:
    """Have two people move a verdict at once, several times each."""
    path = f"{made.path}/transitions"
    answers = await gather(
        *(who.post(path, json=body, headers=ANY) for body in bodies for who in (one, other))
    )
    assert all(answer.status_code in {200, 409} for answer in answers)
    return Counter(answer.status_code for answer in answers)


async def test_two_who_publish_the_same_verdict_publish_it_once(
    make: Make, admin: Client, editor: Client, database: asyncpg.Connection
) -> None:
    for _ in range(5):
        approved = await make.approve(await make.verdict())
        assert await both(admin, editor, approved, {"to": "published"}) == {200: 1, 409: 1}
        told = await database.fetch(
            "SELECT action FROM change WHERE resource_id = $1 AND is_public", approved.id
        )
        assert [row["action"] for row in told] == ["verdict.published"]
    assert await database.fetchval("SELECT count(*) FROM publication") == 5


async def test_with_the_same_etag_one_is_told_that_the_other_was_faster(
    make: Make, admin: Client, editor: Client
) -> None:
    approved = await make.approve(await make.verdict())
    path, body = f"{approved.path}/transitions", {"to": "published"}

    answers = await gather(
        *(who.post(path, json=body, headers=approved.if_match) for who in (admin, editor))
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 1}


async def test_two_reviewers_approve_once(make: Make, reviewer: Client, editor: Client) -> None:
    submitted = await make.move(await make.verdict(), "in_review")

    assert await both(reviewer, editor, submitted, {"to": "approved"}) == {200: 1, 409: 1}


async def test_a_revision_is_begun_once(make: Make, admin: Client, editor: Client) -> None:
    published = await make.published()

    assert await both(admin, editor, published, {"to": "revising"}) == {200: 1, 409: 1}
    assert len((await admin.get(f"{published.path}/versions")).json()["items"]) == 2


async def test_publishing_and_retracting_at_once_leaves_one_version_out(
    make: Make, admin: Client, editor: Client, anonymous: Client, database: asyncpg.Connection
) -> None:
    for _ in range(4):
        approved = await make.approve(await make.revise(await make.published(), headline="New"))
        publish = {"to": "published", "change_kind": "minor"}
        await both(admin, editor, approved, publish, {"to": "retracted", "notice": "Wrong"})

        shown = (await anonymous.get(approved.path)).json()
        assert shown["retracted"]
        rows = await database.fetch(
            "SELECT upper_inf(during) AS is_out FROM publication WHERE verdict_id = $1",
            approved.id,
        )
        assert [row["is_out"] for row in rows].count(True) == 1
        assert len(rows) == shown["published_version"]
