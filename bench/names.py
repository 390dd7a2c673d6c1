"""Find speakers by names across scripts and slips, as the service does: how many, and how fast.

`python -m bench.names FOLDER [--dictionary]`; the folder holds `gallery.tsv.gz` (id, name) and
`queries.jsonl.gz` (kind, q, ids). It stands on a Postgres of its own, and asks what
`GET /v1/speakers?q=` asks; only HTTP and the documents are left out.
"""

import asyncio
import gzip
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import quantiles
from typing import Annotated
from uuid import UUID

import asyncpg
import typer

from app.access.naming import MOST
from app.documents.shape import View
from app.finding.asking import Finder
from app.finding.keeping import name_row
from app.foundation import embedded, migrations
from app.foundation.connecting import Hosts
from app.foundation.reads import GENERIC, ReadPool
from app.foundation.settings import Settings
from app.speakers.queries import SPEAKERS

SHOWN = 5
MILLISECONDS = 1000
SPEAKER = "INSERT INTO speaker (id, kind, name) VALUES ($1, 'person', $2)"


def main(
    folder: Path,
    *,
    dictionary: Annotated[bool, typer.Option("--dictionary", help="With `make names`.")] = False,
) -> None:
    """Fill a database with the gallery, ask every query once, and print what was found."""
    with (
        tempfile.TemporaryDirectory(prefix="onrecord-names-") as made,
        embedded.running(Path(made)) as url,
    ):
        asyncio.run(_measure(url, folder, dictionary=dictionary))


def lines(path: Path) -> list[str]:
    """Read the lines of a file that is compressed."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()


async def fill(url: str, gallery: Path, *, dictionary: bool) -> dict[UUID, str]:
    """Record every name of the gallery; give the gallery's ids by ours."""
    await migrations.upgrade(url)
    known = dict(line.split("\t") for line in lines(gallery))
    ids = {identity: UUID(int=number) for number, identity in enumerate(known, 1)}
    rows = [name_row("speakers", ids[one], known[one], dictionary=dictionary) for one in known]
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    await connection.executemany(SPEAKER, [(ids[one], known[one]) for one in known])
    await connection.copy_records_to_table(
        "name_key", columns=list(rows[0]), records=[tuple(row.values()) for row in rows]
    )
    await connection.execute("VACUUM (ANALYZE)")
    await connection.close()
    return {ours: identity for identity, ours in ids.items()}


async def _measure(url: str, folder: Path, *, dictionary: bool) -> None:
    known = await fill(url, folder / "gallery.tsv.gz", dictionary=dictionary)
    settings = Settings.model_validate({"DATABASE_URL": url})
    pool = ReadPool(Hosts(url), settings, session=GENERIC)
    await pool.open()
    finder = Finder(pool, dictionary=dictionary)
    ranks: dict[str, list[int]] = defaultdict(list)
    took: list[float] = []
    for line in lines(folder / "queries.jsonl.gz"):
        query = json.loads(line)
        started = time.perf_counter()
        found, _ = await finder.names(
            query["q"], SPEAKERS, View.PUBLIC, {"viewer": None}, most=MOST
        )
        took.append((time.perf_counter() - started) * MILLISECONDS)
        answers = [known[one.id] for one in found[:SHOWN]]
        rank = next((at for at, one in enumerate(answers, 1) if one in query["ids"]), SHOWN + 1)
        ranks["all"].append(rank)
        ranks[query["kind"]].append(rank)
    await pool.close()
    _report(ranks, took)


def _report(ranks: dict[str, list[int]], took: list[float]) -> None:
    """Print recall by kind, and the latency of one look-up."""
    typer.echo("| kind | queries | recall@1 | recall@5 |\n| --- | ---: | ---: | ---: |")
    for kind, of_kind in sorted(ranks.items()):
        first, any_shown = (sum(rank <= at for rank in of_kind) for at in (1, SHOWN))
        amount = len(of_kind)
        typer.echo(f"| {kind} | {amount} | {first / amount:.3f} | {any_shown / amount:.3f} |")
    cuts = quantiles(took, n=100)
    typer.echo(f"one look-up: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms")


if __name__ == "__main__":
    typer.run(main)
