"""What fails: tried again by schedule, given up at its end, and disabled when it goes on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import asyncpg
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from app.foundation.settings import Settings
from app.webhooks.outcomes import pause
from app.webhooks.sending import Sender
from tests.making import Client, Json, Make, change
from tests.webhooks.receiving import Receiver, Reply, deliveries

NOW = "UPDATE webhook_delivery SET due_at = now()"
AWAKE = "UPDATE webhook SET resting_until = NULL"
SCHEDULE = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)


def seconds(since: str, until: str) -> float:
    """Tell how far two instants are apart."""
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


async def again(sender: Sender, database: asyncpg.Connection) -> None:
    """Have what waits sent at once."""
    await database.execute(NOW)
    await database.execute(AWAKE)
    await sender.look()


async def only(admin: Client, webhook: object) -> Json:
    """Give the only delivery of a webhook."""
    (found,) = await deliveries(admin, webhook)  # type: ignore[arg-type]
    return found


async def test_it_is_tried_again_by_schedule_and_given_up_at_its_end(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    webhook = await make.webhook(url=receiver.url)
    receiver.answers = lambda _, __: Reply(503)
    await make.speaker()
    await sender.look()

    for usual in SCHEDULE:
        found = await only(admin, webhook)
        waits = seconds(found["updated_at"], found["next_attempt_at"])
        assert found["state"] == "pending"
        assert 0.8 * usual - 1 <= waits <= 1.2 * usual + 1
        await again(sender, database)

    found = await only(admin, webhook)
    assert (found["state"], found["next_attempt_at"]) == ("failed", None)
    assert [one["no"] for one in found["attempts"]] == list(range(1, 11))
    assert len(receiver.got) == 10


async def test_the_schedule_is_that_of_the_settings_and_varies() -> None:
    assert Settings(_env_file=None).webhook_retries == SCHEDULE

    pauses = {pause(2, 0.0, SCHEDULE) for _ in range(50)}
    assert len(pauses) > 10
    assert 240 <= min(pauses) < max(pauses) <= 360


DATES: dict[str, Callable[[], str]] = {
    "in an hour": lambda: format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True),
    "an hour ago": lambda: format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True),
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("120", 120), ("999999999", 24 * 3600), ("1", 5), ("soon", 5), ("-5", 5), ("", 5),
        ("in an hour", 3600), ("an hour ago", 5),
        ("Wed, 31 Dec 9999 23:59:59 GMT", 24 * 3600), ("Wed, 99 Foo 2026 00:00:00 GMT", 5),
    ],
)  # fmt: skip
async def test_retry_after_is_heeded_within_bounds(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, asked: str, expected: int
) -> None:
    webhook = await make.webhook(url=receiver.url)
    header = DATES[asked]() if asked in DATES else asked
    receiver.answers = lambda _, __: Reply(429, headers=(("Retry-After", header),))
    await make.speaker()

    await sender.look()

    found = await only(admin, webhook)
    waits = seconds(found["updated_at"], found["next_attempt_at"])
    assert 0.8 * expected - 1 <= waits <= 1.2 * expected + 20
    if expected > 5:
        await make.speaker()
        await sender.look()
        assert len(receiver.got) == 1


async def test_one_that_never_succeeds_holds_up_nothing_but_its_own_resource(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    await make.webhook(url=receiver.url)
    poison = await make.speaker()
    await change(admin, poison, name="Another")
    fine = [await make.speaker() for _ in range(12)]
    receiver.answers = lambda _, message: Reply(500 if message["data"]["id"] == poison.id else 204)

    for _ in range(11):
        await again(sender, database)

    told = [(one["data"]["id"], one["data"]["version"]) for one in receiver.messages]
    assert {(one.id, 1) for one in fine} <= set(told)
    assert told.count((poison.id, 1)) == 10
    assert told.index((poison.id, 2)) > max(
        number for number, one in enumerate(told) if one == (poison.id, 1)
    )


async def test_a_receiver_that_is_down_is_not_asked_for_each_change(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    webhook = await make.webhook(url=receiver.url)
    receiver.answers = lambda _, __: Reply(500)
    for _ in range(30):
        await make.speaker()

    for _ in range(5):
        await sender.look()
    asked = len(receiver.got)
    receiver.answers = lambda _, __: Reply()
    await again(sender, database)

    assert asked < 10
    assert {one["state"] for one in await deliveries(admin, webhook)} == {"delivered"}


async def test_who_says_that_they_are_gone_is_told_nothing_any_more_until_enabled_again(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    webhook = await make.webhook(url=receiver.url)
    receiver.answers = lambda _, __: Reply(410)
    await make.speaker()
    await sender.look()
    await make.speaker()
    await again(sender, database)

    found = await admin.get(webhook.path)
    assert (found.json()["enabled"], found.json()["disabled_reason"]) == (False, "gone")
    assert found.json()["disabled_at"] is not None
    assert len(receiver.got) == 1
    history = (await admin.get(f"{webhook.path}/history")).json()["items"]
    assert (history[0]["action"], history[0]["actor"]) == ("webhook.disabled", None)
    receiver.answers = lambda _, __: Reply()
    enabled = await admin.patch(
        webhook.path, json={"enabled": True}, headers={"If-Match": found.headers["ETag"]}
    )
    await sender.look()

    assert enabled.json()["disabled_reason"] is None
    assert len(receiver.got) == 3
    assert {one["state"] for one in await deliveries(admin, webhook)} == {"delivered"}


async def test_after_failing_for_five_days_it_is_disabled_and_loses_nothing(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    webhook = await make.webhook(url=receiver.url)
    receiver.answers = lambda _, __: Reply(500)
    await make.speaker()
    await sender.look()
    failing = (await admin.get(webhook.path)).json()
    await database.execute("UPDATE webhook SET failing_since = now() - interval '4 days 23 hours'")
    await again(sender, database)
    still = (await admin.get(webhook.path)).json()
    await database.execute("UPDATE webhook SET failing_since = now() - interval '5 days'")

    await again(sender, database)

    found = await admin.get(webhook.path)
    assert failing["failing_since"] is not None
    assert still["enabled"] is True
    assert (found.json()["enabled"], found.json()["disabled_reason"]) == (False, "failing")
    receiver.answers = lambda _, __: Reply()
    await admin.patch(webhook.path, json={"enabled": True}, headers={"If-Match": "*"})
    await sender.look()
    assert (await only(admin, webhook))["state"] == "delivered"
    fine = (await admin.get(webhook.path)).json()
    assert (fine["failing_since"], fine["disabled_at"]) == (None, None)
    assert fine["delivered_at"] is not None


@pytest.mark.parametrize(
    ("reply", "state", "error"),
    [
        (Reply(seconds=3), "pending", "There was no answer within 2 seconds"),
        (Reply(200, b"x" * 1_000_000), "delivered", None),
        (Reply(404, b"\x00\xff\xfe nul and no UTF-8 \x1b[31m"), "pending", None),
        (Reply(302), "pending", None),
        (Reply(199), "pending", None),
    ],
)
async def test_whatever_is_answered_is_noted_within_bounds(
    make: Make, admin: Client, receiver: Receiver, sender: Sender,
    reply: Reply, state: str, error: str | None,
) -> None:  # fmt: skip
    webhook = await make.webhook(url=receiver.url)
    receiver.answers = lambda _, __: reply
    await make.speaker()

    await sender.look()

    found = await only(admin, webhook)
    (attempt,) = found["attempts"]
    assert found["state"] == state
    if reply.status != 199:
        assert attempt["error"] == error
        assert attempt["status"] == (None if error else reply.status)
        assert len(attempt["response_body"] or "") <= 4096
    assert attempt["duration_ms"] < 3000


async def test_a_receiver_that_is_not_there_is_noted(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url)
    await make.speaker()
    receiver.stop()

    await sender.look()

    (attempt,) = (await only(admin, webhook))["attempts"]
    assert (attempt["status"], attempt["address"]) == (None, None)
    assert attempt["error"]


@pytest.mark.parametrize("overlap", [0, 3600])
async def test_under_another_secret_of_the_installation_nothing_is_sent_unsigned(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection,
    overlap: int,
) -> None:  # fmt: skip
    """Until it is rotated; that the one before can't be read any more is no obstacle then."""
    webhook = await make.webhook(url=receiver.url)
    await database.execute("UPDATE webhook SET sealed = 'sealed otherwise'")
    await make.speaker()
    await sender.look()
    refused = await only(admin, webhook)

    rotated = await admin.post(
        f"{webhook.path}/rotate", json={"overlap_seconds": overlap}, headers={"If-Match": "*"}
    )
    await again(sender, database)

    assert "ONRECORD_SECRET" in refused["attempts"][0]["error"]
    (got,) = receiver.got
    got.verify(rotated.json()["secret"])


async def test_the_figures_tell_what_is_still_to_be_sent(
    make: Make, app: FastAPI, receiver: Receiver, sender: Sender
) -> None:
    await make.webhook(url=receiver.url)
    receiver.answers = lambda _, __: Reply(500)
    await make.speaker()
    await make.speaker()
    await sender.look()

    await sender.tidy()

    assert REGISTRY.get_sample_value("onrecord_webhook_deliveries_pending") == 2
