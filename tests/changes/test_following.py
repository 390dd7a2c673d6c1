"""Who follows the feed misses nothing and is told nothing twice, however late others commit."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from uuid import uuid4

import asyncpg

from app.changes.chain import seal
from app.foundation.database import Database
from app.foundation.settings import Settings
from tests.changes.test_feed import feed
from tests.making import Client, Make

WRITERS = 10
ROUNDS = 12
ENTRY = (
    "INSERT INTO change (action, collection, resource_id, version, document, public_document)"
    " VALUES ('speaker.created', 'speakers', $1, 1, $2, $3)"
)


async def write(connection: asyncpg.Connection, *, public: bool = True) -> str:
    """Write an entry, and give the id of what it is about."""
    made = str(uuid4())
    document = json.dumps({"id": made, "version": 1})
    await connection.execute(ENTRY, made, document, document if public else None)
    return made


@asynccontextmanager
async def transaction(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Have a transaction of its own; it commits at the end."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            yield connection
    finally:
        await connection.close()


@dataclass
class Follower:
    """Somebody who follows the feed, and writes down what is told."""

    client: Client
    after: int = 0
    told: list[tuple[int, str]] = field(default_factory=list)

    async def read(self, limit: int = 100) -> bool:
        """Read on, and tell whether there was anything."""
        part = await feed(self.client, after=self.after, limit=limit)
        self.told += [(item["position"], item["id"]) for item in part["items"]]
        assert part["next"] >= self.after
        self.after = part["next"]
        return bool(part["items"])


async def test_what_is_committed_late_is_told_later(
    database_url: str, anonymous: Client, make: Make
) -> None:
    follower = Follower(anonymous)

    async with transaction(database_url) as late:
        first_written = await write(late)
        made = await make.speaker()
        await follower.read()
        assert [told for _, told in follower.told] == [made.id]
        assert not await follower.read()
    await follower.read()

    assert follower.told == [(1, made.id), (2, first_written)]


async def test_nothing_is_skipped_or_told_twice_while_many_commit_late(  # noqa: C901 - three roles.
    database_url: str, database: asyncpg.Connection, anonymous: Client, make: Make
) -> None:
    chance, running = random.Random(7), asyncio.Event()  # noqa: S311 - the same in each run.
    committed: dict[int, list[str]] = {writer: [] for writer in range(WRITERS)}

    async def keep_writing(writer: int) -> None:
        connection = await asyncpg.connect(database_url)
        for _ in range(ROUNDS):
            held = connection.transaction()
            await held.start()
            made = []
            for _ in range(chance.randint(1, 4)):
                public = chance.random() < 0.8
                written = await write(connection, public=public)
                made += [written] if public else []
                await asyncio.sleep(chance.random() * 0.03)
            if chance.random() < 0.15:
                await held.rollback()
            else:
                await held.commit()
                committed[writer] += made
        await connection.close()

    async def keep_making() -> list[str]:
        return [(await make.speaker()).id for _ in range(ROUNDS * 3)]

    async def keep_following() -> Follower:
        follower = Follower(anonymous)
        while not running.is_set():
            await follower.read(limit=chance.choice([1, 3, 7, 100]))
            await asyncio.sleep(chance.random() * 0.01)
        while await follower.read():
            pass
        return follower

    followers = [asyncio.create_task(keep_following()) for _ in range(2)]
    writing = asyncio.gather(*map(keep_writing, committed))
    made = await keep_making()
    await writing
    running.set()
    seen, others = [(await follower).told for follower in followers]

    again = Follower(anonymous)
    while await again.read():
        pass
    positions = await database.fetch("SELECT position FROM sealed_change ORDER BY position")
    entries = await database.fetchval("SELECT count(*) FROM change")
    assert seen == others == again.told
    assert sorted(told for _, told in seen) == sorted([*chain(*committed.values()), *made])
    assert [position for position, _ in seen] == sorted({position for position, _ in seen})
    for of_one in (*committed.values(), made):
        assert [told for _, told in seen if told in of_one] == of_one
    assert [row[0] for row in positions] == list(range(1, entries + 1))
    assert entries > len(seen) > WRITERS * ROUNDS


async def test_two_who_seal_at_once_give_each_entry_one_place(
    settings: Settings, database_url: str, database: asyncpg.Connection, clean: None
) -> None:
    async with transaction(database_url) as connection:
        for _ in range(300):
            await write(connection)
    processes = [Database(database_url, settings) for _ in range(3)]
    for one in processes:
        await one.reads.open()

    await asyncio.gather(
        *(seal(one, patient=patient) for one in processes for patient in (True, False, True))
    )

    for one in processes:
        await one.close()
    rows = await database.fetch("SELECT position, change_id FROM sealed_change ORDER BY position")
    assert [row["position"] for row in rows] == list(range(1, 301))
    assert [row["change_id"] for row in rows] == sorted({row["change_id"] for row in rows})
    assert await database.fetchval("SELECT count(*) FROM unsealed_change") == 0


async def test_a_feed_is_told_as_far_as_it_goes_while_another_seals_for_too_long(
    database_url: str, make: Make, anonymous: Client
) -> None:
    first = await make.speaker()
    await feed(anonymous)

    async with transaction(database_url) as stuck:
        second = await make.speaker()
        await stuck.execute("SELECT seal_changes(1, true)")
        part = await feed(anonymous)
        assert [item["id"] for item in part["items"]] == [first.id]
        assert (part["next"], part["more"]) == (1, False)

    assert [item["id"] for item in (await feed(anonymous, after=1))["items"]] == [second.id]


async def test_writers_do_not_wait_for_who_seals(database_url: str, make: Make) -> None:
    await make.speaker()

    async with transaction(database_url) as sealing:
        await sealing.execute("SELECT seal_changes(10, true)")
        async with asyncio.timeout(2):
            assert (await make.speaker()).body["version"] == 1
