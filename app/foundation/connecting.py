"""Connecting to a database that one of several hosts has, and noticing when it has vanished."""

import socket
from collections.abc import Iterator
from itertools import cycle
from math import inf
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import asyncpg
from asyncpg.connect_utils import SessionAttribute

CONNECT_SECONDS: Final = 10.0
"""Seconds to wait for the database at the start and at the back door."""
VANISHED: Final = 10
"""Seconds without a sign of life after which a connection over TCP is given up.

A machine that lost its power closes nothing: without this, the kernel goes on for a quarter of an
hour.
"""
_REFUSED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
PRIMARY: Final = SessionAttribute.primary
ANY: Final = SessionAttribute.any


class NoServer(ConnectionError):
    """No host that was tried is there, or is what was wanted: the primary."""


class Hosts:
    """The hosts of a database, tried in turn, beginning with the last one that was good.

    Each gets its share of the time: one that has vanished can't take that of the next. After a
    failover, it is another one that is the primary; a standby is never taken for it.
    """

    def __init__(
        self, url: str, role: SessionAttribute = PRIMARY, *, patience: float = inf
    ) -> None:
        """Take a URL as libpq has it, with one host or several; never wait longer for them."""
        self._urls = [*each(url)]
        self._role = role
        self._patience = patience
        self._first = 0

    async def connect(
        self,
        *,
        timeout: float = CONNECT_SECONDS,  # noqa: ASYNC109 - as asyncpg has it.
        **given: Any,  # noqa: ANN401 - what asyncpg takes.
    ) -> asyncpg.Connection:
        """Connect within so many seconds. Raises `NoServer`, or what the last one refused."""
        share = min(timeout, self._patience) / len(self._urls)
        refused: Exception = NoServer("None of the hosts is the primary")
        for no in range(self._first, self._first + len(self._urls)):
            at = no % len(self._urls)
            try:
                made = await self._connected(self._urls[at], share, given)
            except _REFUSED as error:
                refused = error
            except asyncpg.TargetServerAttributeNotMatched:
                continue
            else:
                self._first = at
                return made
        raise NoServer("It didn't answer in time") if type(refused) is TimeoutError else refused

    async def _connected(
        self, url: str, seconds: float, given: dict[str, Any]
    ) -> asyncpg.Connection:
        made: asyncpg.Connection = await asyncpg.connect(
            url, timeout=seconds, target_session_attrs=self._role, **given
        )
        watch_over(made)
        return made


def each(url: str) -> Iterator[str]:
    """Give the URL of each host, written as `//one:1,other:2/` or as `?host=one,other&port=1,2`."""
    parts = urlsplit(url)
    if "," not in parts.netloc + parts.query:
        yield url
        return
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    user, at, hosts = parts.netloc.rpartition("@")
    named = query.get("host", "").split(",")
    if hosts or named == [""]:
        for host in hosts.split(","):
            yield urlunsplit(parts._replace(netloc=f"{user}{at}{host}"))
        return
    ports = cycle(query.get("port", "").split(","))
    for host, port in zip(named, ports, strict=False):
        one = {**query, "host": host, "port": port}
        yield urlunsplit(parts._replace(query=urlencode({k: v for k, v in one.items() if v})))


def watch_over(connection: asyncpg.Connection) -> None:
    """Have the kernel give a connection up when the other side has vanished."""
    made: Any = connection
    transport = made._transport  # noqa: SLF001 - asyncpg has no other way to its socket.
    plug: socket.socket | None = transport.get_extra_info("socket")
    if plug is None or plug.family == socket.AF_UNIX:
        return
    options = {"TCP_KEEPIDLE": VANISHED // 2, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": VANISHED // 2}
    options["TCP_USER_TIMEOUT"] = VANISHED * 1000
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in options.items():
        if hasattr(socket, name):
            plug.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
