"""Every request is repeated until it is answered, while workers are killed: one effect for each."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil
from httpx2 import AsyncClient, HTTPError

from tests.setup.processes import Command, Onrecord

POSTS = 600
CLIENTS = 8
KILLS = 5
TRIES = 400
PATIENCE = 150.0
BUSY = {409, 503}


def workers_of(served: Command) -> list[psutil.Process]:
    """Find the processes that answer requests."""
    return [child for child in psutil.Process(served.process.pid).children() if is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    """Tell a living worker from Postgres, and from one that was killed just now."""
    try:
        return any("spawn_main" in part for part in process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


@dataclass
class Retrying:
    """Clients that record statements, each under its own key, until all are acknowledged."""

    client: AsyncClient
    acknowledged: dict[int, str] = field(default_factory=dict)
    unanswered: int = 0
    replayed: int = 0

    async def run(self, numbers: Iterator[int]) -> None:
        """Take one number after the other, and send it until there is an answer."""
        for number in numbers:
            for _ in range(TRIES):
                if await self._sent(number):
                    break
                await asyncio.sleep(0.05)

    async def _sent(self, number: int) -> bool:
        body = {"text": f"Statement {number}", "language": "en", "speaker_is_anonymous": True}
        headers = {"Idempotency-Key": f"statement-{number}"}
        try:
            answer = await self.client.post("/v1/statements", json=body, headers=headers)
        except HTTPError:
            self.unanswered += 1
            return False
        if answer.status_code in BUSY:
            assert int(answer.headers["Retry-After"]) >= 1, answer.text
            return False
        assert answer.status_code == 201, answer.text
        self.replayed += "Idempotent-Replayed" in answer.headers
        self.acknowledged[number] = answer.json()["id"]
        return True


async def kill_one_after_another(served: Command, retrying: Retrying) -> int:
    """Kill a worker whenever another part is done; the other one goes on meanwhile.

    It is always the older one: clients stay connected to it, and the new one has none yet.
    """
    killed = 0
    deadline = time.monotonic() + PATIENCE
    while killed < KILLS:
        assert time.monotonic() < deadline, f"only {killed} were killed"
        await asyncio.sleep(0.02)
        workers = workers_of(served)
        due = len(retrying.acknowledged) >= (killed + 1) * POSTS // (KILLS + 2)
        if due and len(workers) > 1:
            min(workers, key=psutil.Process.create_time).kill()
            killed += 1
    return killed


async def texts(client: AsyncClient) -> list[str]:
    """Page through all statements."""
    found: list[str] = []
    path = "/v1/statements?limit=100"
    while path:
        answer = await client.get(path)
        found += [item["text"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    return found


async def test_each_key_has_one_statement_although_workers_are_killed(onrecord: Onrecord) -> None:
    onrecord.is_measured = False  # what is killed has no coverage to tell, and takes long to start
    served = onrecord.serve("--workers", "2")
    key = (onrecord.data_dir / "admin.key").read_text().strip()
    base, headers = f"http://127.0.0.1:{served.port}", {"Authorization": f"Bearer {key}"}
    async with AsyncClient(base_url=base, headers=headers, timeout=20) as client:
        retrying, numbers = Retrying(client), iter(range(POSTS))
        async with asyncio.timeout(PATIENCE):
            sending = [retrying.run(numbers) for _ in range(CLIENTS)]
            killed, *_ = await asyncio.gather(kill_one_after_another(served, retrying), *sending)
    # Others that are still open may lead to one that was killed.
    async with AsyncClient(base_url=base, headers=headers, timeout=20) as client:
        recorded = await texts(client)

    assert killed == KILLS
    assert retrying.unanswered >= KILLS / 2, "a kill that interrupts nothing proves nothing"
    assert len(set(retrying.acknowledged.values())) == POSTS
    assert sorted(recorded) == sorted(f"Statement {number}" for number in range(POSTS))
    assert served.stop() == 0
