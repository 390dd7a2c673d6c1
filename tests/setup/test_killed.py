"""Killed in the middle of writing: whatever was acknowledged is there after the next start."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
import pytest

from tests.setup.processes import Command, Onrecord, postgres_of, wait_for

WRITERS = 4
ENOUGH = 40


@dataclass
class Writing:
    """Writers that record statements, each its own, until the service is gone."""

    port: int
    key: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> "Writing":
        """Set them all to work."""
        self.threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]
        for thread in self.threads:
            thread.start()
        return self

    def until_gone(self) -> None:
        """Wait until they have given up."""
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()

    def _write(self, writer: int) -> None:
        for number in range(100_000):
            text = f"Statement {number} of writer {writer}"
            hop = {"source": {"kind": "wire", "name": text}, "role": "origin", "mode": "summary"}
            body: dict[str, object] = {
                "text": text, "language": "en", "visibility": "public",
                "speaker": {"name": f"Speaker of {text}"}, "appearances": [hop],
            }  # fmt: skip
            try:
                location = post(self.port, self.key, body)
            except OSError:
                return
            if location is not None:
                self.acknowledged[location] = text


def post(port: int, key: str, body: dict[str, object]) -> str | None:
    """Record a statement, and give its address; None when it was refused."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/statements",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above.
            address: str = answer.headers["Location"]
            return address
    except urllib.error.HTTPError as refused:
        refused.close()
        if refused.code != 503:
            raise
        raise ConnectionError from None


def read(port: int, path: str) -> dict[str, object]:
    """Read what stands at an address."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        document: dict[str, object] = json.load(answer)
        return document


def kill_server(onrecord: Onrecord, served: Command) -> None:
    """Kill the service and leave its Postgres running."""
    served.process.kill()
    served.process.wait()


def kill_postmaster(onrecord: Onrecord, served: Command) -> None:
    """Kill Postgres, all of it, and then the service."""
    postmaster = postgres_of(onrecord.data_dir)
    backends = postmaster.children()
    postmaster.kill()
    for backend in backends:
        try:
            backend.kill()
        except psutil.NoSuchProcess:
            continue
    time.sleep(0.2)
    kill_server(onrecord, served)


@pytest.mark.parametrize("kill", [kill_server, kill_postmaster], ids=["server", "postmaster"])
def test_everything_that_was_acknowledged_is_there_after_a_kill(
    onrecord: Onrecord, kill: Callable[[Onrecord, Command], None]
) -> None:
    onrecord.is_measured = False  # what is killed has no coverage to tell
    served = onrecord.serve()
    key = (onrecord.data_dir / "admin.key").read_text().strip()
    writing = Writing(served.port, key).start()
    wait_for(lambda: len(writing.acknowledged) >= ENOUGH, "writers at work")

    kill(onrecord, served)
    writing.until_gone()
    again = onrecord.serve()

    assert len(writing.acknowledged) >= ENOUGH
    for path, text in writing.acknowledged.items():
        found = read(again.port, path)
        assert found["text"] == text
        appearances, speaker = found["appearances"], found["speaker"]
        assert isinstance(appearances, list)
        assert isinstance(speaker, dict)
        assert appearances[0]["source"]["name"] == text
        assert speaker["name"] == f"Speaker of {text}"
    assert post(again.port, key, {"text": "A", "language": "en", "speaker_is_anonymous": True})
    assert again.stop() == 0
