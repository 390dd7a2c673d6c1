"""What a reader has already: 304 as long as it is true, without building the document again."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from httpx2 import Response

from app.access.looking import single
from app.access.remembering import Known, Remembered, unless_known
from app.documents.shape import Kind, View
from app.documents.source import SOURCE
from app.documents.speaker import SPEAKER
from app.documents.statement import STATEMENT
from app.documents.verdict import VERDICT
from tests.making import Client, Make

LASTING = [STATEMENT, SPEAKER, SOURCE, VERDICT]
OF_THE_TIME = ("now()", "current_", "clock_timestamp", "statement_timestamp", "random", "age(")


async def again(client: Client, path: str, times: int = 3) -> Response:
    """Fetch something, and ask several times whether it has changed."""
    tag = (await client.get(path)).headers["ETag"]
    for _ in range(times):
        answer = await client.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
    return answer


async def asked(client: Client, path: str, known: Response) -> Response:
    """Ask whether something has changed since an answer."""
    return await client.get(path, headers={"If-None-Match": known.headers["ETag"]})


async def test_the_304_that_is_remembered_says_what_the_first_one_said(
    anonymous: Client, make: Make
) -> None:
    path = (await make.statement(visibility="public")).path
    tag = {"If-None-Match": (await anonymous.get(path)).headers["ETag"]}
    first, second = [await anonymous.get(path, headers=tag) for _ in range(2)]
    own = {"x-request-id", "ratelimit", "date"}
    told = [
        {name: value for name, value in one.headers.items() if name not in own}
        for one in (first, second)
    ]
    assert told[0] == told[1]
    assert {"etag", "cache-control", "vary", "surrogate-key"} <= told[0].keys()


async def test_what_is_shown_inside_and_changes_is_not_304_any_more(
    anonymous: Client, admin: Client, make: Make
) -> None:
    speaker = await make.speaker(name="Before")
    made = await make.statement(speaker_id=speaker.id, visibility="public")
    known = await again(anonymous, made.path)
    await admin.patch(speaker.path, json={"name": "After"}, headers=speaker.if_match)
    answer = await asked(anonymous, made.path, known)
    assert (answer.status_code, answer.json()["speaker"]["name"]) == (200, "After")
    assert (await again(anonymous, made.path)).headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_hidden_or_archived_is_not_304_any_more(
    status: int, anonymous: Client, admin: Client, make: Make
) -> None:
    made = await make.statement(visibility="public")
    known = await again(anonymous, made.path)
    if status == 404:
        await admin.patch(made.path, json={"visibility": "internal"}, headers=made.if_match)
    else:
        await admin.delete(made.path, headers=made.if_match)
    assert (await asked(anonymous, made.path, known)).status_code == status


async def test_what_was_merged_leads_to_what_it_is_now(
    anonymous: Client, admin: Client, make: Make
) -> None:
    one, other = await make.speaker(), await make.speaker()
    known = await again(anonymous, one.path)
    merging = await admin.post(
        f"{one.path}/merge", json={"into": other.id, "reason": "The same"}, headers=one.if_match
    )
    assert merging.status_code == 200, merging.text
    assert (await asked(anonymous, one.path, known)).status_code == 308


async def test_each_sees_their_own(anonymous: Client, admin: Client, make: Make) -> None:
    made = await make.statement(visibility="public", ref="cms-1")
    public, own = await again(anonymous, made.path), await again(admin, made.path)
    assert public.headers["ETag"] != own.headers["ETag"]
    assert (await asked(anonymous, made.path, own)).status_code == 200
    assert (await asked(admin, made.path, public)).status_code == 200


async def test_a_list_of_tags_and_a_star_are_understood(anonymous: Client, make: Make) -> None:
    made = await make.speaker()
    known = (await again(anonymous, made.path)).headers["ETag"]
    for told in (f'"9-0", W/{known}', "*"):
        for _ in range(2):
            answer = await anonymous.get(made.path, headers={"If-None-Match": told})
            assert (answer.status_code, answer.headers["ETag"]) == (304, known)
    answer = await anonymous.get(made.path, headers={"If-None-Match": '"9-0"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, known)


async def test_the_document_is_not_built_where_nothing_was_written(
    database: asyncpg.Connection, make: Make
) -> None:
    made = await make.statement(visibility="public")
    query = unless_known(STATEMENT, View.PUBLIC, None).alone
    asked = {"id_0": UUID(made.id), "viewer": None, "within": None}
    async with database.transaction(isolation="repeatable_read"):
        row = await database.fetchrow(query.text, *query.arguments(asked | {"known": None}))
        assert row is not None
        known = query.arguments(asked | {"known": row["state"]})
        assert await _built(database, query.text, query.arguments(asked | {"known": "another"}))
        assert not await _built(database, query.text, known)
        again = await database.fetchrow(query.text, *known)
    assert again is not None
    assert again["document"] is None


async def _built(database: asyncpg.Connection, text: str, values: list[Any]) -> list[str]:
    """Name the tables that were read to build what a statement shows."""
    plan = await database.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", *values)
    return [
        node["Relation Name"]
        for node in _nodes(json.loads(plan)[0]["Plan"])
        if node["Actual Loops"] and node.get("Relation Name", "statement") != "statement"
    ]


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", ()) for node in _nodes(part))]


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("kind", LASTING, ids=lambda kind: kind.noun)
def test_what_lasts_does_not_depend_on_the_time(kind: Kind[Any], view: View) -> None:
    assert kind.lasts
    text = single(kind, view, None).alone.text.lower()
    assert not [word for word in OF_THE_TIME if word in text]


def test_what_was_not_asked_for_the_longest_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.access.remembering.MOST", 2)
    remembered = Remembered()
    for what in "ab":
        remembered.keep(what, Known("1:2:", what))
    assert remembered.of("a") == Known("1:2:", "a")
    remembered.keep("c", Known("1:2:", "c"))
    assert [remembered.of(what).tag for what in "abc"] == ["a", "", "c"]
