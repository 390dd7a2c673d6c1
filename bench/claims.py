"""How fast claims are matched, and how that grows with the number of statements.

`python -m bench.claims [--statements 10000 --statements 100000 ...] [--model]`: for each amount, a
database is filled and served; texts that are much like statements are matched one by one, and
beside them single statements are fetched, on the same connections. With `--model`, each statement
gets a vector that is drawn, and the model reads each text.
"""

import asyncio
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated, Final

import asyncpg
import typer

from app.foundation import embedded, migrations
from app.foundation.settings import Settings
from app.keys.first_start import first_start
from app.meaning import bundled, storing
from app.meaning.embedder import Model
from bench import corpus, generate, load, services, words
from bench.load import Load, Request

AMOUNTS: Final = (10_000, 100_000, 1_000_000)
CLIENTS: Final = 4
ASKED: Final = 400
SECONDS: Final = 10.0
DIMENSIONS: Final = bundled.DIMENSIONS
PART: Final = 2000


@dataclass(frozen=True)
class Measured:
    """What was measured among an amount of statements."""

    statements: int
    match: Load
    fetch: Load
    cpu: float
    """Milliseconds of CPU of the API and Postgres for a match."""


def main(
    *,
    statements: Annotated[list[int] | None, typer.Option(help="How many.")] = None,
    model: Annotated[bool, typer.Option("--model", help="With vectors.")] = False,
) -> None:
    """Measure each amount, and print a table."""
    print(
        "| statements | matches/s | p50, ms | p99, ms | CPU, ms | fetches/s | fetches to a match |"
        " p50 to the first |\n|---:|---:|---:|---:|---:|---:|---:|---:|"
    )
    first: Measured | None = None
    for amount in statements or AMOUNTS:
        with tempfile.TemporaryDirectory(prefix="onrecord-claims-") as made:
            found = _measured(Path(made), amount, model=model)
        first = first or found
        print(
            f"| {amount:,} | {found.match.rate:.0f} | {found.match.p50:.1f} | {found.match.p99:.1f}"
            f" | {found.cpu:.1f} | {found.fetch.rate:.0f}"
            f" | {found.fetch.rate / found.match.rate:.0f}"
            f" | {found.match.p50 / first.match.p50:.2f} |",
            flush=True,
        )


def _measured(folder: Path, amount: int, *, model: bool) -> Measured:
    settings = {"ONRECORD_EMBED_EVERY": "0"} | ({"ONRECORD_EMBEDDER": "bundled"} if model else {})
    with embedded.running(folder) as url:
        asyncio.run(_filled(url, amount, model=model))
        with services.onrecord(url, folder, services.ROOT, **settings) as service:
            asked = cycle(texts(amount))
            load.drive(service.port, asked, seconds=SECONDS / 2, connections=CLIENTS)
            before = service.cpu() + services.postgres_cpu(folder)
            targets = cycle(_targets(amount))
            match = load.drive(service.port, asked, seconds=SECONDS, connections=CLIENTS)
            used = service.cpu() + services.postgres_cpu(folder) - before
            fetch = load.drive(service.port, targets, seconds=SECONDS, connections=CLIENTS)
    return Measured(amount, match, fetch, used * 1000 / match.answers)


async def _filled(url: str, amount: int, *, model: bool) -> None:
    await migrations.upgrade(url)
    await first_start(url, Settings.model_validate({"DATABASE_URL": url}))
    await corpus.fill(url, amount)
    if model:
        await _drawn(url, amount)


async def _drawn(url: str, amount: int) -> None:
    """Give each statement a vector that is drawn, and have the bundled model serve."""
    connection = await asyncpg.connect(url)
    known = Model(bundled.NAME, bundled.installed() or "", DIMENSIONS)
    number = await connection.fetchval(
        "INSERT INTO meaning_model (name, version, dimensions, ready_at)"
        " VALUES ($1, $2, $3, now()) RETURNING id", known.name, known.version, known.dimensions,
    )  # fmt: skip
    chance = random.Random(generate.SEED)
    for first in range(1, amount + 1, PART):
        numbers = range(first, min(first + PART, amount + 1))
        await connection.copy_records_to_table(
            "statement_meaning",
            columns=["statement_id", "model_id", "digest", "vector"],
            records=[(generate.statement_id(one), number, b"", _vector(chance)) for one in numbers],
        )
    await connection.execute("SET maintenance_work_mem = '2GB'")
    await connection.execute(storing.index_of(number, DIMENSIONS))
    await connection.execute("VACUUM (ANALYZE) statement_meaning")
    await connection.close()


def _vector(chance: random.Random) -> list[float]:
    drawn = [chance.gauss(0.0, 1.0) for _ in range(DIMENSIONS)]
    length = sum(one * one for one in drawn) ** 0.5
    return [one / length for one in drawn]


def texts(amount: int) -> list[Request]:
    """Write texts that are much like statements: half of the words of each, and some of another."""
    chance = random.Random(generate.SEED)
    found = []
    every = list(islice(words.sentences(1, amount), ASKED * 2))
    for (_, language, one), (_, _, other) in zip(every[::2], every[1::2], strict=True):
        said = one.split()
        chance.shuffle(said)
        text = " ".join(said[: len(said) // 2 + 1] + other.split()[:4])
        body = json.dumps({"queries": [{"text": text, "language": language}]}).encode()
        headers = {"Content-Type": "application/json"}
        found.append(Request("/v1/match", "POST", headers, body))
    return found


def _targets(amount: int) -> Iterator[Request]:
    chance = random.Random(generate.SEED)
    for _ in range(ASKED):
        yield Request(f"/v1/statements/{generate.statement_id(chance.randint(1, amount))}")


if __name__ == "__main__":
    typer.run(main)
