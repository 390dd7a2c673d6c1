"""Anybody can say what is wrong with a verdict, and only its newsroom reads it."""

import json
from typing import Any

import asyncpg
import pytest

from tests.correction_requests.conftest import ESCALATION, From
from tests.making import Client, Json, Made, Make, wrong

PATH = "/v1/correction-requests"
LONGEST = 32 * 1024
NOTHING = "0192d3a4-0000-7000-8000-000000000000"
MESSAGE = "Число неверно: 105 000.\nSee the table."


def request(verdict: Made, **given: Any) -> Json:
    """Write a request about a verdict."""
    return {"verdict_id": verdict.id, "message": MESSAGE} | given


async def test_a_reader_gets_back_what_they_sent_and_what_they_need(
    anonymous: Client, reader: Client, verdict: Made, newsroom: None
) -> None:
    sent = request(
        verdict,
        proposed_correction="105,000",
        links=["https://data.example/a", "https://data.example/b"],
        language="ru",
    )

    answer = await anonymous.post(PATH, json=sent)

    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PATH}/{body['id']}"
    assert answer.headers["ETag"].startswith('"1-')
    assert {name: body[name] for name in sent} == sent
    assert body["statement_id"] == verdict.body["statement_id"]
    assert body["organization"] == verdict.body["organization"]
    assert (body["state"], body["escalation_url"]) == ("received", ESCALATION)
    nothing = ("ref", "created_by", "assignee", "resolution", "resolved_at", "resolved_by")
    assert {body[name] for name in (*nothing, "resulting_version")} == {None}
    assert body["has_requester"] is False
    assert (await anonymous.get(answer.headers["Location"])).status_code == 404
    assert (await reader.get(answer.headers["Location"])).json() == body


async def test_as_little_as_a_message_is_enough(anonymous: Client, verdict: Made) -> None:
    body = (await anonymous.post(PATH, json=request(verdict))).json()

    assert (body["proposed_correction"], body["language"], body["links"]) == (None, None, [])
    assert body["escalation_url"] is None


async def test_it_belongs_to_the_newsroom_whose_verdict_it_is_whoever_sends_it(
    stranger: Client, reader: Client, verdict: Made
) -> None:
    answer = await stranger.post(PATH, json=request(verdict))

    assert (answer.status_code, answer.json()["created_by"]) == (201, None)
    assert (await stranger.get(answer.headers["Location"])).status_code == 404
    seen = (await reader.get(answer.headers["Location"])).json()
    assert (seen["organization"], seen["created_by"]) == (verdict.body["organization"], "Stranger")


async def test_its_history_begins_with_its_coming_in(
    anonymous: Client, stranger: Client, reader: Client, verdict: Made
) -> None:
    for client, who in ((anonymous, None), (stranger, "Stranger")):
        sent = await client.post(PATH, json=request(verdict))

        history = await reader.get(f"{sent.headers['Location']}/history")

        (entry,) = history.json()["items"]
        assert (entry["action"], entry["actor"]) == ("correction_request.created", who)
        assert entry["before"] is None
        assert entry["after"] == (await reader.get(sent.headers["Location"])).json()


async def test_the_feed_tells_nothing_of_it(
    anonymous: Client, verdict: Made, database: asyncpg.Connection
) -> None:
    sent = (await anonymous.post(PATH, json=request(verdict))).json()

    feed = (await anonymous.get("/v1/changes", params={"limit": 1000})).json()

    assert {one["collection"] for one in feed["items"]} >= {"verdicts"}
    assert sent["id"] not in json.dumps(feed)
    about = "SELECT count(*) FROM change WHERE resource_id = $1 AND public_document IS NULL"
    assert await database.fetchval(about, sent["id"]) == 1


