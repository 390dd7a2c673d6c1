"""The floor: what pgbench reaches with the same SELECT, which no service on top can beat."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from app.foundation.postmaster import binaries
from app.foundation.reads import Query
from bench.load import Load

SESSION = "-c jit=off -c default_transaction_read_only=on -c statement_timeout=10000"
"""What the service sets for its reads."""

_COLON = re.compile(r"(?<!:):(?=\w)")
_RATE = re.compile(r"^tps = ([0-9.]+) \(without", re.MULTILINE)


class NoFloor(Exception):
    """The program pgbench failed; its own words are in the text."""


def script(query: Query, values: Mapping[str, str], *, rows: int) -> str:
    """Write a query as a script of pgbench, where `:n` is one of `rows` numbers.

    A colon in a text would be taken for a variable's, so such a text is put together from parts;
    PostgreSQL does that once, when it plans.
    """
    text = _COLON.sub("' || ':' || '", query.text)
    for place, name in reversed(list(enumerate(query.names, 1))):
        text = text.replace(f"${place}", values[name])
    return f"\\set n random(1, {rows})\n{text};\n"


def drive(url: str, written: str, folder: Path, *, seconds: float, connections: int = 16) -> Load:
    """Run a script on prepared statements for some whole seconds."""
    (folder / "script.sql").write_text(written, encoding="utf-8")
    for old in folder.glob("floor.*"):
        old.unlink()
    threads = min(2, os.cpu_count() or 1)
    done = subprocess.run(
        [
            *(binaries() / "pgbench", "--no-vacuum", "--protocol=prepared", "--file=script.sql"),
            *(f"--client={connections}", f"--jobs={threads}", f"--time={max(1, round(seconds))}"),
            *("--log", "--log-prefix=floor", url),
        ],
        cwd=folder,
        env=os.environ | {"PGOPTIONS": SESSION},
        capture_output=True,
        text=True,
        check=False,
    )
    found = _RATE.search(done.stdout)
    if done.returncode or found is None:
        raise NoFloor(done.stderr)
    waits = [
        int(line.split()[2]) / 1_000_000
        for log in folder.glob("floor.*")
        for line in log.read_text().splitlines()
    ]
    return Load(len(waits) / float(found[1]), waits)
