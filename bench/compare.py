"""Compare two commits: the services of both, on databases of their own, in turn in one run.

`python -m bench.compare OLD [NEW]` takes whatever git takes for a commit; without NEW it is the
code as it lies here. What is measured is the code of the commits; the data, the load and the
alternatives are this code's.
"""

import asyncio
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Annotated

import typer

from app.foundation import embedded
from bench import corpus, points, search, services, writing
from bench.load import Request
from bench.measuring import Bench, Plan
from bench.report import Measured
from bench.services import ROOT
from bench.serving import filled

HEAD = (
    "| what | per second | | | CPU of the API, ms | | | CPU of Postgres, ms | |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    "| | old | new | new / old | old | new | new / old | old | new |"
)


def main(
    old: Annotated[str, typer.Argument()],
    new: Annotated[str | None, typer.Argument()] = None,
    statements: Annotated[int, typer.Option(min=400, max=10_000_000)] = 20_000,
    rounds: Annotated[int, typer.Option(min=1, max=50)] = 5,
    seconds: Annotated[float, typer.Option(min=0.2, max=60)] = 2.0,
) -> None:
    """Measure both in turn, and print one table."""
    with ExitStack() as running:
        plans = [
            _planned(running.enter_context(_serving(commit, statements, seconds)))
            for commit in (old, new)
        ]
        for number in range(rounds):
            typer.echo(f"Round {number + 1} of {rounds}", err=True)
            for steps in zip(*(plan.steps for plan in plans), strict=True):
                for step in steps:
                    step()
    before, after = (plan.measured for plan in plans)
    typer.echo("\n".join([HEAD, *(_row(name, before[name], after[name]) for name in before)]))


@contextmanager
def _serving(commit: str | None, statements: int, seconds: float) -> Iterator[Bench]:
    """Serve the code of a commit on a database that its own migrations have made."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="onrecord-bench-")))
        root = ROOT if commit is None else _taken_out(commit, folder)
        url = running.enter_context(embedded.running(folder))
        given = {"DATABASE_URL": url, "PYTHONPATH": str(root)}
        command = [sys.executable, "-m", "app", "migrate"]
        subprocess.run(command, cwd=folder, env=os.environ | given, check=True)
        ours = running.enter_context(services.onrecord(url, folder, root))
        asyncio.run(filled(url, statements))
        key = (folder / "service" / "admin.key").read_text().strip()
        rows = corpus.amounts(statements)
        yield Bench(url, folder, key, rows, ours, ours, seconds)


def _taken_out(commit: str, folder: Path) -> Path:
    """Take the code of a commit out of git, and leave git as it is."""
    made = folder / "code"
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit], check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(made, filter="data")
    return made


def _planned(bench: Bench) -> Plan:
    plan, (one, many) = Plan(bench), points.targets(bench.rows)
    asked = search.questions(bench.rows["statements"])[search.MIX]
    plan.fetch(Measured(points.ONE), bench.ours, one)
    known = [
        Request(path, headers={"If-None-Match": bench.ours.fetch(path)[1]}) for path in one[:500]
    ]
    plan.ask(Measured(points.UNCHANGED), bench.ours, cycle(known), expect=304)
    plan.fetch(Measured(points.PAGE), bench.ours, many)
    plan.fetch(Measured(search.MIX), bench.ours, search.pages(asked, types="statement"))
    plan.ask(Measured(points.NEW), bench.ours, writing.bodies(bench.key), expect=201)
    return plan


def _row(name: str, old: Measured, new: Measured) -> str:
    api = old.middle("api"), new.middle("api")
    cells = [
        f"{old.rate:,.0f}", f"{new.rate:,.0f}", f"{new.against(old) or 0:.2f}",
        f"{api[0]:.2f}", f"{api[1]:.2f}", f"{new.cpu_against(old):.2f}",
        f"{old.middle('postgres'):.2f}", f"{new.middle('postgres'):.2f}",
    ]  # fmt: skip
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    typer.run(main)
