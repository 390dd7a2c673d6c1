"""A resource's history: who, what, when, why, before and after, as far as each may see it."""

from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI

from tests.house.seen import Seen
from tests.making import Client, Json, Made, Make, archive, change, wrong

KINDS: dict[str, Json] = {
    "speaker": {"name": "Changed"},
    "source": {"name": "Changed"},
    "topic": {"description": "Changed"},
    "measure": {"unit": "km"},
    "scale": {"description": "Changed"},
    "organization": {"url": "https://changed.example/"},
    "api_key": {"name": "Changed"},
    "statement": {"summary": "Changed"},
    "verdict": {"headline": "Changed"},
    "contact": {"note": "Changed"},
    "comment": {"text": "Changed"},
    "webhook": {"description": "Changed"},
}


async def history(client: Client, made: Made, **asked: Any) -> list[Json]:
    """Read a page of a history."""
    answer = await client.get(f"{made.path}/history", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    items: list[Json] = answer.json()["items"]
    return items


@pytest.mark.parametrize("kind", KINDS)
async def test_it_tells_who_did_what_and_what_it_was_before_and_after(
    kind: str, make: Make, admin: Client
) -> None:
    made: Made = await getattr(make, kind)()
    first = (await admin.get(made.path)).json()
    changed = await change(admin, made, **KINDS[kind])
    await archive(admin, Made(made.path, {}, changed.headers["ETag"]))

    archived, altered, created = await history(admin, made)

    assert [one["version"] for one in (archived, altered, created)] == [3, 2, 1]
    assert {one["actor"] for one in (archived, altered, created)} == {"Administrator"}
    assert altered["request_id"] == changed.headers["X-Request-Id"]
    assert (created["before"], created["after"], created["changed"]) == (None, first, [])
    assert (altered["before"], altered["after"]) == (first, changed.json())
    assert altered["changed"] == list(KINDS[kind])
    assert archived["before"] == changed.json()
    assert archived["action"].endswith(".archived")
    assert created["previous_hash"] is None
    assert (archived["previous_hash"], altered["previous_hash"]) == (
        altered["hash"],
        created["hash"],
    )


@pytest.mark.parametrize("kind", ["speaker", "source", "topic", "measure", "scale", "statement"])
async def test_others_see_what_the_public_saw_and_not_who_it_was(
    kind: str, make: Make, admin: Client, anonymous: Client, stranger: Client
) -> None:
    made: Made = await getattr(make, kind)()
    public = (await anonymous.get(made.path)).json()
    await archive(admin, made)

    for caller in (anonymous, stranger):
        archived, created = await history(caller, made)
        assert (archived["before"], archived["after"]) == (public, None)
        assert (created["before"], created["after"]) == (None, public)
        for one in (archived, created):
            assert (one["actor"], one["reason"], one["request_id"]) == (None, None, None)
        assert (await caller.get(made.path)).status_code == 410


async def test_of_what_is_shared_each_sees_who_acted_in_their_own_organisation(
    make: Make, admin: Client, stranger: Client, anonymous: Client
) -> None:
    made = await make.speaker()
    await change(stranger, made, name="Changed")

    for caller, actors in (
        (admin, [None, "Administrator"]),
        (stranger, ["Stranger", None]),
        (anonymous, [None, None]),
    ):
        shown = await history(caller, made)
        assert [one["actor"] for one in shown] == actors
        assert shown[0]["changed"] == ["name"]
    assert [one["after"]["created_by"] for one in await history(admin, made)] == [
        None,
        "Administrator",
    ]


async def test_what_is_internal_has_no_history_for_others(
    make: Make, reader: Client, anonymous: Client, stranger: Client, admin: Client
) -> None:
    internal = await make.statement(visibility="internal")
    draft = await make.verdict()
    public = await make.statement()
    withdrawn = await change(admin, public, visibility="internal")
    assert withdrawn.status_code == 200

    for made in (internal, draft, public):
        for caller in (anonymous, stranger):
            assert (await caller.get(f"{made.path}/history")).status_code == 404
        assert await history(reader, made)


async def test_the_public_sees_no_drafts_in_it(
    make: Make, admin: Client, anonymous: Client
) -> None:
    draft = await make.verdict()
    edited = await change(admin, draft, headline="Better")
    published = await make.publish(Made(draft.path, {}, edited.headers["ETag"]), comment="Why now")

    (out,) = await history(anonymous, published)
    assert (out["action"], out["before"], out["reason"]) == ("verdict.published", None, None)
    assert out["after"] == (await anonymous.get(published.path)).json()
    first, *_ = await history(admin, published)
    assert (first["reason"], first["before"]["state"]) == ("Why now", "approved")
    assert len(await history(admin, published)) == 5


async def test_keys_have_a_history_for_their_administrators(
    make: Make, admin: Client, editor: Client, stranger: Client, anonymous: Client
) -> None:
    made = await make.api_key()

    assert len(await history(admin, made)) == 1
    refused = [await one.get(f"{made.path}/history") for one in (anonymous, editor, stranger)]
    assert [answer.status_code for answer in refused] == [401, 403, 404]


async def test_a_source_that_became_confidential_is_in_no_history_of_others(
    make: Make, admin: Client, stranger: Client, anonymous: Client
) -> None:
    source = await make.source(name="Secret article", note="Secret note")
    hop = {"source_id": source.id, "role": "outlet", "mode": "summary"}
    said = await make.statement(appearances=[hop])
    theirs = await Make(stranger).statement(appearances=[hop])
    noted = await change(admin, source, note="Secret, too")
    await change(admin, Made(source.path, {}, noted.headers["ETag"]), access="confidential")

    for caller in (anonymous, stranger):
        for made in (source, said, theirs):
            assert "ecret" not in (await caller.get(f"{made.path}/history")).text
        newest, noting, _ = await history(caller, source)
        assert (newest["changed"], noting["changed"]) == ([], [])
        assert newest["after"] == (await caller.get(source.path)).json()
    assert [one["after"]["note"] for one in await history(admin, source)] == [
        "Secret, too", "Secret, too", "Secret note",
    ]  # fmt: skip


async def test_it_comes_in_pages_from_either_end(make: Make, admin: Client) -> None:
    made = await make.topic()
    current = made
    for number in range(4):
        answer = await change(admin, current, description=f"Number {number}")
        current = Made(made.path, {}, answer.headers["ETag"])

    for sort, expected in (("-version", [5, 4, 3, 2, 1]), ("version", [1, 2, 3, 4, 5])):
        seen, following = [], f"{made.path}/history?sort={sort}&limit=2"
        while following:
            answer = await admin.get(following)
            seen += [one["version"] for one in answer.json()["items"]]
            link = answer.headers.get("Link")
            following = link.partition(">")[0].removeprefix("<") if link else ""
            assert (answer.json()["next"] is None) == (not following)
        assert seen == expected


async def test_a_cursor_of_another_history_is_refused(make: Make, admin: Client) -> None:
    made, other = await make.topic(), await make.topic()
    await change(admin, made, description="Changed")
    cursor = (await admin.get(f"{made.path}/history?limit=1")).json()["next"]

    for path, given in (
        (other.path, {"cursor": cursor}),
        (made.path, {"cursor": cursor, "sort": "version"}),
        (made.path, {"cursor": "x"}),
    ):
        answer = await admin.get(f"{path}/history", params=given)
        assert wrong(answer) == (400, {("cursor", "invalid_cursor")})


async def test_what_came_with_the_installation_has_none(anonymous: Client) -> None:
    scale, *_ = (await anonymous.get("/v1/rating-scales")).json()["items"]

    answer = await anonymous.get(f"/v1/rating-scales/{scale['id']}/history")

    assert answer.json() == {"items": [], "next": None}


async def test_what_is_not_there_has_none(anonymous: Client, database: asyncpg.Connection) -> None:
    nothing = "0192d3a4-0000-7000-8000-000000000000"

    assert (await anonymous.get(f"/v1/speakers/{nothing}/history")).status_code == 404
    assert (await anonymous.get("/v1/speakers/x/history")).status_code == 422
    assert await database.fetchval("SELECT count(*) FROM change") == 0


async def test_history_and_feed_are_as_their_schemas_say_with_everything_and_with_nothing(
    app: FastAPI, make: Make, admin: Client, anonymous: Client
) -> None:
    seen = Seen(app.openapi())
    verdict = await make.publish(await make.verdict(), comment="Why now")
    archived = await make.topic()
    again = await change(admin, archived, description="Changed")
    await archive(admin, Made(archived.path, {}, again.headers["ETag"]))

    for caller in (admin, anonymous):
        for made in (verdict, archived):
            for asked in ("", "?limit=1"):
                answer = await caller.get(f"{made.path}/history{asked}")
                seen.look("History", answer.json())
        scale, *_ = (await caller.get("/v1/rating-scales")).json()["items"]
        seen.look("History", (await caller.get(f"/v1/rating-scales/{scale['id']}/history")).json())
        everything = (await caller.get("/v1/changes")).json()
        seen.look("ChangeFeed", everything)
        rest = await caller.get("/v1/changes", params={"after": everything["next"]})
        seen.look("ChangeFeed", rest.json())

    nullable = {place for place, null, _ in seen.places() if null}
    listed = {place for place, _, is_list in seen.places() if is_list}
    assert nullable - seen.values == nullable - seen.nulls == set()
    assert listed - seen.items == listed - seen.empty == set()
