"""Programs of other people, run as ordinary ones: found here, or fetched from Debian and kept."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

KEPT = Path(__file__).parents[1] / ".cache"
_ASKED = {"pgbouncer": "-V"}
"""How a program is asked for its version, where it isn't the usual way."""


class NoProgram(Exception):
    """There is no such program here, and none could be fetched."""


@dataclass(frozen=True)
class Program:
    """A program that runs on this machine, and where its libraries are."""

    path: Path
    libraries: tuple[Path, ...] = ()

    def environment(self) -> dict[str, str]:
        """Say where its libraries are."""
        found = os.pathsep.join(map(str, self.libraries))
        return {**os.environ, "LD_LIBRARY_PATH": found} if found else dict(os.environ)

    def said(self) -> str:
        """Ask for its version; nothing, when it doesn't run."""
        asked = subprocess.run(
            [self.path, _ASKED.get(self.path.name, "-v")],
            env=self.environment(),
            capture_output=True,
            check=False,
            text=True,
        )
        return "" if asked.returncode else asked.stdout + asked.stderr


def needed(name: str) -> Program:
    """Find a program, or skip the test that needs it; not in CI, where none may be missing."""
    try:
        return find(name)
    except NoProgram as missing:
        if "CI" in os.environ:
            raise
        pytest.skip(f"needs {name}: {missing}")


def find(name: str) -> Program:
    """Find a program, or fetch Debian's package of that name once. Raises `NoProgram`, with why."""
    for folder in (None, "/usr/sbin", "/usr/local/sbin"):
        found = shutil.which(name, path=folder)
        if found and Program(Path(found)).said():
            return Program(Path(found))
    if not _kept(name).said():
        _fetch(name, name)
        if not _kept(name).said():
            needed_by_it = _libraries(name, name)
            _fetch(name, *{*needed_by_it, *_libraries(name, *needed_by_it)})
    kept = _kept(name)
    if not kept.said():
        raise NoProgram(f"the {name} that was fetched doesn't run here")
    return kept


def _kept(name: str) -> Program:
    folder, below = KEPT / name, f"lib/{platform.machine()}-linux-gnu"
    libraries = tuple(one for one in (folder / below, folder / "usr" / below) if one.exists())
    path = folder / "usr" / "sbin" / name
    return Program(path, libraries) if path.exists() else Program(Path("/bin/false"))


def _libraries(name: str, *packages: str) -> list[str]:
    """Name the libraries that packages depend on, without the C library itself."""
    said = _apt(name, "apt-cache", "depends", "--important", *packages, folder=KEPT)
    named: list[str] = re.findall(r"Depends: (lib\S+|zlib1g)$", said, re.MULTILINE)
    return [name for name in named if name != "libc6"]


def _fetch(name: str, *packages: str) -> None:
    """Fetch packages with apt, and unpack them beside what is kept; nothing is installed."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise NoProgram(f"there is no {name} in PATH, and no apt-get to fetch one with")
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as made:
        folder = Path(made)
        try:
            _apt(name, "apt-get", "download", *packages, folder=folder)
        except NoProgram:
            _apt(name, "apt-get", "update", folder=folder)
            _apt(name, "apt-get", "download", *packages, folder=folder)
        for package in folder.glob("*.deb"):
            _apt(name, "dpkg-deb", "-x", package.name, str(KEPT / name), folder=folder)


def _apt(name: str, *command: str, folder: Path) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as failed:
        said = getattr(failed, "stderr", None) or failed
        raise NoProgram(f"there is no {name} in PATH, and fetching one failed: {said}") from failed
    return done.stdout
