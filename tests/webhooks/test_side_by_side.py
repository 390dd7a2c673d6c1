"""Several processes send, receivers are slow or away: each resource's changes come in order."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import pairwise

import asyncpg
import pytest

from app.foundation.settings import Settings
from app.main import create_app
from app.webhooks.sending import Sender
from tests.making import Client, Make, change
from tests.webhooks.receiving import Receiver, Reply, deliveries


@pytest.fixture
async def senders(settings: Settings, clean: None) -> AsyncIterator[list[Sender]]:
    """Have several who send, each with connections of its own, as processes have."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(3):
            app = create_app(settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
            made.append(app.state.sender)
        yield made


async def test_no_two_send_what_changes_of_one_resource_at_once(
    make: Make, admin: Client, receiver: Receiver, senders: list[Sender]
) -> None:
    webhook = await make.webhook(url=receiver.url, events=["speaker.*"])
    speakers = [await make.speaker() for _ in range(6)]
    for number in range(4):
        for one in speakers:
            path = one.path
            await admin.patch(path, json={"name": f"{number}"}, headers={"If-Match": "*"})
    receiver.answers = lambda number, _: Reply(seconds=0.005 * (number % 4))

    for _ in range(4):
        await asyncio.gather(*(one.look() for one in senders))

    by_resource = defaultdict(list)
    for got in receiver.got:
        by_resource[got.message["data"]["id"]].append(got)
    assert len(by_resource) == 6
    for requests in by_resource.values():
        assert [one.message["data"]["version"] for one in requests] == [1, 2, 3, 4, 5]
        for first, following in pairwise(requests):
            assert first.ended <= following.began
    assert {one["state"] for one in await deliveries(admin, webhook)} == {"delivered"}


async def test_who_is_slow_holds_up_nobody_else(
    make: Make, receiver: Receiver, sender: Sender
) -> None:
    slow = Receiver()
    slow.answers = lambda _, __: Reply(seconds=1.0)
    await make.webhook(url=slow.url)
    await make.webhook(url=receiver.url)
    for _ in range(8):
        await make.speaker()

    looking = asyncio.create_task(sender.look())
    await asyncio.sleep(0.9)
    told = len(receiver.got)
    under_way = len(slow.got)
    await looking
    slow.stop()

    assert told == 8
    assert under_way == 4
    assert len(slow.got) == 8


async def test_a_lease_that_ran_out_is_taken_over(
    make: Make, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    """Whoever held it was killed in the middle of sending."""
    await make.webhook(url=receiver.url)
    speaker = await make.speaker()
    receiver.answers = lambda _, __: Reply(500)
    await sender.look()
    receiver.answers = lambda _, __: Reply()
    lease = "UPDATE webhook_delivery SET due_at = now(), lease = gen_random_uuid(), leased_until ="
    await database.execute(f"{lease} now() + interval '1 minute'")
    await sender.look()
    held = len(receiver.got)
    await database.execute("UPDATE webhook_delivery SET leased_until = now()")

    await sender.look()

    assert (held, len(receiver.got)) == (1, 2)
    assert {one["data"]["id"] for one in receiver.messages} == {speaker.id}


async def test_who_is_stopped_in_the_middle_leaves_it_to_others_at_once(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url)
    await make.speaker()
    receiver.answers = lambda number, _: Reply(seconds=1.0 if not number else 0.0)
    looking = asyncio.create_task(sender.look())
    await asyncio.sleep(0.3)

    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    await sender.look()

    (delivery,) = await deliveries(admin, webhook)
    assert (delivery["state"], len(delivery["attempts"])) == ("delivered", 1)


async def test_the_database_itself_lets_nobody_send_two_of_one_resource_at_once(
    make: Make, admin: Client, sender: Sender, database: asyncpg.Connection, receiver: Receiver
) -> None:
    await make.webhook(url=receiver.url)
    speaker = await make.speaker()
    await change(admin, speaker, name="Another")
    receiver.answers = lambda _, __: Reply(500)
    await sender.look()

    with pytest.raises(asyncpg.UniqueViolationError, match="uq_webhook_delivery_leased"):
        await database.execute(
            "UPDATE webhook_delivery SET lease = gen_random_uuid(), leased_until = now()"
        )
