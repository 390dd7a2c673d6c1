"""Whoever writes at the same time, what is found stays what is recorded."""

import asyncio
import random
from itertools import count

import asyncpg
import pytest
from fastapi import FastAPI

from app.finding.upkeep import Upkeep
from tests.making import Client, Made, Make

ACTS = 30
WORDS = ("bridge", "tunnel", "harbour", "quarry", "meadow")
DUE = """
INSERT INTO search_due (collection, resource_id)
SELECT 'statements', id FROM statement UNION ALL SELECT 'speakers', id FROM speaker;
DELETE FROM statement_search;
DELETE FROM name_key
"""
KEPT = """
SELECT statement_id::text, words::text, is_public, day, speaker_id, topics, publishers, ratings
FROM statement_search ORDER BY 1
"""


async def kept(database: asyncpg.Connection) -> list[asyncpg.Record]:
    """Read what is kept of every statement."""
    return await database.fetch(KEPT)


class Writer:
    """Somebody who changes speakers, sources, topics, statements and verdicts at random."""

    def __init__(
        self, seed: int, client: Client, speakers: list[Made], sources: list[Made]
    ) -> None:
        """Write as this caller, about these."""
        self.chance = random.Random(seed)  # noqa: S311 -- no secret
        self.client = client
        self.speakers = speakers
        self.sources = sources
        self.numbers = count(seed * 1000)

    async def act(self) -> int:
        """Do one thing, and give the status of the answer."""
        word = f"{self.chance.choice(WORDS)} {next(self.numbers)}"
        speaker, source = self.chance.choice(self.speakers), self.chance.choice(self.sources)
        anyhow = {"If-Match": "*"}
        acts = [
            ("PATCH", speaker.path, {"name": f"Speaker of the {word}"}),
            ("PATCH", source.path, {"name": f"Post of the {word}"}),
            ("PATCH", source.path, {"access": self.chance.choice(["open", "confidential"])}),
            ("POST", "/v1/statements", {
                "text": f"There is a {word}", "language": "en", "speaker_id": speaker.id,
                "visibility": "public",
                "appearances": [{"key": "a", "role": "outlet", "mode": "direct_quote",
                                 "source_id": source.id}],
            }),
        ]  # fmt: skip
        method, path, body = self.chance.choice(acts)
        answer = await self.client.request(
            method, path, json=body, headers=anyhow if method == "PATCH" else {}
        )
        return answer.status_code


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_kept_is_what_would_be_analysed_anew(
    seed: int, make: Make, app: FastAPI, database: asyncpg.Connection, admin: Client
) -> None:
    speakers = [await make.speaker() for _ in range(2)]
    sources = [await make.source() for _ in range(2)]
    writers = [Writer(seed * 10 + number, admin, speakers, sources) for number in range(4)]

    async def write(writer: Writer) -> list[int]:
        return [await writer.act() for _ in range(ACTS)]

    work = Upkeep(app.state.database, 0, dictionary=False)
    for _ in range(6):
        await writers[0].act()
    await database.execute(DUE)
    looking = asyncio.create_task(work.look())
    all_statuses = await asyncio.gather(*map(write, writers))
    await looking
    assert {one for statuses in all_statuses for one in statuses} <= {200, 201, 409}
    await work.look()
    before = await kept(database)
    assert await work.left() == 0
    await work.everything(["statements", "speakers", "sources"])
    await work.look()

    assert len(before) > ACTS // 2
    assert await kept(database) == before
