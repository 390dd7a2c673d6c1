"""Look names up across scripts and slips, in a Postgres of its own: how many are found, how fast.

`python bench/names.py FOLDER [--dictionary]`; the folder holds `gallery.tsv.gz` (id, name) and
`queries.jsonl.gz` (kind, q, ids).
"""

import argparse
import asyncio
import gzip
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import quantiles
from typing import Any
from zlib import crc32

import asyncpg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.foundation import embedded
from app.words import candidates, names

TABLE = """
CREATE EXTENSION pg_trgm;
CREATE TABLE name_key (
  id text, ascii text, folds text[], sounds text[], symbols text[]
);
"""
INDEXES = """
CREATE INDEX ON name_key USING gin (ascii gin_trgm_ops);
CREATE INDEX ON name_key USING gin (folds);
CREATE INDEX ON name_key USING gin (sounds);
CREATE INDEX ON name_key USING gin (symbols);
"""
SHOWN = 5
MILLISECONDS = 1000
_PLACEHOLDER = re.compile(r"(?<!:):([a-z_0-9]+)")


def lines(path: Path) -> list[str]:
    """Read the lines of a compressed file."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()


async def fill(connection: asyncpg.Connection, gallery: Path, *, dictionary: bool) -> None:
    """Store the keys of every name of the gallery."""
    rows = []
    for line in lines(gallery):
        identity, name = line.split("\t")
        of = names.keys(name, dictionary=dictionary)
        rows.append((identity, of.ascii, of.folds, of.sounds, of.symbols))
    await connection.execute(TABLE)
    await connection.copy_records_to_table("name_key", records=rows)
    await connection.execute(INDEXES)
    await connection.execute("VACUUM ANALYZE name_key")


async def look_up(connection: asyncpg.Connection, name: str, *, dictionary: bool) -> list[str]:
    """Find the likest names: their ids, the likest first; chance decides among equals."""
    asked = names.keys(name, dictionary=dictionary)
    if not asked.ascii:
        return []
    statement, values = compiled(asked)
    found: list[tuple[float, int, str]] = []
    for identity, ascii_name, *lists in await connection.fetch(statement, *values):
        known = names.NameKeys(ascii_name, *map(tuple, lists))
        found.append((names.likeness(asked, known), crc32(identity.encode()), identity))
    likest = sorted(found, reverse=True)[:SHOWN]
    return [identity for likeness, _, identity in likest if likeness >= names.LIKE_ENOUGH]


def compiled(asked: names.NameKeys) -> tuple[str, list[Any]]:
    """Write the union of the legs as asyncpg wants it."""
    union = " UNION ".join(
        f"(SELECT ctid FROM name_key WHERE {leg.condition}"
        f" ORDER BY {leg.order} LIMIT {candidates.PER_LEG})"
        for leg in candidates.legs(asked)
    )
    bound = candidates.parameters(asked)
    used = list(dict.fromkeys(_PLACEHOLDER.findall(union)))
    statement = _PLACEHOLDER.sub(lambda found: f"${used.index(found[1]) + 1}", union)
    columns = "id, ascii, folds, sounds, symbols"
    return (
        f"SELECT {columns} FROM name_key WHERE ctid IN ({statement})",
        [bound[name] for name in used],
    )


async def measure(url: str, folder: Path, *, dictionary: bool) -> None:
    """Ask every query once, and print what was found and how long it took."""
    connection = await asyncpg.connect(url)
    await fill(connection, folder / "gallery.tsv.gz", dictionary=dictionary)
    ranks: dict[str, list[int]] = defaultdict(list)
    took: list[float] = []
    for line in lines(folder / "queries.jsonl.gz"):
        query = json.loads(line)
        started = time.perf_counter()
        answers = await look_up(connection, query["q"], dictionary=dictionary)
        took.append((time.perf_counter() - started) * MILLISECONDS)
        rank = next((at for at, one in enumerate(answers, 1) if one in query["ids"]), SHOWN + 1)
        ranks["all"].append(rank)
        ranks[query["kind"]].append(rank)
    await connection.close()
    report(ranks, took)


def report(ranks: dict[str, list[int]], took: list[float]) -> None:
    """Print recall by kind, and the latency of one look-up."""
    print("| kind | queries | recall@1 | recall@5 |\n| --- | ---: | ---: | ---: |")
    for kind, of_kind in sorted(ranks.items()):
        first, any_shown = (sum(rank <= at for rank in of_kind) for at in (1, SHOWN))
        count = len(of_kind)
        print(f"| {kind} | {count} | {first / count:.3f} | {any_shown / count:.3f} |")
    cuts = quantiles(took, n=100)
    print(f"one look-up: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms")


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dictionary", action="store_true")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="names-bench-") as place,
        embedded.running(Path(place)) as url,
    ):
        asyncio.run(measure(url, asked.folder, dictionary=asked.dictionary))


if __name__ == "__main__":
    main()
