"""Load: a few connections that ask, wait for the answer, and ask again."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles

import asyncpg
import gevent
from geventhttpclient import HTTPClient

PATIENCE = 30.0
"""Seconds after which a client gives an answer up."""


class WrongAnswer(Exception):
    """An answer was not what it had to be, so what was measured means nothing."""


@dataclass(frozen=True)
class Request:
    """What to ask."""

    target: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Load:
    """What was reached: the seconds that it took, and how long each answer did.

    `cpu` is the seconds that the client itself has used for all of them.
    """

    seconds: float
    waits: list[float]
    cpu: float = 0.0

    @property
    def answers(self) -> int:
        """How many answers came."""
        return len(self.waits)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds

    @property
    def p50(self) -> float:
        """Milliseconds within which half of the answers came."""
        return median(self.waits) * 1000

    @property
    def p99(self) -> float:
        """Milliseconds within which 99 of 100 answers came."""
        return quantiles(self.waits, n=100)[98] * 1000


def drive(
    port: int,
    requests: Iterator[Request],
    *,
    seconds: float,
    expect: int = 200,
    connections: int = 16,
    most: int = 1_000_000,
    patience: float = PATIENCE,
) -> Load:
    """Send one request after the other until the time is up, or `most` were answered.

    Raises `WrongAnswer` when an answer has another status than expected.
    """
    client = HTTPClient(
        "127.0.0.1",
        port,
        concurrency=connections,
        connection_timeout=patience,
        network_timeout=patience,
    )
    run = _Run(client, requests, expect, time.perf_counter() + seconds, most)
    start, used = time.perf_counter(), time.process_time()
    try:
        gevent.joinall([gevent.spawn(run.ask) for _ in range(connections)], raise_error=True)
        return Load(time.perf_counter() - start, run.waits, time.process_time() - used)
    finally:
        client.close()


async def median_of(
    connection: asyncpg.Connection, times: int, text: str, *values: object
) -> float:
    """Run a SELECT some times, after a first that doesn't count; give the median of the seconds."""
    prepared = await connection.prepare(text)
    await prepared.fetch(*values)
    took = []
    for _ in range(times):
        asked = time.perf_counter()
        await prepared.fetch(*values)
        took.append(time.perf_counter() - asked)
    return median(took)


@dataclass
class _Run:
    """What the connections of a run share."""

    client: HTTPClient
    requests: Iterator[Request]
    expect: int
    until: float
    most: int
    waits: list[float] = field(default_factory=list)

    def ask(self) -> None:
        """Ask one thing after the other."""
        asked = time.perf_counter()
        while asked < self.until and len(self.waits) < self.most:
            self._ask(next(self.requests))
            answered = time.perf_counter()
            self.waits.append(answered - asked)
            asked = answered

    def _ask(self, wanted: Request) -> None:
        answer = self.client.request(wanted.method, wanted.target, wanted.body, wanted.headers)
        said = answer.read()
        if answer.status_code != self.expect:
            raise WrongAnswer(
                f"{wanted.method} {wanted.target}: {answer.status_code} {said[:500]!r}"
            )
