"""The Postgres that comes along: started with the first who uses it, stopped with the last.

Whoever uses it holds a shared lock on a file. The kernel lets go of the lock when a process dies,
however it dies, so there is no list of users that could be wrong.
"""

import fcntl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

import psutil
import structlog

from app.foundation import postmaster
from app.foundation.postmaster import DATABASE, SUPERUSER, PostgresWontRun, Postmaster
from app.foundation.refusal import Refusal
from app.foundation.system_user import account_for

ATTEMPTS = 3
LOOK_EVERY = 0.5
TURN = 120.0

log = structlog.get_logger(__name__)


class DataDirectoryBusy(Refusal):
    """Another process has been starting or stopping Postgres here for too long."""


class NoDataDirectory(Refusal):
    """The data directory can't be made, or not be written to."""


@contextmanager
def running(data_dir: Path) -> Iterator[str]:
    """Have the Postgres of a data directory running, and give the URL of its database.

    The URL is understood by asyncpg and libpq. Any number of processes may do this at once; the
    last to leave stops the server. Should it be killed meanwhile, it is started again.
    """
    folder = make_data_dir(data_dir) / "postgres"
    with folder.with_name("postgres.users").open("a") as users:
        server = _Server(folder)
        try:
            with turn(folder.with_name("postgres.lock")):
                alone = _try_lock(users, fcntl.LOCK_EX)
                _try_lock(users, fcntl.LOCK_SH)
                server.ensure(alone=alone)
            with server.guarded():
                yield server.url()
        finally:
            with turn(folder.with_name("postgres.lock")):
                server.leave(last=_try_lock(users, fcntl.LOCK_EX))


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Wait for one's turn: one process at a time does what a file stands for."""
    with path.open("a") as file:
        deadline = time.monotonic() + TURN
        while not _try_lock(file, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise DataDirectoryBusy(f"Another process has held {path} for {TURN:.0f} s: end it")
            time.sleep(0.05)
        yield


def make_data_dir(data_dir: Path) -> Path:
    """Make the data directory where there is none, and give its absolute path.

    Raises `NoDataDirectory` when it can't be written to.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=data_dir).close()
    except OSError as refused:
        raise NoDataDirectory(
            f"ONRECORD_DATA_DIR: can't write to {data_dir} ({refused.strerror}): start onrecord"
            " as the user whom it belongs to, or choose another"
        ) from None
    return data_dir.resolve()


class _Server:
    """The server of one folder, as one process sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.child: subprocess.Popen[bytes] | None = None
        self.postmaster: Postmaster | None = None
        self.leaving = threading.Event()

    def url(self) -> str:
        """Name the database for asyncpg and libpq; the port is said, lest PGPORT be believed."""
        assert self.postmaster is not None  # noqa: S101 -- `ensure` came first
        where = {"host": str(self.postmaster.sockets), "port": self.postmaster.port}
        return f"postgresql://{SUPERUSER}@/{DATABASE}?{urlencode(where, quote_via=quote)}"

    def ensure(self, *, alone: bool) -> None:
        """Find the server or start it, and say in one line which it was."""
        if not self.folder.exists():
            log.info("Making a Postgres", folder=str(self.folder))
            postmaster.create(self.folder)
        account_for(self.folder, postmaster.binaries())
        for _ in range(ATTEMPTS):
            found = postmaster.find(self.folder)
            self.postmaster = self._joined(alone=alone) if found else self._started()
            if self.postmaster is not None:
                return
        raise PostgresWontRun(f"Postgres doesn't start: {postmaster.last_words(self.folder)}")

    def _joined(self, *, alone: bool) -> Postmaster | None:
        ready = postmaster.wait_until_ready(self.folder, None)
        if ready is not None:
            said = (
                "Took over the Postgres that a killed process left running"
                if alone
                else "Shares the Postgres that another process runs here"
            )
            log.info(said, pid=ready.process.pid, folder=str(self.folder))
        return ready

    def _started(self) -> Postmaster | None:
        killed = postmaster.clear_after_kill(self.folder)
        if self.child is not None:
            _disown(self.child)
        self.child = postmaster.start(self.folder)
        ready = self._waited_for(self.child)
        if ready is not None:
            said = (
                "Started Postgres again after it had been killed; it recovered from its log"
                if killed
                else "Started Postgres"
            )
            log.info(said, pid=ready.process.pid, folder=str(self.folder))
        return ready

    def _waited_for(self, child: subprocess.Popen[bytes]) -> Postmaster | None:
        """Wait for a new server; one that takes too long may go on, for a later start to join."""
        try:
            return postmaster.wait_until_ready(self.folder, child)
        except PostgresWontRun:
            _disown(child)
            self.child = None
            raise

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Watch over the server from a thread while the block runs."""
        guard = threading.Thread(target=self._guard, name="postgres-guard", daemon=True)
        guard.start()
        try:
            yield
        finally:
            self.leaving.set()
            guard.join()

    def _guard(self) -> None:
        while not self.leaving.wait(LOOK_EVERY):
            if self.child is not None:
                self.child.poll()
            if postmaster.find(self.folder) is None:
                self._restart()

    def _restart(self) -> None:
        try:
            with turn(self.folder.with_name("postgres.lock")):
                self.ensure(alone=False)
        except (Refusal, OSError) as refused:
            log.error("Postgres has gone, and doesn't come back", reason=str(refused))  # noqa: TRY400 -- the reason is the whole story

    def leave(self, *, last: bool) -> None:
        """Stop the server when nobody else uses it."""
        if self.child is not None and not last:
            _disown(self.child)
        process = self._process()
        if process is None:
            return
        if not last:
            log.info("Left Postgres running for the others who use it", folder=str(self.folder))
        elif postmaster.stop(process, self.child):
            log.info("Stopped Postgres", pid=process.pid, folder=str(self.folder))
        else:
            log.error("Postgres didn't stop in time", pid=process.pid, folder=str(self.folder))
        if self.child is not None:
            _disown(self.child)

    def _process(self) -> psutil.Process | None:
        """Give the process that is used, or the one that was just being started."""
        if self.postmaster is not None:
            return self.postmaster.process
        if self.child is not None and self.child.poll() is None:
            return psutil.Process(self.child.pid)
        return None


def _disown(child: subprocess.Popen[bytes]) -> None:
    """Let go of a child, dead or alive; Python would complain of one that was forgotten."""
    if child.poll() is None:
        child.returncode = 0


def _try_lock(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
