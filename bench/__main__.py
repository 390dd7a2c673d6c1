"""Measure the service beside the floor below it and the alternatives to it, in one run.

The exit code is 1 when a target is missed.
"""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bench import growth, points, report, search, services
from bench.measuring import Bench, Plan
from bench.report import Compared
from bench.serving import Alternatives, serving

BUSY = 0.1
"""When others use more than this part of the CPU, they move rates more than the code does."""
LARGE, SMALL = 1_000_000, 50_000
ALTERNATIVES: Alternatives = {
    "hello": services.hello,
    "django": services.django,
    "postgraphile": services.postgraphile,
}


def main(
    statements: Annotated[int | None, typer.Option(min=400, max=10_000_000)] = None,
    rounds: Annotated[int, typer.Option(min=1, max=50)] = 3,
    seconds: Annotated[float | None, typer.Option(min=0.2, max=60, help="Of each.")] = None,
    quick: Annotated[bool, typer.Option(help="Few statements, and not all of it.")] = False,  # noqa: FBT002 -- an option
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = True,  # noqa: FBT002 -- as above
    keep: Annotated[
        Path | None, typer.Option(help="Fill this folder, or measure what it was filled with.")
    ] = None,
) -> None:
    """Measure, print the tables, and say whether the targets are met."""
    amount = statements or (SMALL if quick else LARGE)
    lasting = seconds or (2.0 if quick else 5.0)
    sizes = {} if quick else dict(growth.smaller(amount))
    others = dict(ALTERNATIVES)
    if not services.POSTGRAPHILE.exists():
        _say("PostGraphile isn't installed (.venv/postgraphile), and left out")
        del others["postgraphile"]
    with serving(amount, lasting, keep, others) as (bench, version):
        before = services.usage(bench.folder, *_all(bench))
        plan = Plan(bench)
        points.plan(plan)
        finish = search.plan(plan, quick=quick)
        if sizes:
            # Before the rounds write thousands more, as it is at the smaller sizes.
            sizes[amount] = growth.measured(bench)
        plan.run(rounds, _say)
        compared = [*points.compared(plan.measured, bench.ours.memory()), *finish(rounds)]
        began = services.start(bench.url, bench.folder)
        compared.append(
            Compared("seconds from the service's start to its first answer", began, most=2)
        )
        if sizes:
            compared += growth.compared(sizes)
        after = services.usage(bench.folder, *_all(bench))
    busy = services.others_share(before, after)
    compared = [replace(one, busy=busy > BUSY) for one in compared]
    told = (
        f"{report.machine(version)}. {amount:,} statements, 16 connections (8 for searching), one"
        f" worker; medians of {rounds} rounds of {lasting:g} s. Meanwhile other programs used"
        f" {busy:.0%} of the CPU.\n\n{report.table(list(plan.measured.values()))}"
        f"\n\n{report.comparison(compared)}"
    )
    if sizes:
        told += f"\n\n{growth.table(sizes)}"
    typer.echo(told)
    if write and not quick:
        report.write(told)
    sys.exit(_verdict(compared))


def _all(bench: Bench) -> list[services.Service]:
    return [bench.ours, bench.tutorial, *bench.others.values()]


def _verdict(compared: list[Compared]) -> int:
    """Say what falls short; give the exit code."""
    missed = [one for one in compared if not one.is_met]
    for one in missed:
        _say(f"MISSED: {one.name} is {one.judged:.2f}, not {one.wanted}")
    return 1 if missed else 0


_say = partial(typer.echo, err=True)

if __name__ == "__main__":
    typer.run(main)
