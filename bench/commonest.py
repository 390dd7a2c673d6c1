"""Whether the commonest words cost more when there are more statements.

`python -m bench.commonest [--statements 1000000 --statements 5000000] [--keep FOLDER]`: for each
amount a database is filled and served, and one client searches for the commonest word of each
language. With `--keep` each is kept in that folder, by its amount, and not filled again. To fill
five millions takes an hour on two cores, and 40 GB.
"""

from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Annotated, Final

import typer

from bench import words
from bench.load import Request, drive
from bench.search import pages
from bench.serving import serving

AMOUNTS: Final = (1_000_000, 5_000_000)
ROUNDS: Final = 5
SECONDS: Final = 3.0


def main(
    *,
    statements: Annotated[list[int] | None, typer.Option(help="How many.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Where to keep what is filled.")] = None,
) -> None:
    """Measure each amount, and print a table."""
    print("| statements | p50, ms | p99, ms | p50 to the first |\n|---:|---:|---:|---:|")
    first = 0.0
    for amount in statements or AMOUNTS:
        p50, p99 = _measured(amount, None if keep is None else keep / str(amount))
        first = first or p50
        print(f"| {amount:,} | {p50:.2f} | {p99:.2f} | {p50 / first:.2f} |", flush=True)


def _measured(amount: int, keep: Path | None) -> tuple[float, float]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    commonest = [word for language in words.LANGUAGES for word in words.ranked(language, 0, 1)]
    requests = cycle([Request(path) for path in pages(commonest, types="statement")])
    with serving(amount, 1.0, keep) as (bench, _):
        drive(bench.ours.port, requests, seconds=SECONDS, connections=1)
        runs = [
            drive(bench.ours.port, requests, seconds=SECONDS, connections=1) for _ in range(ROUNDS)
        ]
    return median(run.p50 for run in runs), median(run.p99 for run in runs)


if __name__ == "__main__":
    typer.run(main)