async def test_only_a_verdict_that_is_public_can_be_said_to_be_wrong(
    anonymous: Client, admin: Client, make: Make
) -> None:
    draft = await make.verdict()

    for client in (anonymous, admin):
        for verdict_id in (draft.id, NOTHING, (await make.statement()).id):
            refused = await client.post(PATH, json={"verdict_id": verdict_id, "message": "No"})
            assert wrong(refused) == (422, {("/verdict_id", "reference")})


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"message": ""}, "/message"),
        ({"message": " \n "}, "/message"),
        ({"message": "x" * 5001}, "/message"),
        ({"message": "a\u0000"}, "/message"),
        ({"message": None}, "/message"),
        ({"proposed_correction": "x" * 5001}, "/proposed_correction"),
        ({"links": ["https://a.example/"] * 11}, "/links"),
        ({"links": ["javascript:alert(1)"]}, "/links/0"),
        ({"links": ["https://me:secret@a.example/"]}, "/links/0"),
        ({"language": "klingonese-"}, "/language"),
        ({"name": "A\nB"}, "/name"),
        ({"name": "x" * 501}, "/name"),
        ({"email": "x" * 250 + "@a.example"}, "/email"),
        ({"state": "accepted"}, "/state"),
        ({"due_on": "2999-01-01"}, "/due_on"),
        ({"ref": "cms-1"}, "/ref"),
        ({"assignee": "Ada"}, "/assignee"),
    ],
)
async def test_what_is_not_as_it_must_be_is_pointed_at(
    anonymous: Client, given: Json, pointer: str
) -> None:
    refused = await anonymous.post(PATH, json={"verdict_id": NOTHING, "message": "No"} | given)

    status, found = wrong(refused)
    assert (status, {place for place, _ in found}) == (422, {pointer})


async def test_addresses_of_mail_are_told_from_what_is_none(
    anonymous: Client, verdict: Made
) -> None:
    good = ["a@b.example", "first.last+tag@mail.example.org", "o'neill@xn--e1afmkfd.example"]
    bad: list[str | int] = [
        "", "a", "a@b", "@b.example", "a@", "a@b..example", ".a@b.example", "a.@b.example",
        "a..b@c.example", "a b@c.example", "a@-b.example", "a@b-.example", "a@b.example\n",
        "A <a@b.example>", "a@b.example, c@d.example", "a@b@c.example", "é@b.example", 1,
    ]  # fmt: skip

    for one in good:
        answer = await anonymous.post(PATH, json=request(verdict, email=one))
        assert (answer.status_code, answer.json()["has_requester"]) == (201, True), one
    for other in bad:
        refused = await anonymous.post(PATH, json=request(verdict, email=other))
        status, found = wrong(refused)
        assert (status, {place for place, _ in found}) == (422, {"/email"}), other
        assert ".example" not in refused.text


async def test_the_longest_that_is_allowed_is_taken_and_one_byte_more_is_not(
    anonymous: Client, admin: Client, verdict: Made
) -> None:
    sent = json.dumps(request(verdict, message="x" * 5000)).encode()
    media = {"Content-Type": "application/json"}

    async def chunks(body: bytes) -> Any:
        yield body

    for client in (anonymous, admin):
        longest = await client.post(PATH, content=sent.ljust(LONGEST), headers=media)
        assert longest.status_code == 201
        for body in (sent.ljust(LONGEST + 1), chunks(sent.ljust(LONGEST + 1))):
            refused = await client.post(PATH, content=body, headers=media)
            assert refused.status_code == 413
            assert refused.json()["type"] == "/problems/body-too-large"


async def test_a_readers_request_sent_again_is_one_request(
    reader_at: From, reader: Client, verdict: Made, database: asyncpg.Connection
) -> None:
    key = {"Idempotency-Key": "form-1"}
    async with reader_at("192.0.2.1") as one, reader_at("192.0.2.2") as other:
        first = await one.post(PATH, json=request(verdict), headers=key)
        again = await one.post(PATH, json=request(verdict), headers=key)
        another = await one.post(PATH, json=request(verdict, message="No"), headers=key)
        theirs = await other.post(PATH, json=request(verdict, message="Theirs"), headers=key)
        same = await other.post(PATH, json=request(verdict, message="Theirs"), headers=key)

    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert another.json()["type"] == "/problems/idempotency-key-reused"
    assert (theirs.status_code, theirs.json()["message"]) == (201, "Theirs")
    assert same.content == theirs.content
    assert len((await reader.get(PATH)).json()["items"]) == 2
    callers = [row[0] for row in await database.fetch("SELECT caller FROM remembered_answer")]
    assert len(set(callers)) == 2
    assert "192.0.2" not in "".join(callers)
