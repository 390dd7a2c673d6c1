"""Webhooks as a resource: made, shown once with their secret, rotated, pinged, replayed."""

import base64
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from fastapi import FastAPI
from standardwebhooks.webhooks import WebhookVerificationError

from app.webhooks.sending import Sender
from tests.foundation.answers import problem
from tests.making import Client, Json, Made, Make, archive, change
from tests.webhooks.receiving import Receiver, Reply, deliveries


async def rotate(client: Client, webhook: Made, overlap: int) -> str:
    """Give a webhook a new secret, and tell it."""
    answer = await client.post(
        f"{webhook.path}/rotate", json={"overlap_seconds": overlap}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.json()["secret"])


async def test_the_secret_is_shown_once_and_kept_sealed(
    make: Make, admin: Client, database: asyncpg.Connection
) -> None:
    webhook = await make.webhook()
    secret = webhook.body["secret"]

    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    shown = [await admin.get(webhook.path), await admin.get("/v1/webhooks")]
    shown.append(await admin.get(f"{webhook.path}/history"))
    assert all(secret not in answer.text and answer.status_code == 200 for answer in shown)
    kept = await database.fetchval("SELECT sealed FROM webhook")
    rows = await database.fetch("SELECT to_jsonb(webhook) AS row FROM webhook")
    assert secret.encode() not in kept
    assert secret not in str(rows)
    assert (await make.webhook()).body["secret"] != secret


async def test_during_an_overlap_both_secrets_sign_and_then_the_new_one_alone(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    webhook = await make.webhook(url=receiver.url)
    first = str(webhook.body["secret"])
    second = await rotate(admin, webhook, 3600)
    await make.speaker()
    await sender.look()
    shown = (await admin.get(webhook.path)).json()
    await database.execute("UPDATE webhook SET previous_expires_at = now()")
    await make.speaker()
    await sender.look()
    third = await rotate(admin, webhook, 0)
    await make.speaker()
    await sender.look()

    both, new, newest = receiver.got
    assert len(both.headers["webhook-signature"].split(" ")) == 2
    both.verify(first)
    both.verify(second)
    assert shown["previous_secret_expires_at"] is not None
    new.verify(second)
    newest.verify(third)
    for got, secret in ((new, first), (newest, second)):
        with pytest.raises(WebhookVerificationError):
            got.verify(secret)


async def test_a_ping_arrives_and_its_delivery_tells_how_it_went(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url, events=["verdict.*"], enabled=False)
    receiver.answers = lambda _, __: Reply(200, b"pong")

    pinged = await make.ping(webhook)
    await sender.look()

    (got,) = receiver.got
    got.verify(webhook.body["secret"])
    assert got.message["type"] == "webhook.ping"
    assert got.message["data"] == {"webhook_id": webhook.id}
    found = (await admin.get(pinged.path)).json()
    assert (pinged.body["state"], found["state"]) == ("pending", "delivered")
    assert (found["position"], found["resource_id"]) == (None, None)
    assert found["attempts"][0]["response_body"] == "pong"
    assert (await admin.get(webhook.path)).json()["enabled"] is False


async def test_a_ping_is_tried_once_and_its_failure_is_not_counted(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url)
    receiver.answers = lambda _, __: Reply(410)

    pinged = await make.ping(webhook)
    await sender.look()

    found = (await admin.get(webhook.path)).json()
    assert (await admin.get(pinged.path)).json()["state"] == "failed"
    assert (found["enabled"], found["failing_since"]) == (True, None)


async def test_one_delivery_is_sent_again_under_the_same_name(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url)
    await make.speaker()
    await sender.look()
    (before,) = await deliveries(admin, webhook)

    answer = await admin.post(f"{webhook.path}/deliveries/{before['id']}/replay")
    await sender.look()

    assert (answer.status_code, answer.json()["state"]) == (200, "pending")
    first, again = receiver.got
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    (after,) = await deliveries(admin, webhook)
    assert [one["no"] for one in after["attempts"]] == [1, 2]
    assert after["state"] == "delivered"
    unknown = await admin.post(f"{webhook.path}/deliveries/{webhook.id}/replay")
    problem(unknown, 404, "not-found")


async def test_everything_after_a_position_is_sent_again_and_what_never_was(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, anonymous: Client
) -> None:
    for _ in range(3):
        await make.speaker()
    await anonymous.get("/v1/changes")
    webhook = await make.webhook(url=receiver.url, events=["speaker.*"])
    await make.speaker()
    await make.source()
    await sender.look()
    items = (await anonymous.get("/v1/changes")).json()["items"]
    speakers = [one["position"] for one in items if one["collection"] == "speakers"]

    answer = await admin.post(f"{webhook.path}/replay", json={"after": speakers[0]})
    await sender.look()

    assert answer.json() == {
        "webhook_id": webhook.id, "after": speakers[0], "until": answer.json()["until"],
        "since": None, "before": None,
    }  # fmt: skip
    told = [one["data"]["position"] for one in receiver.messages]
    assert told[0] == speakers[3]
    assert sorted(told[1:]) == speakers[1:]
    assert {one["state"] for one in await deliveries(admin, webhook)} == {"delivered"}


async def test_what_was_done_in_a_time_is_sent_again(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    made = [await make.speaker() for _ in range(3)]
    webhook = await make.webhook(url=receiver.url)
    times = [one.body["created_at"] for one in made]

    answer = await admin.post(f"{webhook.path}/replay", json={"from": times[1], "to": times[2]})
    await sender.look()

    assert answer.status_code == 200, answer.text
    assert (answer.json()["since"], answer.json()["before"]) == (times[1], times[2])
    again = [one["data"]["id"] for one in receiver.messages].count(made[1].id)
    assert again == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "one_of"),
        ({"after": 1, "from": "2022-09-27T00:00:00Z"}, "one_of"),
        ({"to": "2022-09-27T00:00:00Z", "after": 1}, "period"),
        ({"from": "2022-09-27T00:00:00Z", "to": "2022-09-27T00:00:00Z"}, "period"),
        ({"after": 10**12}, "beyond"),
        ({"after": -1}, "greater_than_equal"),
        ({"since": "2022-09-27T00:00:00Z"}, "unknown_field"),
    ],
)
async def test_a_replay_of_nothing_that_there_is_is_refused(
    make: Make, admin: Client, body: Json, code: str
) -> None:
    webhook = await make.webhook()

    answer = await admin.post(f"{webhook.path}/replay", json=body)

    codes = [error["code"] for error in problem(answer, 422, "invalid-input")["errors"]]
    assert code in codes


