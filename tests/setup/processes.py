"""Real processes on real data directories, each ended by the test that started it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.foundation import postmaster

PATIENCE = 60.0
PASSED_ON = ("PATH", "HOME", "TMPDIR", "PYTHONPATH")
HOUSE = Path(__file__).parents[2]


def wait_for(settled: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something is so, and fail with its name when it never is."""
    deadline = time.monotonic() + seconds
    while not settled():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Command:
    """One running `onrecord`."""

    process: subprocess.Popen[bytes]
    written: Path
    port: int

    @property
    def output(self) -> str:
        """Read what it has printed and logged so far."""
        return self.written.read_text()

    def get(self, path: str) -> int:
        """Ask it for a path, and give the status; 0 when it doesn't answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                status: int = answer.status
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code
        except OSError:
            return 0
        return status

    def until_up(self) -> "Command":
        """Wait until it answers."""
        try:
            wait_for(lambda: self.get("/healthz") == 200 or self.process.poll() is not None, "up")
        except AssertionError as late:
            raise AssertionError(self.output) from late
        assert self.process.poll() is None, self.output
        return self

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Send a signal, and wait for the end; give the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@dataclass
class Onrecord:
    """Starts `onrecord` with an environment that holds nothing but what the test says."""

    folder: Path
    data_dir: Path
    environment: dict[str, str] = field(default_factory=dict)
    is_measured: bool = False
    """Whether coverage follows into it, which makes it half as fast."""
    started: list[Command] = field(default_factory=list)

    def start(self, *arguments: str, **environment: str) -> Command:
        """Start a command in a process group of its own."""
        port = free_port()
        written = self.folder / f"output-{len(self.started)}.txt"
        passed_on = {
            name: value
            for name, value in os.environ.items()
            if name in PASSED_ON or (self.is_measured and name.startswith("COV"))
        }
        settings = {"ONRECORD_DATA_DIR": str(self.data_dir), "ONRECORD_PORT": str(port)}
        settings |= {"PYTHONPATH": str(HOUSE)}  # Whichever is installed, this one is tested.
        with written.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=self.folder,
                env=passed_on | settings | self.environment | environment,
                start_new_session=True,
            )
        self.started.append(Command(process, written, port))
        return self.started[-1]

    def serve(self, *arguments: str, **environment: str) -> Command:
        """Start the service, and wait until it answers."""
        return self.start("serve", *arguments, **environment).until_up()

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run a command to its end; give the exit code, and what it said."""
        command = self.start(*arguments, **environment)
        return command.process.wait(PATIENCE), command.output

    def end_all(self) -> None:
        """End what still runs, and the server it may have left."""
        for command in self.started:
            if command.process.poll() is None:
                command.process.kill()
                command.process.wait()
        left = postmaster.find(self.data_dir.resolve() / "postgres")
        if left is not None:
            postmaster.stop(left.process, None)


def psql(url: str, statement: str) -> str:
    """Run a statement, and give what it printed."""
    done = subprocess.run(
        [
            str(postmaster.binaries() / "psql"),
            "-qAtX",
            "-v",
            "ON_ERROR_STOP=1",
            url,
            "-c",
            statement,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def postgres_of(data_dir: Path) -> psutil.Process:
    """Find the postmaster that works on a data directory."""
    found = postmaster.find(data_dir.resolve() / "postgres")
    assert found is not None
    return found.process


def is_stopped(data_dir: Path) -> bool:
    """Tell whether no postmaster works on a data directory."""
    return postmaster.find(data_dir.resolve() / "postgres") is None
