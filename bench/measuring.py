"""Measuring: one thing after the other, round by round, with the CPU that each answer takes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

from bench import floor, services
from bench.load import PATIENCE, Load, Request, drive
from bench.report import Measured, Round
from bench.services import Service

WARM_UP = 2.0
CONNECTIONS = 16


class NotTheSame(Exception):
    """The tutorial answers something else than the service: there is nothing to compare."""


@dataclass(frozen=True)
class Bench:
    """What there is to measure."""

    url: str
    folder: Path
    key: str
    rows: dict[str, int]
    ours: Service
    tutorial: Service
    seconds: float
    others: dict[str, Service] = field(default_factory=dict)

    def measure(
        self, what: Measured, run: Callable[[float], Load], service: Service | None
    ) -> None:
        """Measure one round, after a warm-up."""
        run(0.5 if what.rounds else WARM_UP)
        api, postgres = service.cpu() if service else 0.0, services.postgres_cpu(self.folder)
        load = run(self.seconds)
        each = 1000 / load.answers
        spent = (service.cpu() - api) * each if service else None
        databases = (services.postgres_cpu(self.folder) - postgres) * each
        what.rounds.append(Round(load, spent, databases))


@dataclass(frozen=True)
class Plan:
    """What is measured in each round, in this order."""

    bench: Bench
    measured: dict[str, Measured] = field(default_factory=dict)
    steps: list[Callable[[], None]] = field(default_factory=list)
    connections: int = CONNECTIONS

    def floor(self, name: str, script: str, *, session: str = floor.SESSION) -> Measured:
        """Run SQL by pgbench."""
        url, folder, seconds = self.bench.url, self.bench.folder, self.bench.seconds
        warm = min(seconds, WARM_UP)
        run = floor.Warmed(url, script, folder, seconds, self.connections, warm, session)
        return self.add(Measured(f"{name}, pgbench"), run, None)

    def ask(
        self,
        what: Measured,
        service: Service,
        requests: Iterator[Request],
        *,
        expect: int = 200,
        patience: float = PATIENCE,
    ) -> Measured:
        """Ask a service."""

        def run(seconds: float) -> Load:
            return drive(
                service.port,
                requests,
                seconds=min(seconds, self.bench.seconds),
                expect=expect,
                connections=self.connections,
                patience=patience,
            )

        return self.add(what, run, service)

    def fetch(
        self, what: Measured, service: Service, paths: list[str], *, patience: float = PATIENCE
    ) -> Measured:
        """Ask a service for paths, over and over."""
        return self.ask(what, service, map(Request, cycle(paths)), patience=patience)

    def add(
        self, what: Measured, run: Callable[[float], Load], service: Service | None
    ) -> Measured:
        """Measure something in each round."""
        self.measured[what.name.strip("*")] = what
        self.steps.append(partial(self.bench.measure, what, run, service))
        return what

    def run(self, rounds: int, say: Callable[[str], None]) -> None:
        """Measure everything in turn, round by round."""
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds}")
            for step in self.steps:
                step()


def same(bench: Bench, targets: list[str]) -> None:
    """See that service and tutorial answer the same. Raises `NotTheSame`."""
    for target in targets:
        ours, theirs = (
            json.loads(service.fetch(target)[0]) for service in (bench.ours, bench.tutorial)
        )
        if ours.get("items", ours) != theirs.get("items", theirs):
            raise NotTheSame(target)
