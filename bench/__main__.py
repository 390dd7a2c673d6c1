"""Measure reads against the floor and against the tutorial way, side by side in one run.

The exit code is 1 when a target is missed.
"""

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from app.access.reader import single
from app.documents.listing import Choice, page
from app.documents.shape import View
from app.documents.statement import STATEMENT
from app.foundation import embedded, migrations
from app.foundation.settings import Settings
from app.keys.first_start import first_start
from app.statements.queries import STATEMENTS
from bench import floor, generate, report, services
from bench.load import Load, Request, drive
from bench.report import Measured, Round
from bench.services import Service

OF_THE_FLOOR = 0.2
TIMES_THE_TUTORIAL = 5.0
WARM_UP = 2.0
DIFFERENT = 20_000
"""How many different requests there are of a kind."""
CREATED = 3_000
"""How many statements a round creates at most."""


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


def main(
    statements: Annotated[int, typer.Option(min=50, max=10_000_000)] = 100_000,
    rounds: Annotated[int, typer.Option(min=1, max=50)] = 3,
    seconds: Annotated[float, typer.Option(min=1, max=60, help="Of each measurement.")] = 5.0,
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = True,  # noqa: FBT002 -- an option
) -> None:
    """Measure, print the table, and say whether the targets are met."""
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as made:
        folder = Path(made)
        with embedded.running(folder) as url:
            _say(f"Generating {statements:,} statements")
            key, version = asyncio.run(_prepare(url, statements))
            with services.onrecord(url, folder) as ours, services.tutorial(url, folder) as other:
                rows = generate.amounts(statements)
                before = services.usage(folder, ours, other)
                measured = _measure(Bench(url, folder, key, rows, ours, other, seconds), rounds)
                after = services.usage(folder, ours, other)
    others = services.others_share(before, after)
    told = (
        f"{report.machine(version)}. {statements:,} statements, 16 connections, one worker;"
        f" medians of {rounds} rounds of {seconds:g} s. Meanwhile other programs used"
        f" {others:.0%} of the CPU.\n\n{report.table(measured)}"
    )
    typer.echo(told)
    if write:
        report.write(told)
    sys.exit(0 if _met(measured[1]) else 1)


async def _prepare(url: str, statements: int) -> tuple[str, str]:
    """Migrate, make the first key, and fill the database; give the key and Postgres's version."""
    await migrations.upgrade(url)
    settings = Settings.model_validate({"DATABASE_URL": url})
    key = await first_start(url, settings)
    connection = await asyncpg.connect(url)
    try:
        await generate.generate(connection, statements)
        version: str = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return key or "", version


def _measure(bench: Bench, rounds: int) -> list[Measured]:
    """Measure everything in turn, round by round."""
    one, many = _targets(bench)
    _compare(bench, [*one[:50], *many[:5]])
    known = [_conditional(bench, target) for target in one[:500]]
    single_floor, page_floor = Measured("one statement, pgbench"), Measured("a page of 20, pgbench")
    single_slow = Measured("one statement, the tutorial way")
    page_slow = Measured("a page of 20, the tutorial way")
    single_ours = Measured("**one statement**", single_floor, single_slow)
    page_ours = Measured("**a page of 20**", page_floor, page_slow)
    unchanged, created = Measured("one statement, unchanged (304)"), Measured("a new statement")
    scripts = _scripts(bench)
    asked, listed = map(Request, cycle(one)), map(Request, cycle(many))
    bodies = _new_statements(bench.key)
    ours, slow = bench.ours, bench.tutorial

    def http(
        service: Service, requests: Iterator[Request], expect: int = 200, most: int = 10**6
    ) -> Callable[[float], Load]:
        return lambda seconds: drive(
            service.port, requests, seconds=seconds, expect=expect, most=most
        )

    def pgbench(script: str) -> Callable[[float], Load]:
        return lambda seconds: floor.drive(bench.url, script, bench.folder, seconds=seconds)

    for number in range(rounds):
        _say(f"Round {number + 1} of {rounds}")
        bench.measure(single_floor, pgbench(scripts[0]), None)
        bench.measure(single_ours, http(ours, asked), ours)
        bench.measure(single_slow, http(slow, asked), slow)
        bench.measure(page_floor, pgbench(scripts[1]), None)
        bench.measure(page_ours, http(ours, listed), ours)
        bench.measure(page_slow, http(slow, listed), slow)
        bench.measure(unchanged, http(ours, cycle(known), expect=304), ours)
        bench.measure(created, http(ours, bodies, expect=201, most=CREATED), ours)
    return [
        *(single_floor, single_ours, single_slow, page_floor, page_ours, page_slow),
        *(unchanged, created),
    ]


