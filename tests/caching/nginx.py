"""A real nginx in front of the service: found or fetched, and run as an ordinary program."""

import os
import platform
import re
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "caching.md"
KEPT = HOUSE / ".cache" / "nginx"
PATIENCE = 10.0
_WRAPPED = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
worker_processes 1;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {configuration}
}}
"""


class NoNginx(Exception):
    """There is no nginx here, and none could be fetched."""


@dataclass(frozen=True)
class Program:
    """An nginx that runs on this machine, and where its libraries are."""

    path: Path
    libraries: tuple[Path, ...] = ()

    def environment(self) -> dict[str, str]:
        """Say where its libraries are."""
        found = os.pathsep.join(map(str, self.libraries))
        return {**os.environ, "LD_LIBRARY_PATH": found} if found else dict(os.environ)

    def runs(self) -> bool:
        """Try it."""
        asked = subprocess.run(
            [self.path, "-v"], env=self.environment(), capture_output=True, check=False
        )
        return asked.returncode == 0


def find() -> Program:
    """Find an nginx, or fetch Debian's once and keep it. Raises `NoNginx`, and says why."""
    for folder in (None, "/usr/sbin", "/usr/local/sbin"):
        found = shutil.which("nginx", path=folder)
        if found and Program(Path(found)).runs():
            return Program(Path(found))
    kept = _kept()
    if not kept.runs():
        _fetch("nginx")
        if not _kept().runs():
            _fetch(*_libraries())
        kept = _kept()
    if not kept.runs():
        raise NoNginx("the nginx that was fetched doesn't run here")
    return kept


def _kept() -> Program:
    below = f"lib/{platform.machine()}-linux-gnu"
    libraries = tuple(one for one in (KEPT / below, KEPT / "usr" / below) if one.exists())
    path = KEPT / "usr" / "sbin" / "nginx"
    return Program(path, libraries) if path.exists() else Program(Path("/bin/false"))


def _libraries() -> list[str]:
    """Name the libraries that the package depends on, without the C library itself."""
    said = _apt("apt-cache", "depends", "--important", "nginx", folder=KEPT)
    named: list[str] = re.findall(r"Depends: (lib\S+|zlib1g)$", said, re.MULTILINE)
    return [name for name in named if name != "libc6"]


def _fetch(*packages: str) -> None:
    """Fetch packages with apt, and unpack them beside what is kept; nothing is installed."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise NoNginx("there is no nginx in PATH, and no apt-get to fetch one with")
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT.parent) as made:
        folder = Path(made)
        try:
            _apt("apt-get", "download", *packages, folder=folder)
        except NoNginx:
            _apt("apt-get", "update", folder=folder)
            _apt("apt-get", "download", *packages, folder=folder)
        for package in folder.glob("*.deb"):
            _apt("dpkg-deb", "-x", package.name, str(folder / "unpacked"), folder=folder)
        shutil.copytree(folder / "unpacked", KEPT, symlinks=True, dirs_exist_ok=True)


def _apt(*command: str, folder: Path) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as failed:
        said = getattr(failed, "stderr", None) or failed
        raise NoNginx(f"there is no nginx in PATH, and fetching one failed: {said}") from failed
    return done.stdout


def documented() -> str:
    """Read the configuration from the page."""
    (found,) = re.findall(
        r"^```nginx\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(found)


def placed(configuration: str, *, origin: int, port: int, folder: Path) -> str:
    """Put the test's ports and folder in the place of the documented ones; all else stays."""
    for there, here in (
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{origin};"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("/var/cache/nginx/onrecord", str(folder / "cache")),
    ):
        assert configuration.count(there) == 1, there
        configuration = configuration.replace(there, here)
    return configuration


class Nginx:
    """One nginx, from its start to its end."""

    def __init__(self, program: Program, configuration: str, folder: Path, port: int) -> None:
        """Start it."""
        self.cache, self.port, self._log = folder / "cache", port, folder / "error.log"
        written = folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        written.write_text(
            _WRAPPED.format(folder=folder, user=user, configuration=configuration), "utf-8"
        )
        self._process = subprocess.Popen(
            [program.path, "-p", str(folder), "-c", str(written), "-e", str(self._log)],
            env=program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def until_up(self) -> "Nginx":
        """Wait until it listens."""
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return self
        self.stop()
        raise AssertionError(self._log.read_text("utf-8"))

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
