"""Several processes behind HAProxy, as docs/scaling.md has it: one may end, and nobody notices."""

import asyncio
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import Client, Response

from tests.programs import Program, needed
from tests.scaling.conftest import SECRET, Made
from tests.scaling.page import documented, placed
from tests.scaling.servers import Pair
from tests.setup.processes import PATIENCE, Command, Onrecord, free_port, wait_for

NEW = {"kind": "person", "name": "Whoever"}


@pytest.fixture(scope="module")
def program() -> Program:
    """Have a HAProxy; only outside of CI may a machine have none."""
    return needed("haproxy")


@dataclass
class Front:
    """What a caller meets: HAProxy, and two processes behind it."""

    url: str
    both: list[Command]
    start: Onrecord
    given: dict[str, str]

    def again(self, no: int) -> None:
        """Start one again at its address."""
        port = str(self.both[no].port)
        self.both[no] = self.start.start("serve", **{**self.given, "ONRECORD_PORT": port})
        self.both[no].port = int(port)
        self.both[no].until_up()


@pytest.fixture(scope="module")
def front(
    program: Program, pair: Pair, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """Have two processes behind a HAProxy, with primary and replica behind them."""
    folder, port = tmp_path_factory.mktemp("haproxy"), free_port()
    start = Onrecord(folder, folder / "data")
    given = {
        "DATABASE_URL": pair.primary.url, "ONRECORD_REPLICA_URL": pair.replica.url,
        "ONRECORD_SECRET": SECRET, "ONRECORD_TRUSTED_PROXIES": "127.0.0.1",
    }  # fmt: skip
    both = [start.start("serve", **given) for _ in range(2)]
    balancer = None
    try:
        for one in both:
            one.until_up()
        balancer = balancing(program, folder, port, both)
        yield Front(f"http://127.0.0.1:{port}", both, start, given)
    finally:
        if balancer is not None:
            balancer.kill()
            balancer.wait(PATIENCE)
        start.end_all()


def balancing(
    program: Program, folder: Path, port: int, both: list[Command]
) -> subprocess.Popen[bytes]:
    """Start HAProxy as documented, but for the addresses."""
    written = folder / "haproxy.cfg"
    changes = [("bind :80", f"bind 127.0.0.1:{port}")]
    changes += [(f"10.0.0.1{no}:8000", f"127.0.0.1:{one.port}") for no, one in enumerate(both, 1)]
    written.write_text(placed(documented("haproxy"), *changes), "utf-8")
    with (folder / "haproxy.log").open("wb") as log:
        started = subprocess.Popen(
            [program.path, "-db", "-f", written],
            env=program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

    def listens() -> bool:
        assert started.poll() is None, (folder / "haproxy.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_for(listens, "HAProxy takes connections")
    return started


def counts(command: Command) -> int:
    """Ask a process how many lists it has answered."""
    with Client(trust_env=False) as client:
        told = client.get(f"http://127.0.0.1:{command.port}/metrics").text
    lines = [line for line in told.splitlines() if 'route="/v1/speakers",status="200"' in line]
    return sum(int(float(line.rpartition(" ")[2])) for line in lines)


def read(front: Front, times: int) -> list[int]:
    """Read again and again, over a connection of each one's own."""

    def one(_: int) -> int:
        with Client(trust_env=False, timeout=30) as client:
            return client.get(f"{front.url}/v1/speakers").status_code

    with ThreadPoolExecutor(4) as callers:
        return list(callers.map(one, range(times)))


def write(front: Front, made: Made) -> Response:
    """Write, and see that it is done."""
    headers = {"Authorization": f"Bearer {made.keys['editor']}"}
    with Client(trust_env=False, timeout=30, headers=headers) as client:
        answer = client.post(f"{front.url}/v1/speakers", json=NEW)
    assert answer.status_code == 201, answer.text
    return answer


async def test_both_answer(front: Front) -> None:
    assert read(front, 20) == [200] * 20
    assert all(counts(one) > 0 for one in front.both)


async def test_a_write_is_seen_through_any_of_them(front: Front, made: Made) -> None:
    for _ in range(5):
        written = write(front, made)
        told = {"Onrecord-Written": written.headers["Onrecord-Written"]}
        path = f"/v1/speakers/{written.json()['id']}"
        for one in front.both:
            with Client(trust_env=False, timeout=30) as client:
                seen = client.get(f"http://127.0.0.1:{one.port}{path}", headers=told)
            assert seen.status_code == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_one_may_end_and_come_back(front: Front, made: Made, how: signal.Signals) -> None:
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(read, front, 60)
        await asyncio.sleep(0.2)
        front.both[0].stop(how)
        statuses = reading.result(PATIENCE)

    assert statuses == [200] * 60
    write(front, made)
    front.again(0)
    wait_for(lambda: read(front, 4) and counts(front.both[0]), "the one that is back answers")
