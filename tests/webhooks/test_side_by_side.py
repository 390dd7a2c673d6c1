"""Several processes send, receivers are slow or away: each resource's changes come in order."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from itertools import pairwise

import asyncpg
import pytest

from app.foundation.settings import Settings
from app.main import create_app
from app.webhooks import sending
from app.webhooks.sending import Sender
from tests.making import Client, Make, change
from tests.webhooks.receiving import Receiver, Reply, deliveries


async def until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - what happens elsewhere sets no event.
            await asyncio.sleep(0.02)


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


async def test_many_that_are_slow_hold_up_nobody_else(
    make: Make, receiver: Receiver, settings: Settings
) -> None:
    """Together they want more than there is room for; who comes after them is told at once."""
    slow, over = Receiver(), threading.Event()
    slow.answers = lambda _, __: Reply(204 if over.wait(20) else 500)
    for _ in range(20):
        await make.webhook(url=slow.url, events=["speaker.*"])
    await make.webhook(url=receiver.url, events=["source.*"])
    for _ in range(5):
        await make.speaker()
    app = create_app(settings.model_copy(update={"webhook_timeout": 20}))
    async with app.router.lifespan_context(app):
        looking = asyncio.create_task(app.state.sender.look())
        await until(lambda: len(slow.got) >= 20)
        for _ in range(2):
            await make.source()
        try:
            await until(lambda: len(receiver.got) == 2)
        finally:
            over.set()
            looking.cancel()
            await asyncio.wait([looking])
            slow.stop()


async def test_what_goes_wrong_with_one_is_nobody_elses_matter(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    """The database refuses what came of one attempt; others, under way meanwhile, are told once."""
    webhook = await make.webhook(url=receiver.url)
    bad = await make.speaker()
    fine = [await make.speaker() for _ in range(8)]
    receiver.answers = lambda _, message: Reply(
        seconds=0.0 if message["data"]["id"] == bad.id else 0.3
    )
    await database.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NEW.resource_id = '{bad.id}' AND NEW.attempts > 0 THEN RAISE 'no'; END IF;"
        " RETURN NEW; END $$; CREATE TRIGGER refuse BEFORE UPDATE ON webhook_delivery"
        " FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    try:
        await sender.look()
    finally:
        await database.execute("DROP FUNCTION refuse() CASCADE")

    told = [one["data"]["id"] for one in receiver.messages]
    assert sorted(told) == sorted(one.id for one in (bad, *fine))
    states = {one["resource_id"]: one["state"] for one in await deliveries(admin, webhook)}
    assert [states.pop(bad.id), *set(states.values())] == ["pending", "delivered"]


async def test_a_long_replay_holds_up_nobody_else(
    make: Make, admin: Client, receiver: Receiver, sender: Sender, database: asyncpg.Connection
) -> None:
    """Some hundred replays are under way, and a change is told nevertheless, before they end."""
    replayed = await make.webhook(url="http://127.0.0.1:9/", events=["verdict.published"])
    await make.webhook(url=receiver.url)
    await make.speaker()
    await sender.look()
    before = len(receiver.got)
    await make.speaker()
    await database.execute(
        "INSERT INTO webhook_cursor (id, webhook_id, position, until)"
        " SELECT gen_random_uuid(), $1::uuid, 0, 1 FROM generate_series(1, 4000)",
        replayed.id,
    )
    looking = asyncio.create_task(sender.look())
    left = 4000
    while len(receiver.got) == before and not looking.done():
        await asyncio.sleep(0.01)
        left = await database.fetchval("SELECT count(*) FROM webhook_cursor")
    looking.cancel()
    await asyncio.wait([looking])

    assert len(receiver.got) > before
    assert left > 1000


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


async def test_who_was_held_up_until_its_lease_could_end_sends_nothing(
    make: Make, receiver: Receiver, settings: Settings, database: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """By then another has taken it over, and may have sent what follows, too."""
    monkeypatch.setattr(sending, "_GRACE", 0.0)
    await make.webhook(url=receiver.url)
    await make.speaker()
    receiver.answers = lambda number, _: Reply(204 if number else 500)
    app = create_app(settings.model_copy(update={"webhook_timeout": 0.5}))
    async with app.router.lifespan_context(app):
        await app.state.sender.look()
        await database.execute("UPDATE webhook_delivery SET due_at = now()")
        async with database.transaction():
            # What is taken by now can't be read, and so not be written.
            await database.execute("LOCK TABLE change IN ACCESS EXCLUSIVE MODE")
            looking = asyncio.create_task(app.state.sender.look())
            await asyncio.sleep(0.8)
            await database.execute(
                "UPDATE webhook_delivery SET lease = gen_random_uuid(),"
                " leased_until = now() + interval '1 minute'"
            )
        await looking

    assert len(receiver.got) == 1


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
