"""What is measured, as processes of its own: the service, the tutorial, and their Postgres."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from app.foundation import postmaster

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120.0
POSTGRAPHILE = ROOT / ".venv" / "postgraphile"
"""Where `make bench` installs it."""


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

    def memory(self) -> float:
        """Tell how many megabytes its process holds (RSS)."""
        held: int = self.process.memory_info().rss
        return held / 2**20


@contextmanager
def onrecord(url: str, folder: Path, /, root: Path = ROOT, **more: str) -> Iterator[Service]:
    """Serve as a user would, with these settings besides, and without a model.

    What goes on in the background (embedding, suggesting links) would be measured along with what
    is asked. The code is that of a folder, this one's own if not told otherwise.
    """
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--workers", "1", "--port", str(port)]
    settings = {
        "ONRECORD_DATA_DIR": str(folder / "service"),
        "DATABASE_URL": url,
        "PYTHONPATH": str(root),
        "ONRECORD_EMBEDDER": "none",
        "ONRECORD_SUGGEST_EVERY": "0",
        **more,
    }
    with running(command, settings, folder / f"{root.name}.log", port, "/healthz") as made:
        yield made


def start(url: str, folder: Path, times: int = 3) -> float:
    """Tell how many seconds it takes from a start to the first answer: the median."""
    taken, beside = [], folder / "starts"
    beside.mkdir(exist_ok=True)
    for _ in range(times):
        begun = time.perf_counter()
        with onrecord(url, beside):
            taken.append(time.perf_counter() - begun)
    return median(taken)


def own(folder: Path) -> dict[str, str]:
    """Give the environment of a service that has a Postgres of its own in a folder."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if "ONRECORD_" not in name and name != "DATABASE_URL"
    }
    return inherited | {"ONRECORD_DATA_DIR": str(folder / "data")}


@contextmanager
def alone(folder: Path, settings: dict[str, str]) -> Iterator[Service]:
    """Serve as a newcomer would, with a Postgres of its own."""
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--workers", "1", "--port", str(port)]
    given = {"ONRECORD_DATA_DIR": str(folder / "data")} | settings
    with running(command, given, folder / "onrecord.log", port, "/healthz") as made:
        yield made


@contextmanager
def tutorial(url: str, folder: Path) -> Iterator[Service]:
    """Serve the tutorial's endpoints, on the same kind of server."""
    command = ["bench.tutorial:app", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    with _uvicorn(command, url, folder / "tutorial.log", "/openapi.json") as made:
        yield made


@contextmanager
def hello(url: str, folder: Path) -> Iterator[Service]:
    """Serve the least that FastAPI can do, as a user would: with a line of log for each request."""
    with _uvicorn(["bench.hello:app"], url, folder / "hello.log", "/hello") as made:
        yield made


@contextmanager
def django(url: str, folder: Path) -> Iterator[Service]:
    """Serve what Django REST Framework makes of the same tables."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "bench.django_way:application", "--workers", "1"),
        *("--threads", "8", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
        *("--worker-tmp-dir", str(folder), "--no-control-socket"),
    ]
    settings = {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    with running(command, settings, folder / "django.log", port, "/healthz") as made:
        yield made


@contextmanager
def postgraphile(url: str, folder: Path) -> Iterator[Service]:
    """Serve what PostGraphile makes of the same tables."""
    port = free_port()
    beside = Path(sys.executable).with_name("node")
    command = [
        *(str(beside) if beside.exists() else "node", "node_modules/.bin/postgraphile"),
        *("--connection", url, "--schema", "public", "--host", "127.0.0.1", "--port", str(port)),
    ]
    settings = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    log, path = folder / "postgraphile.log", "/graphql?query=%7B__typename%7D"
    with running(command, settings, log, port, path, POSTGRAPHILE) as made:
        yield made


@contextmanager
def _uvicorn(command: list[str], url: str, log: Path, path: str) -> Iterator[Service]:
    port = free_port()
    whole = [sys.executable, "-m", "uvicorn", *command, "--port", str(port)]
    with running(whole, {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}, log, port, path) as made:
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
def running(
    command: list[str],
    settings: dict[str, str],
    log: Path,
    port: int,
    path: str,
    place: Path | None = None,
) -> Iterator[Service]:
    """Run a service until the block ends, from when it answers a path. Raises `DidNotStart`."""
    inherited = {name: value for name, value in os.environ.items() if "ONRECORD_" not in name}
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            cwd=place or log.parent,
            env=inherited | settings,
            stdout=written,
            stderr=written,
        )
    try:
        _wait(process, log, f"http://127.0.0.1:{port}{path}")
        yield Service(port, psutil.Process(process.pid))
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a service, and what it has started and leaves behind, as a wrapper of Node does."""
    below = (
        [] if process.poll() is not None else psutil.Process(process.pid).children(recursive=True)
    )
    process.terminate()
    process.wait()
    for one in below:
        with suppress(psutil.NoSuchProcess):
            one.terminate()
    psutil.wait_procs(below, timeout=PATIENCE)


def _wait(process: subprocess.Popen[bytes], log: Path, url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as refused:
            refused.close()
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise DidNotStart(log.read_text(errors="replace")[-2000:])


def free_port() -> int:
    """Find a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
