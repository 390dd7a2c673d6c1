"""Match names with speakers in batches, as OpenRefine does: how fast, and how often safely.

`python -m bench.reconciling FOLDER`; the folder is that of `bench.names`. It stands on a Postgres
of its own, and asks `POST /reconcile` over HTTP, within one process.
"""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import typer
from httpx2 import ASGITransport, AsyncClient

from app.foundation import embedded
from app.foundation.settings import Settings
from app.main import create_app
from bench.names import MILLISECONDS, fill, lines

AT_ONCE = 10
WAYS: dict[str, dict[str, Any]] = {
    "by name": {},
    "with a country": {"properties": [{"pid": "country", "v": "KZ"}]},
}


def main(folder: Path) -> None:
    """Fill a database with the gallery, match every query once in each way, and print the table."""
    with (
        tempfile.TemporaryDirectory(prefix="onrecord-reconciling-") as made,
        embedded.running(Path(made)) as url,
    ):
        asyncio.run(_measure(url, folder))


async def _measure(url: str, folder: Path) -> None:
    known = await fill(url, folder / "gallery.tsv.gz", dictionary=False)
    queries = [json.loads(line) for line in lines(folder / "queries.jsonl.gz")]
    settings = Settings.model_validate({
        "DATABASE_URL": url, "secret": "x" * 40, "log_level": "error", "search_every": 0,
        "seal_every": 0, "publish_every": 0,
    })  # fmt: skip
    app = create_app(settings)
    client = AsyncClient(transport=ASGITransport(app), base_url="http://bench", timeout=60)
    typer.echo("| | a batch of ten | first is right | `match` | of these wrong |")
    typer.echo("| --- | ---: | ---: | ---: | ---: |")
    async with app.router.lifespan_context(app), client:
        for name, more in WAYS.items():
            await _walk(client, name, queries, known, more)


async def _walk(
    client: AsyncClient,
    name: str,
    queries: list[dict[str, Any]],
    known: dict[UUID, str],
    more: dict[str, Any],
) -> None:
    """Match all queries in one way, and print how it went."""
    took, first, matched, wrong = [], 0, 0, 0
    for start in range(0, len(queries), AT_ONCE):
        part = queries[start : start + AT_ONCE]
        batch = {str(at): {"query": one["q"], "type": "speaker"} | more
                 for at, one in enumerate(part)}  # fmt: skip
        began = time.perf_counter()
        answer = await client.post("/reconcile", data={"queries": json.dumps(batch)})
        took.append((time.perf_counter() - began) * MILLISECONDS)
        found = answer.raise_for_status().json()
        for at, one in enumerate(part):
            best = next(iter(found[str(at)]["result"]), None)
            is_right = best is not None and known[UUID(best["id"])] in one["ids"]
            is_match = best is not None and best["match"]
            first, matched = first + is_right, matched + is_match
            wrong += is_match and not is_right
    share = first / len(queries)
    typer.echo(f"| {name} | {median(took):.0f} ms | {share:.3f} | {matched} | {wrong} |")


if __name__ == "__main__":
    typer.run(main)
