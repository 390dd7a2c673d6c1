"""A real nginx in front of the service, run as an ordinary program."""

import os
import re
import socket
import subprocess
import time
from pathlib import Path

from tests.programs import Program

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "caching.md"
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
