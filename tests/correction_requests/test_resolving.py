"""A newsroom looks into what readers say, and what it finds has a reason."""

import asyncio
from typing import Any

import asyncpg
import pytest
from httpx2 import Response

from tests.making import Client, Json, Made, Make, change, wrong

ANY = {"If-Match": "*"}
NOTE = "The number was of October"
RESOLVE = "UPDATE correction_request SET resolution = 'A', resolved_at = now()"
RESOLVED = ("accepted", "rejected", "duplicate")
LEGAL = {
    "received": ["accepted", "duplicate", "in_review", "rejected"],
    "in_review": ["accepted", "duplicate", "received", "rejected"],
    "accepted": ["in_review"],
    "rejected": ["in_review"],
    "duplicate": ["in_review"],
}
SENT = ("verdict_id", "message", "proposed_correction", "links", "language", "due_on")


async def move(client: Client, made: Made, to: str, **given: Any) -> Response:
    """Move a request, whatever it is now."""
    return await client.post(f"{made.path}/transitions", json={"to": to} | given, headers=ANY)


async def bring(client: Client, made: Made, to: str) -> Response:
    """Move a request with all that such a move may need."""
    note = {"resolution": NOTE} if to in RESOLVED else {}
    return await move(client, made, to, comment="Looked at", **note)


@pytest.fixture
async def made(make: Make, verdict: Made) -> Made:
    """Have a request about a verdict."""
    return await make.correction_request(verdict_id=verdict.id)


@pytest.mark.parametrize("present", LEGAL)
async def test_every_legal_move_is_made_and_every_other_lists_them(
    present: str, make: Make, verdict: Made, reviewer: Client
) -> None:
    for to in LEGAL:
        request = await make.correction_request(verdict_id=verdict.id)
        if present != "received":
            assert (await bring(reviewer, request, present)).status_code == 200

        answer = await bring(reviewer, request, to)

        if to in LEGAL[present]:
            assert (answer.status_code, answer.json()["state"]) == (200, to)
            continue
        refused = answer.json()
        assert (refused["status"], refused["type"]) == (409, "/problems/illegal-transition")
        assert refused["legal"] == LEGAL[present]
        assert [error["pointer"] for error in refused["errors"]] == ["/to"]


@pytest.mark.parametrize("to", RESOLVED)
async def test_what_is_resolved_says_why_by_whom_and_when(
    to: str, made: Made, reviewer: Client, reader: Client
) -> None:
    assert wrong(await move(reviewer, made, to)) == (422, {("/resolution", "missing")})
    blank = await move(reviewer, made, to, resolution=" ")
    assert {pointer for pointer, _ in wrong(blank)[1]} == {"/resolution"}
    assert (await reader.get(made.path)).json() == made.body

    answer = await move(reviewer, made, to, resolution=NOTE)

    body = answer.json()
    assert (body["state"], body["resolution"], body["resolved_by"]) == (to, NOTE, "Reviewer")
    assert body["resolved_at"] == body["updated_at"] > body["created_at"]
    assert (body["version"], answer.headers["ETag"][:3]) == (2, '"2-')
    assert (await reader.get(made.path)).json() == body


async def test_opening_it_again_needs_a_word_and_its_history_keeps_what_was_found(
    made: Made, reviewer: Client, reader: Client
) -> None:
    done = await move(reviewer, made, "accepted", resolution=NOTE, resulting_version=1)

    refused = await move(reviewer, made, "in_review")
    answer = await move(reviewer, made, "in_review", comment="There is more to it")

    assert wrong(refused) == (422, {("/comment", "missing")})
    gone = ("resolution", "resolved_at", "resolved_by", "resulting_version")
    assert {answer.json()[name] for name in gone} == {None}
    history = (await reader.get(f"{made.path}/history")).json()["items"]
    assert [(one["action"].partition(".")[2], one["reason"]) for one in history] == [
        ("reopened", "There is more to it"),
        ("accepted", None),
        ("created", None),
    ]
    assert history[0]["before"] == done.json()


