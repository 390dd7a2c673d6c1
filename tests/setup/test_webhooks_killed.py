"""Killed in the middle of sending, both who sends and who receives: nothing is lost.

Two services send side by side, and one receiver listens, while somebody goes on writing. Any of
the three is killed at any moment, and started again. In the end, each change of the feed has
arrived, and what changed of one resource has arrived in order.
"""

import json
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.making import Json
from tests.setup.processes import HOUSE, Command, Onrecord, free_port, wait_for

ROUNDS = 6
QUICK = {
    "ONRECORD_WEBHOOK_HOSTS": "127.0.0.1",
    "ONRECORD_WEBHOOK_EVERY": "0.1",
    "ONRECORD_WEBHOOK_TIMEOUT": "1",
    "ONRECORD_WEBHOOK_RETRIES": ", ".join(["0.2"] * 40),
    "ONRECORD_SEAL_EVERY": "0.1",
}


def asked(port: int, key: str, method: str, path: str, body: Json | None = None) -> Json:
    """Ask a service for something. Raises `OSError` when it isn't there."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "If-Match": "*"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - it is http.
        found: Json = json.load(answer)
        return found


class Listening:
    """The receiver's process, which can be killed and started again."""

    def __init__(self, file: Path) -> None:
        """Write what comes into this file."""
        self.port, self.file = free_port(), file
        self.start()

    def start(self) -> None:
        """Listen."""
        command = [sys.executable, "-m", "tests.webhooks.noting", str(self.port), str(self.file)]
        self.process = subprocess.Popen(command, cwd=HOUSE)

    def kill(self) -> None:
        """Be gone from one moment to the other."""
        self.process.kill()
        self.process.wait()

    @property
    def got(self) -> list[Json]:
        """Read what came; a line that was cut short was never answered."""
        lines = self.file.read_bytes().splitlines(keepends=True) if self.file.exists() else []
        return [json.loads(line) for line in lines if line.endswith(b"\n")]


class Writer(threading.Thread):
    """Goes on recording and renaming speakers, at whichever service is there."""

    def __init__(self, ports: list[int], key: str) -> None:
        """Write at these ports, which may change."""
        super().__init__()
        self.ports, self.key, self.done = ports, key, threading.Event()

    def run(self) -> None:
        """Write until it is enough."""
        paths: list[str] = []
        for number in range(100_000):
            if self.done.wait(0.01):
                return
            try:
                if number % 4:
                    path = paths[number % len(paths)]
                    asked(self.ports[number % 2], self.key, "PATCH", path, {"name": f"{number}"})
                else:
                    made = asked(self.ports[0], self.key, "POST", "/v1/speakers", {"name": "A"})
                    paths.append(f"/v1/speakers/{made['id']}")
            except urllib.error.HTTPError as refused:
                refused.close()
            except (OSError, ZeroDivisionError):
                continue


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    """Have a receiver."""
    made = Listening(tmp_path / "received")
    yield made
    made.kill()


def test_nothing_is_lost_and_each_resource_is_told_in_order_whoever_is_killed(
    onrecord: Onrecord, listening: Listening
) -> None:
    chance = random.Random(7)  # noqa: S311 - it chooses whom to kill.
    onrecord.environment |= QUICK
    onrecord.is_measured = False  # what is killed has no coverage to tell
    served = [onrecord.serve()]
    key = (onrecord.data_dir / "admin.key").read_text().strip()
    served.append(onrecord.serve())
    webhook = {"url": f"http://127.0.0.1:{listening.port}/hooks", "events": ["speaker.*"]}
    made = asked(served[0].port, key, "POST", "/v1/webhooks", webhook)
    ports = [one.port for one in served]
    writer = Writer(ports, key)
    writer.start()
    try:
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(0.3, 1.2))
            kill_one(chance, onrecord, served, listening, ports)
    finally:
        writer.done.set()
        writer.join(20)

    pending = f"/v1/webhooks/{made['id']}/deliveries?state=pending&limit=1"
    feed = "/v1/changes?collection=speakers&limit=1000"
    items = asked(served[0].port, key, "GET", feed)["items"]
    wait_for(lambda: arrived(listening) >= {one["position"] for one in items}, "all arrived")
    wait_for(lambda: not asked(served[0].port, key, "GET", pending)["items"], "all done")
    assert len(items) > 50
    assert_told_in_order(listening.got, items)


def kill_one(
    chance: random.Random,
    onrecord: Onrecord,
    served: list[Command],
    listening: Listening,
    ports: list[int],
) -> None:
    """Kill one of the three, and start it again."""
    victim = chance.randrange(3)
    if victim == len(served):
        listening.kill()
        time.sleep(chance.uniform(0, 0.5))
        listening.start()
        return
    served[victim].process.kill()
    served[victim].process.wait()
    served[victim] = onrecord.serve()
    ports[victim] = served[victim].port


def arrived(listening: Listening) -> set[int]:
    """Tell the positions of what has arrived."""
    return {one["data"]["position"] for one in listening.got}


def assert_told_in_order(got: list[Json], items: list[Json]) -> None:
    """See that each change arrived as the feed tells it, and never after a later one."""
    told = {one["data"]["position"]: one["data"] for one in got}
    assert [told[one["position"]] for one in items] == items
    by_resource: dict[str, list[int]] = defaultdict(list)
    for one in got:
        by_resource[one["data"]["id"]].append(one["data"]["position"])
    assert len(by_resource) > 5
    for positions in by_resource.values():
        assert positions == sorted(positions)
