"""Sending: what is public and changes arrives, signed, in order, until it is taken."""

from uuid import UUID

import asyncpg
import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from app.webhooks.queueing import BATCH, TOGETHER
from app.webhooks.sending import Sender
from tests.making import Client, Make, change
from tests.webhooks.receiving import Receiver, Reply, deliveries


async def test_what_is_public_and_changes_arrives_as_the_feed_tells_it(
    make: Make, receiver: Receiver, sender: Sender, anonymous: Client
) -> None:
    webhook = await make.webhook(url=receiver.url)
    await make.statement(visibility="internal", speaker_is_anonymous=True)
    await make.published()

    await sender.look()

    items = (await anonymous.get("/v1/changes")).json()["items"]
    messages = sorted(receiver.messages, key=lambda one: int(one["data"]["position"]))
    assert [one["data"] for one in messages] == items
    assert [one["type"] for one in messages] == [one["action"] for one in items]
    assert [one["timestamp"] for one in messages] == [one["at"] for one in items]
    assert "verdict.published" in [one["action"] for one in items]
    for got in receiver.got:
        got.verify(webhook.body["secret"])
        assert got.headers["content-type"] == "application/json"
        with pytest.raises(WebhookVerificationError):
            got.verify("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert len({got.headers["webhook-id"] for got in receiver.got}) == len(items)


async def test_what_changed_before_a_webhook_was_made_is_not_sent_to_it(
    make: Make, receiver: Receiver, sender: Sender, anonymous: Client
) -> None:
    before = await make.speaker()
    await anonymous.get("/v1/changes")
    await make.webhook(url=receiver.url)
    after = await make.speaker()

    await sender.look()

    assert before.id != after.id
    assert [one["data"]["id"] for one in receiver.messages] == [after.id]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (["*"], ["speaker.created", "source.created", "speaker.changed", "speaker.archived"]),
        (["speaker.*"], ["speaker.created", "speaker.changed", "speaker.archived"]),
        (["speaker.archived", "source.created"], ["source.created", "speaker.archived"]),
        (["verdict.published"], []),
    ],
)
async def test_only_what_is_wanted_is_sent(
    make: Make, admin: Client, receiver: Receiver, sender: Sender,
    events: list[str], expected: list[str],
) -> None:  # fmt: skip
    await make.webhook(url=receiver.url, events=events)
    speaker = await make.speaker()
    await make.source()
    changed = await change(admin, speaker, name="Another")
    await admin.delete(speaker.path, headers={"If-Match": changed.headers["ETag"]})

    await sender.look()

    assert sorted(one["type"] for one in receiver.messages) == sorted(expected)
    told = [one for one in receiver.messages if one["type"] == "speaker.archived"]
    assert all(one["data"]["tombstone"] and one["data"]["document"] is None for one in told)


async def test_many_webhooks_go_on_together_and_each_is_told_what_it_wants(
    make: Make, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    """More webhooks than go on at once, and more changes than each is queued at once."""
    last = await make.webhook(url=receiver.url, events=["source.*"])
    await database.execute(
        "WITH made AS (INSERT INTO webhook (id, url, events, enabled, sealed, organization_id)"
        " SELECT gen_random_uuid(), url, '{contact.*}', true, sealed, organization_id"
        " FROM webhook, generate_series(1, $1) RETURNING id)"
        " INSERT INTO webhook_cursor (id, webhook_id, position)"
        " SELECT gen_random_uuid(), made.id, position FROM made, webhook_cursor",
        TOGETHER + 1,
    )
    everything = await make.webhook(url=receiver.url)
    made = [await make.source() for _ in range(BATCH // TOGETHER + 2)]

    await sender.look()

    told: dict[str, list[str]] = {last.id: [], everything.id: []}
    for one in receiver.got:
        webhook = str(UUID(one.headers["webhook-id"].split("_")[1]))
        told[webhook].append(one.message["data"]["id"])
    assert {name: sorted(ids) for name, ids in told.items()} == dict.fromkeys(
        told, sorted(one.id for one in made)
    )
    assert await database.fetchval("SELECT count(DISTINCT position) FROM webhook_cursor") == 1


async def test_what_failed_is_sent_again_under_the_same_name_and_what_follows_waits(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    webhook = await make.webhook(url=receiver.url, events=["speaker.*"])
    speaker = await make.speaker()
    await change(admin, speaker, name="Another")
    receiver.answers = lambda number, _: Reply(500, b"not now" * 1000) if number < 1 else Reply()

    await sender.look()
    waiting = await deliveries(admin, webhook)
    await database.execute("UPDATE webhook_delivery SET due_at = now()")
    await sender.look()

    assert [one["data"]["version"] for one in receiver.messages] == [1, 1, 2]
    first, again, _ = receiver.got
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert [one["state"] for one in waiting] == ["pending", "pending"]
    (failed,) = waiting[0]["attempts"]
    assert (failed["no"], failed["status"], failed["error"]) == (1, 500, None)
    assert failed["response_body"] == ("not now" * 1000)[:4096]
    assert failed["address"] == "127.0.0.1"
    assert waiting[1]["attempts"] == []
    done = await deliveries(admin, webhook)
    assert [one["state"] for one in done] == ["delivered", "delivered"]
    assert [one["status"] for one in done[0]["attempts"]] == [500, 204]
    assert done[0]["request_body"].encode() == again.body
    assert done[0]["message_id"] == again.headers["webhook-id"]
