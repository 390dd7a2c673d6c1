"""Data directories, commands and databases for the tests of the set-up."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.foundation import embedded, postmaster
from tests.setup.processes import Onrecord, psql


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one cluster, to be copied; it isn't migrated."""
    data_dir = tmp_path_factory.mktemp("made once")
    postmaster.create(data_dir / "postgres")
    return data_dir


@pytest.fixture
def data_dir(made_once: Path, tmp_path: Path) -> Path:
    """Give a data directory, in a path with a space, whose cluster is made already."""
    copy = tmp_path / "the data"
    subprocess.run(["cp", "-a", str(made_once), str(copy)], check=True)  # noqa: S607 -- cp is cp
    return copy


@pytest.fixture
def onrecord(data_dir: Path, tmp_path: Path) -> Iterator[Onrecord]:
    """Give the command, and end whatever it left."""
    command = Onrecord(tmp_path, data_dir)
    yield command
    command.end_all()


@pytest.fixture(scope="session")
def other_server(made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a PostgreSQL that stands for one that somebody else runs: give its URL."""
    data_dir = tmp_path_factory.mktemp("other") / "data"
    subprocess.run(["cp", "-a", str(made_once), str(data_dir)], check=True)  # noqa: S607 -- cp is cp
    with embedded.running(data_dir) as url:
        yield url


@pytest.fixture
def new_database(
    other_server: str, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], str]]:
    """Make databases on the other server, with the options that the test says."""
    made: list[str] = []

    def make(options: str = "") -> str:
        name = f"other_{os.getpid()}_{abs(hash(request.node.name))}_{len(made)}"
        psql(other_server, f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        made.append(name)
        return other_server.replace("/onrecord?", f"/{name}?")

    yield make
    for name in made:
        psql(other_server, f"DROP DATABASE {name} WITH (FORCE)")
