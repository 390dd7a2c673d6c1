"""Import statements as the service does, beside raw COPY of the very same rows, in the same run.

`python -m bench.imports N` writes N statements as NDJSON, has them imported (read, validated, by
the same rules, in the change log), and then copies what came of it into another database of the
same shape: the rows of `statement` alone, and all rows that the import wrote. Both databases are
in one Postgres that it starts and stops, with all indexes, constraints and triggers. What an import
leaves to be done in the background, analysing for searching, is measured apart.
"""

import asyncio
import io
import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from uuid import UUID

import asyncpg
import typer

from app.access.caller import Caller
from app.access.scopes import ROLES
from app.finding.upkeep import Upkeep
from app.foundation import embedded, migrations
from app.foundation.database import Database
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.imports import actions
from app.imports.receiving import Received
from app.imports.schemas import ImportQuery
from app.imports.working import Importer
from app.keys.first_start import first_start
from app.tables.api_key import Role
from app.tables.importing import ImportFormat, ImportJob

SPEAKERS = 1000
WRITTEN = ("statement", "change", "imported")
"""The tables whose rows an import of statements writes."""
TEXT = (
    "people have entered the country since the beginning of the month and most of them mean to"
    " stay the minister told reporters who had come to the border with their own numbers in hand"
)
WORDS = TEXT.split()


def rows(amount: int, speakers: list[UUID]) -> Iterator[bytes]:
    """Write statements as rows of NDJSON; the same each time."""
    chance = random.Random(20220927)
    for number in range(amount):
        words = " ".join(chance.choices(WORDS, k=chance.randint(8, 26)))
        row = {
            "ref": f"bench-{number}", "text": f"About {number} {words}", "language": "en",
            "kind": "quantitative", "utterance": "indirect", "visibility": "public",
            "speaker_id": str(chance.choice(speakers)), "said_on": f"2022-09-{number % 28 + 1:02}",
            "summary": f"How many people have entered, count {number}",
        }  # fmt: skip
        yield json.dumps(row).encode() + b"\n"


def main(amount: Annotated[int, typer.Argument(min=100)] = 100_000) -> None:
    """Measure, and print a table."""
    with (
        tempfile.TemporaryDirectory(prefix="onrecord-imports-") as made,
        embedded.running(Path(made)) as url,
    ):
        asyncio.run(_measure(url, amount))


async def _measure(url: str, amount: int) -> None:
    await migrations.upgrade(url)
    settings = Settings.model_validate({"DATABASE_URL": url})
    await first_start(url, settings)
    connection = await asyncpg.connect(url)
    speakers = [new_id() for _ in range(SPEAKERS)]
    await connection.executemany(
        "INSERT INTO speaker (id, kind, name) VALUES ($1, 'person', $2)",
        [(one, f"Speaker {number}") for number, one in enumerate(speakers)],
    )
    copied = await _other(url, connection)
    await connection.execute("DELETE FROM search_due")
    file = b"".join(rows(amount, speakers))
    database = Database(url, settings)
    await database.reads.open()
    took, job = await _import(database, settings, file, connection)
    assert job.made == amount, (job.made, job.refused, job.failure)
    dumped = {table: await _dumped(connection, table, amount) for table in WRITTEN}
    copying = {table: await _copied(copied, table, dumped[table]) for table in WRITTEN}
    analysing = await _analysed(database)
    await database.close()
    alone, everything = copying["statement"], sum(copying.values())
    print(f"{amount:,} statements, {len(file) / 1e6:.1f} MB of NDJSON\n")
    print("| way | seconds | rows per second | of COPY |\n|---|---:|---:|---:|")
    for what, seconds in (
        ("COPY into `statement`", alone),
        ("COPY into all tables that the import writes", everything),
        ("**import**, against COPY into `statement`", took),
        ("**import**, against COPY into all tables", took),
    ):
        share = alone if "`statement`" in what else everything
        print(f"| {what} | {seconds:.2f} | {amount / seconds:,.0f} | {share / seconds:.2f} |")
    print(f"\nanalysing them for searching afterwards, in the background: {analysing:.1f} s")
    await connection.close()
    await copied.close()


async def _other(url: str, connection: asyncpg.Connection) -> asyncpg.Connection:
    """Have another database of the same shape, with the same organisation and speakers."""
    await connection.execute("CREATE DATABASE copied TEMPLATE template0")
    other_url = url.replace("/onrecord?", "/copied?", 1)
    await migrations.upgrade(other_url)
    other = await asyncpg.connect(other_url)
    for table in ("organization", "speaker"):
        buffer = io.BytesIO()
        await connection.copy_from_table(table, output=buffer, format="binary")
        buffer.seek(0)
        await other.copy_to_table(table, source=buffer, format="binary")
    return other


async def _import(
    database: Database, settings: Settings, file: bytes, connection: asyncpg.Connection
) -> tuple[float, ImportJob]:
    organization = await connection.fetchval("SELECT id FROM organization")
    by = Caller("Bench", organization, None, ROLES[Role.ADMIN], "key:bench")
    received = Received(ImportFormat.NDJSON, len(file), io.BytesIO(file))
    async with database.sessions.begin() as session:
        made = await actions.add(session, by, received, ImportQuery())
    began = time.perf_counter()
    await Importer(database, settings).look()
    took = time.perf_counter() - began
    async with database.sessions.begin() as session:
        return took, await session.get_one(ImportJob, made.id)


async def _dumped(connection: asyncpg.Connection, table: str, amount: int) -> bytes:
    buffer = io.BytesIO()
    columns = await _columns(connection, table)
    query = f"SELECT {columns} FROM {table} ORDER BY 1 LIMIT {amount}"
    if table == "change":
        query = f"SELECT {columns} FROM change WHERE collection = 'statements' ORDER BY id"
    await connection.copy_from_query(query, output=buffer, format="binary")
    return buffer.getvalue()


async def _columns(connection: asyncpg.Connection, table: str) -> str:
    found = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        table,
    )
    return ", ".join(row["attname"] for row in found)


async def _copied(other: asyncpg.Connection, table: str, dumped: bytes) -> float:
    columns = (await _columns(other, table)).split(", ")
    began = time.perf_counter()
    await other.copy_to_table(table, source=io.BytesIO(dumped), columns=columns, format="binary")
    return time.perf_counter() - began


async def _analysed(database: Database) -> float:
    began = time.perf_counter()
    await Upkeep(database, 0, dictionary=False).look()
    return time.perf_counter() - began


if __name__ == "__main__":
    typer.run(main)