def _targets(bench: Bench) -> tuple[list[str], list[str]]:
    """Choose what to fetch, spread over all that there is."""
    chance = random.Random(generate.SEED)
    single_ids = [chance.randint(1, bench.rows["statements"]) for _ in range(DIFFERENT)]
    speakers = [chance.randint(1, bench.rows["speakers"]) for _ in range(DIFFERENT)]
    return (
        [f"/v1/statements/{generate.statement_id(number)}" for number in single_ids],
        [
            f"/v1/statements?speaker_id={generate.speaker_id(number)}&sort=-said_on&limit=20"
            for number in speakers
        ],
    )


def _scripts(bench: Bench) -> tuple[str, str]:
    """Write the service's own SELECTs for pgbench."""
    choice = Choice(
        View.PUBLIC, frozenset({"speaker_id"}), "-said_on", continued=False, counted=False
    )
    statement = generate.id_in_sql(generate.STATEMENT, ":n")
    speaker = generate.id_in_sql(generate.SPEAKER, ":n")
    return (
        floor.script(
            single(STATEMENT, View.PUBLIC, None), {"id": statement}, rows=bench.rows["statements"]
        ),
        floor.script(
            page(STATEMENTS, choice),
            {"speaker_id": speaker, "limit": "21"},
            rows=bench.rows["speakers"],
        ),
    )


def _compare(bench: Bench, targets: list[str]) -> None:
    """See that service and tutorial answer the same. Raises `NotTheSame`."""
    for target in targets:
        ours, theirs = (
            json.loads(service.fetch(target)[0]) for service in (bench.ours, bench.tutorial)
        )
        if ours.get("items", ours) != theirs.get("items", theirs):
            raise NotTheSame(target)


def _conditional(bench: Bench, target: str) -> Request:
    """Ask for something as one who has it already."""
    return Request(target, headers={"If-None-Match": bench.ours.fetch(target)[1]})


def _new_statements(key: str) -> Iterator[Request]:
    """Write statements to create, each with a source of its own."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for number in count(1):
        new = {
            "text": f"There are {number} more of them than there were yesterday",
            "language": "en",
            "speaker_id": str(generate.speaker_id(1)),
            "said_on": "2024-05-06",
            "appearances": [
                {
                    "key": "first",
                    "role": "outlet",
                    "mode": "direct_quote",
                    "source": {
                        "kind": "article",
                        "name": f"Created article {number}",
                        "url": f"https://created.example/{number}",
                    },
                }
            ],
        }
        yield Request("/v1/statements", "POST", headers, json.dumps(new).encode())


def _met(ours: Measured) -> bool:
    """Say how far the targets are met."""
    reached = (
        (ours.against(ours.floor) or 0, OF_THE_FLOOR, "of the floor"),
        (ours.against(ours.tutorial) or 0, TIMES_THE_TUTORIAL, "times the tutorial way"),
    )
    for ratio, target, of in reached:
        verdict = "met" if ratio >= target else "MISSED"
        _say(f"One statement: {ratio:.2f} {of}, target {target:g}: {verdict}")
    return all(ratio >= target for ratio, target, _ in reached)


_say = partial(typer.echo, err=True)

if __name__ == "__main__":
    typer.run(main)