async def test_many_replays_at_once_are_refused(make: Make, admin: Client) -> None:
    webhook = await make.webhook()

    answers = [await admin.post(f"{webhook.path}/replay", json={"after": 0}) for _ in range(11)]

    assert [one.status_code for one in answers] == [200] * 10 + [409]


async def test_what_changes_while_it_is_disabled_is_sent_when_it_is_enabled(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url)
    disabled = (await change(admin, webhook, enabled=False)).json()
    made = await make.speaker()
    await sender.look()
    nothing = len(receiver.got)

    await change(admin, Made(webhook.path, {}, "*"), enabled=True)
    await sender.look()

    assert (disabled["disabled_reason"], nothing) == ("asked", 0)
    assert [one["data"]["id"] for one in receiver.messages] == [made.id]


async def test_what_was_archived_is_told_nothing_any_more(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url)
    await make.speaker()
    await archive(admin, webhook)

    await sender.look()

    assert receiver.got == []
    problem(await admin.get(f"{webhook.path}/deliveries"), 410, "gone")
    problem(await admin.post(f"{webhook.path}/ping"), 410, "gone")


async def test_what_was_withdrawn_meanwhile_is_not_told(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    await make.webhook(url=receiver.url, events=["statement.*"])
    said = await make.statement(text="Nobody should read this")
    await change(admin, said, visibility="internal")

    await sender.look()

    assert len(receiver.got) == 2
    assert all(one["data"]["tombstone"] for one in receiver.messages)
    assert b"Nobody" not in b"".join(one.body for one in receiver.got)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"events": []}, "/events"),
        ({"events": ["verdict.publised"]}, "/events/0"),
        ({"events": ["verdict.*", "verdict.*"]}, "/events"),
        ({"url": "not an address"}, "/url"),
        ({"enabled": "yes"}, "/enabled"),
        ({"secret": "whsec_mine"}, "/secret"),
    ],
)
async def test_what_makes_no_webhook_is_refused(admin: Client, given: Json, pointer: str) -> None:
    body = {"url": "https://receiver.example/"} | given

    answer = await admin.post("/v1/webhooks", json=body)

    errors = problem(answer, 422, "invalid-input")["errors"]
    assert [error["pointer"] for error in errors] == [pointer]


async def test_the_log_is_filtered_and_goes_on_from_page_to_page(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url)
    bad = await make.speaker()
    receiver.answers = lambda _, message: Reply(500 if message["data"]["id"] == bad.id else 204)
    for _ in range(3):
        await make.source()
    await sender.look()
    now, later = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=1)

    async def count(**asked: str) -> int:
        return len(await deliveries(admin, webhook, **asked))

    assert await count(state="pending") == 1
    assert await count(state="delivered", event="source.created") == 3
    assert await count(event="speaker.created", state="delivered") == 0
    assert await count(created_until=now.isoformat()) == 4
    assert await count(created_from=later.isoformat()) == 0
    page = (await admin.get(f"{webhook.path}/deliveries", params={"limit": 3})).json()
    rest = await admin.get(
        f"{webhook.path}/deliveries", params={"limit": 3, "cursor": page["next"]}
    )
    assert [len(page["items"]), len(rest.json()["items"]), rest.json()["next"]] == [3, 1, None]
    read = await admin.get(f"{webhook.path}/deliveries/{page['items'][0]['id']}")
    again = await admin.get(read.request.url, headers={"If-None-Match": read.headers["ETag"]})
    assert again.status_code == 304


async def test_the_log_keeps_what_is_done_for_as_long_as_is_said(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    webhook = await make.webhook(url=receiver.url)
    receiver.answers = lambda _, message: Reply(500 if message["data"]["id"] == bad.id else 204)
    bad, old, young = [await make.speaker() for _ in range(3)]
    await sender.look()
    await database.execute(
        "UPDATE webhook_delivery SET updated_at = now() - interval '31 days'"
        " WHERE resource_id <> $1::uuid",
        young.id,
    )

    await sender.tidy()

    kept = {one["resource_id"] for one in await deliveries(admin, webhook)}
    assert kept == {bad.id, young.id}
    assert await database.fetchval("SELECT count(*) FROM webhook_attempt") == 2
    assert old.id not in kept


async def test_the_document_tells_receivers_what_they_get(app: FastAPI) -> None:
    described = app.openapi()["webhooks"]

    assert set(described) == {"change", "ping"}
    for one in described.values():
        names = [parameter["name"] for parameter in one["post"]["parameters"]]
        assert names == ["webhook-id", "webhook-timestamp", "webhook-signature"]
        assert one["post"]["requestBody"]["content"]["application/json"]["examples"]