async def test_it_names_the_published_version_that_resulted(
    make: Make, verdict: Made, made: Made, reviewer: Client, database: asyncpg.Connection
) -> None:
    await database.execute(
        "INSERT INTO verdict_version (id, verdict_id, no, language, uncertainty,"
        " statement_revision, author) VALUES (gen_random_uuid(), $1, 2, 'en', 'none', 1, 'Ada')",
        verdict.id,
    )

    for number in (2, 3, 1_000_000):
        refused = await move(reviewer, made, "accepted", resolution=NOTE, resulting_version=number)
        assert wrong(refused) == (422, {("/resulting_version", "reference")})
    for odd in (0, 1_000_001, "1", 1.0):
        refused = await move(reviewer, made, "accepted", resolution=NOTE, resulting_version=odd)
        assert {pointer for pointer, _ in wrong(refused)[1]} == {"/resulting_version"}
    elsewhere = await make.correction_request(verdict_id=verdict.id)
    misplaced = await move(reviewer, elsewhere, "rejected", resolution=NOTE, resulting_version=1)
    assert wrong(misplaced) == (422, {("/resulting_version", "misplaced")})
    answer = await move(reviewer, made, "accepted", resolution=NOTE, resulting_version=1)
    assert (answer.status_code, answer.json()["resulting_version"]) == (200, 1)


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"to": "in_review", "resolution": NOTE}, "/resolution", "misplaced"),
        ({"to": "in_review", "resulting_version": 1}, "/resulting_version", "misplaced"),
        ({"to": "closed"}, "/to", "enum"),
        ({}, "/to", "missing"),
        ({"to": "in_review", "assignee": "Ada"}, "/assignee", "unknown_field"),
    ],
)
async def test_a_refused_move_moves_nothing(
    given: Json, pointer: str, code: str, made: Made, reviewer: Client
) -> None:
    answer = await reviewer.post(f"{made.path}/transitions", json=given, headers=ANY)

    assert wrong(answer) == (422, {(pointer, code)})
    assert (await reviewer.get(made.path)).json() == made.body


async def test_somebody_takes_it_on_and_what_was_sent_stays(
    make: Make, verdict: Made, reviewer: Client, stranger: Client
) -> None:
    made = await make.correction_request(
        verdict_id=verdict.id, proposed_correction="A", links=["https://a.example/"], language="fr"
    )

    answer = await change(reviewer, made, assignee="Grace", ref="desk-1")

    body = answer.json()
    assert (body["assignee"], body["ref"]) == ("Grace", "desk-1")
    assert [body[name] for name in SENT] == [made.body[name] for name in SENT]
    for name in (*SENT, "state", "resolution", "name", "email"):
        refused = await reviewer.patch(made.path, json={name: None}, headers=ANY)
        assert wrong(refused) == (422, {(f"/{name}", "unknown_field")})
    assert (await stranger.patch(made.path, json={"assignee": "A"}, headers=ANY)).is_client_error
    history = (await reviewer.get(f"{made.path}/history")).json()["items"]
    assert (history[0]["action"], history[0]["changed"]) == (
        "correction_request.changed",
        ["assignee", "ref"],
    )


async def test_two_who_resolve_it_at_once_do_not_both(
    made: Made, reviewer: Client, editor: Client
) -> None:
    body = {"to": "rejected", "resolution": NOTE}

    answers = await asyncio.gather(
        *(
            client.post(f"{made.path}/transitions", json=body, headers=made.if_match)
            for client in (reviewer, editor)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE correction_request SET state = 'accepted'",
        "UPDATE correction_request SET resolution = 'A'",
        "UPDATE correction_request SET message = ''",
        "UPDATE correction_request SET organization_id = NULL",
        f"{RESOLVE}, state = 'rejected', resulting_version = 1",
        f"{RESOLVE}, state = 'accepted', resulting_version = 7",
        "UPDATE correction_request SET state = 'lost'",
        "UPDATE correction_request SET links = array_fill('a'::text, ARRAY[11])",
        "UPDATE organization SET correction_days = 0",
    ],
)
async def test_the_database_holds_the_rules_too(
    sql: str, made: Made, database: asyncpg.Connection
) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await database.execute(sql)
