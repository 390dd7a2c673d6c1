"""Export N statements as the service does, and watch how much memory that takes.

`python -m bench.exports N` fills a database of its own, serves it as a user would, and reads
everything from `/v1/export`: rows and bytes per second, and the memory of the process (RSS) before,
and at its most while the first, the fifth and the last tenth were sent. It must not grow with N,
and not on the way. What would be analysed for searching meanwhile is left alone: its caches fill up
at the beginning, whoever exports.
"""

import asyncio
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from app.foundation import embedded, migrations
from app.foundation.settings import Settings
from app.keys.first_start import first_start
from bench import generate
from bench.services import Service, onrecord

PIECE = 64 * 1024
MEGABYTE = 1024 * 1024


def main(amount: Annotated[int, typer.Argument(min=100)] = 50_000) -> None:
    """Measure, and print a table."""
    with (
        tempfile.TemporaryDirectory(prefix="onrecord-exports-") as made,
        embedded.running(Path(made) / "data") as url,
    ):
        asyncio.run(_fill(url, amount))
        with onrecord(url, Path(made), ONRECORD_SEARCH_EVERY="0") as service:
            service.fetch("/v1/export?collections=measures")
            print(f"{amount:,} statements with all that belongs to them\n")
            print("| format | rows | MB | seconds | MB RSS before | 1st tenth | 5th | 10th |")
            print("|---|---:|---:|---:|---:|---:|---:|---:|")
            for form in ("ndjson", "csv"):
                print(_line(service, form))


async def _fill(url: str, amount: int) -> None:
    await migrations.upgrade(url)
    await first_start(url, Settings.model_validate({"DATABASE_URL": url}))
    connection = await asyncpg.connect(url)
    await generate.generate(connection, amount)
    await connection.close()


def _rss(service: Service) -> float:
    found = [service.process, *service.process.children()]
    return max(process.memory_info().rss for process in found) / MEGABYTE


def _line(service: Service, form: str) -> str:
    before = _rss(service)
    rows = size = 0
    seen: list[tuple[int, float]] = []
    began = time.perf_counter()
    path = f"http://127.0.0.1:{service.port}/v1/export?format={form}"
    with urllib.request.urlopen(path, timeout=3600) as answer:
        while piece := answer.read(PIECE):
            rows, size = rows + piece.count(b"\n"), size + len(piece)
            seen.append((size, _rss(service)))
    took = time.perf_counter() - began
    parts = " | ".join(f"{_most(seen, size, tenth):.0f}" for tenth in (0, 4, 9))
    return f"| {form} | {rows:,} | {size / 1e6:.0f} | {took:.1f} | {before:.0f} | {parts} |"


def _most(seen: list[tuple[int, float]], size: int, tenth: int) -> float:
    """Give the most memory that was seen while a tenth of the export was sent, the first is 0."""
    return max(rss for sent, rss in seen if (sent - 1) * 10 // size == tenth)


if __name__ == "__main__":
    typer.run(main)
