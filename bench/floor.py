"""The floor: what pgbench reaches with the same SELECTs, which no service on top can beat."""

import os
import re
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias, cast

import asyncpg

from app.documents.shape import View
from app.finding.asking import Finder
from app.foundation.connecting import Hosts
from app.foundation.postmaster import binaries
from app.foundation.reads import Query, ReadPool
from app.foundation.settings import Settings
from app.search.finding import Place, Searching
from app.search.schemas import SearchQuery
from bench.load import Load

Run: TypeAlias = tuple[Query, dict[str, Any]]
"""A SELECT, and the values with which it was run."""

WRITING = "-c jit=off -c statement_timeout=10000 -c timezone=UTC"
"""What the service sets for its writes."""
SESSION = f"{WRITING} -c default_transaction_read_only=on"
"""What it sets for its reads."""
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_RATE = re.compile(r"^tps = ([0-9.]+) \(without", re.MULTILINE)
_TABLE = """
DROP TABLE IF EXISTS bench_run;
CREATE TABLE bench_run (n int, step int, steps int, which int, {columns}, PRIMARY KEY (n, step))
"""


class NoFloor(Exception):
    """The program pgbench failed; its own words are in the text."""


class _Listening(ReadPool):
    """Connections for reading that write down which SELECTs were run on them."""

    def __init__(self, url: str, settings: Settings) -> None:
        """Begin with none."""
        super().__init__(Hosts(url), settings)
        self.heard: list[Run] = []

    async def rows(self, query: Query, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Run a query of several rows, and write it down."""
        self.heard.append((query, {name: values[name] for name in query.names}))
        return await super().rows(query, values)


async def heard(url: str, asked: Sequence[str], limit: int) -> list[list[Run]]:
    """Search statements as the service does, to hear which SELECTs each search takes.

    The estimate before them isn't among those: it belongs to what the service adds.
    """
    reads = _Listening(url, Settings.model_validate({"DATABASE_URL": url}))
    await reads.open()
    finder, nobody = Finder(reads, dictionary=False), SimpleNamespace(organization_id=None)
    reader = SimpleNamespace(view=View.PUBLIC, caller=nobody, finder=finder, reads=reads)
    runs = []
    for one in asked:
        reads.heard = []
        wanted = SearchQuery(q=one, types="statement", limit=limit)
        await Searching(cast("Any", reader), wanted, wanted.conditions(), Place()).statements()
        runs.append(reads.heard)
    await reads.close()
    return runs


def script(query: Query, values: Mapping[str, str], *, rows: int) -> str:
    """Write a query as a script of pgbench, where `:n` is one of `rows` numbers."""
    return f"\\set n random(1, {rows})\n{_statement(query, values)}"


def without_variables(text: str) -> str:
    """Write SQL so that pgbench finds no variable in it: it reads them in texts, too."""
    return _LITERAL.sub(lambda found: quoted(found[0][1:-1].replace("''", "'")), text)


def quoted(text: str) -> str:
    """Quote a text, its colons written as escapes."""
    plain = text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a")
    return f"E'{plain}'" if plain != text else f"'{text}'"


def _statement(query: Query, values: Mapping[str, str]) -> str:
    """Write a query with these values, for pgbench."""
    text = without_variables(query.text)
    for place, name in reversed(list(enumerate(query.names, 1))):
        text = text.replace(f"${place}", values[name])
    return f"{text};\n"


async def recorded(url: str, runs: Sequence[Sequence[Run]]) -> list[Query]:
    """Store what was run for each of many questions, and give the different SELECTs.

    So pgbench can do the same again, with the same values bound to the same prepared SELECTs.
    """
    queries = list(dict.fromkeys(query for each in runs for query, _ in each))
    names = _names(queries)
    columns = ", ".join(f'"{name}" text' for name in names)
    rows = [
        (n, step, len(each), queries.index(query), *(_as_text(values.get(one)) for one in names))
        for n, each in enumerate(runs, 1)
        for step, (query, values) in enumerate(each)
    ]
    connection = await asyncpg.connect(url)
    await connection.execute(_TABLE.format(columns=columns))
    await connection.copy_records_to_table("bench_run", records=rows)
    await connection.execute("VACUUM ANALYZE bench_run")
    await connection.close()
    return queries


def replay(queries: Sequence[Query], numbers: range, steps: int) -> str:
    """Write a script that does again what was run for one of the questions of these numbers.

    A question took one SELECT or up to `steps`; a look-up by primary key before each tells which.
    """
    names = _names(queries)
    columns = ", ".join(["steps", "which", *(f'"{name}"' for name in names)])
    values = {name: f":{name}" for name in names}
    script = [f"\\set n random({numbers[0]}, {numbers[-1]})\n\\set steps {steps}\n"]
    for step in range(steps):
        script.append(f"\\if :steps > {step}\n")
        script.append(f"SELECT {columns} FROM bench_run WHERE n = :n AND step = {step} \\gset\n")
        for which, query in enumerate(queries):
            script.append(f"\\if :which = {which}\n{_statement(query, values)}\\endif\n")
        script.append("\\endif\n")
    return "".join(script)


def _names(queries: Sequence[Query]) -> list[str]:
    return sorted({name for query in queries for name in query.names})


def _as_text(value: object) -> str | None:
    """Write a value as PostgreSQL reads it."""
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, list):
        return str(value)
    quoted = [str(one).replace("\\", "\\\\").replace('"', '\\"') for one in value]
    return "{" + ",".join(f'"{one}"' for one in quoted) + "}"


@dataclass
class Warmed:
    """A script that is run on prepared statements: called once to warm up, and again to be counted.

    The program connects anew each time, and a new connection plans each SELECT several times at
    first; so it goes on from the first call to the second.
    """

    url: str
    written: str
    folder: Path
    seconds: float
    connections: int
    warm_up: float
    session: str = SESSION
    running: subprocess.Popen[str] | None = None
    since: float = 0.0

    def __call__(self, _: float) -> Load:
        """Begin, or tell what was reached since."""
        if self.running is None:
            whole = ceil(self.warm_up + self.seconds)
            self.running = _begun(
                self.url, self.written, self.folder, whole, self.connections, self.session
            )
            time.sleep(self.warm_up)
            self.since = time.time()
            return Load(self.warm_up, [])
        before = _used_by_children()
        _, runs = _ended(self.running, self.folder)
        self.running = None
        waits = [took for end, took in runs if end >= self.since]
        used = (_used_by_children() - before) * len(waits) / len(runs)
        return Load(max(end for end, _ in runs) - self.since, waits, used)


def _used_by_children() -> float:
    """Tell the seconds of CPU that programs have used that were started here, and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _begun(
    url: str, written: str, folder: Path, seconds: int, connections: int, session: str
) -> subprocess.Popen[str]:
    (folder / "script.sql").write_text(written, encoding="utf-8")
    for old in folder.glob("floor.*"):
        old.unlink()
    threads = min(2, os.cpu_count() or 1)
    return subprocess.Popen(
        [
            *(binaries() / "pgbench", "--no-vacuum", "--protocol=prepared", "--file=script.sql"),
            *(f"--client={connections}", f"--jobs={threads}", f"--time={seconds}"),
            *("--log", "--log-prefix=floor", url),
        ],
        cwd=folder,
        env=os.environ | {"PGOPTIONS": session},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _ended(pgbench: subprocess.Popen[str], folder: Path) -> tuple[float, list[tuple[float, float]]]:
    """Wait for the end; give the rate, and when each run ended and how long it took, in seconds."""
    said, complained = pgbench.communicate()
    found = _RATE.search(said)
    if pgbench.returncode or found is None:
        raise NoFloor(complained)
    lines = [
        line.split() for log in folder.glob("floor.*") for line in log.read_text().splitlines()
    ]
    runs = [(int(one[4]) + int(one[5]) / 1_000_000, int(one[2]) / 1_000_000) for one in lines]
    return float(found[1]), runs
