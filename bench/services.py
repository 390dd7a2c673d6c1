"""What is measured, as processes of its own: the service, the tutorial, and their Postgres."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.foundation import postmaster

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120.0


class DidNotStart(Exception):
    """A service didn't answer in time; the end of its log is in the text."""


class Service:
    """A service that runs: where it listens, and what it has cost until now."""

    def __init__(self, port: int, process: psutil.Process) -> None:
        """Have a running service."""
        self.port = port
        self.process = process

    def fetch(self, target: str) -> tuple[bytes, str]:
        """Ask for something once; give its body and its ETag, if it has one."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{target}", timeout=120) as answer:
            return answer.read(), answer.headers.get("ETag", "")

    def cpu(self) -> float:
        """Tell the seconds of CPU that its process and those below it have used."""
        return sum(_used(process) for process in (self.process, *self.process.children()))


@contextmanager
def onrecord(url: str, folder: Path, **more: str) -> Iterator[Service]:
    """Serve as a user would; `more` are settings."""
    port = _free_port()
    command = [sys.executable, "-m", "app", "serve", "--workers", "1", "--port", str(port)]
    settings = {"ONRECORD_DATA_DIR": str(folder / "service"), **more}
    with _running(command, {"DATABASE_URL": url} | settings, folder / "onrecord.log", port) as made:
        yield made


@contextmanager
def tutorial(url: str, folder: Path) -> Iterator[Service]:
    """Serve the tutorial's endpoints, on the same kind of server."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "bench.tutorial:app", "--app-dir", str(ROOT)),
        *("--port", str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log"),
    ]
    with _running(command, {"DATABASE_URL": url}, folder / "tutorial.log", port) as made:
        yield made


def postgres_cpu(data: Path) -> float:
    """Tell the seconds of CPU that a Postgres has used, with the sessions that have ended."""
    found = postmaster.find(data.resolve() / "postgres")
    if found is None:
        return 0.0
    while True:
        ended = found.process.cpu_times()[:4]
        sessions = sum(_used(process) for process in found.process.children())
        # A session that ends meanwhile would be missed, or counted twice.
        if found.process.cpu_times()[2:4] == ended[2:]:
            return sessions + sum(ended)


def others_share(since: "Usage", now: "Usage") -> float:
    """Tell which part of the machine's CPU went to programs that have no part in this."""
    cores = psutil.cpu_count() or 1
    return max(0.0, now.others - since.others) / (cores * (now.at - since.at))


@dataclass(frozen=True)
class Usage:
    """A moment, and the seconds of CPU that other programs have used until then."""

    at: float
    others: float


def usage(data: Path, *measured: Service) -> Usage:
    """Note what the machine has been doing until now, for others than us."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    busy = sum(times[:8]) - idle
    ours = sum(psutil.Process().cpu_times()[:4]) + postgres_cpu(data)
    return Usage(time.monotonic(), busy - ours - sum(each.cpu() for each in measured))


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


@contextmanager
def _running(
    command: list[str], settings: dict[str, str], log: Path, port: int
) -> Iterator[Service]:
    inherited = {name: value for name, value in os.environ.items() if "ONRECORD_" not in name}
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, cwd=log.parent, env=inherited | settings, stdout=written, stderr=written
        )
    try:
        _wait(process, log, port)
        yield Service(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise DidNotStart(log.read_text(errors="replace")[-2000:])


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
