"""Data directories, commands and databases for the tests of the set-up."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.foundation import embedded, migrations, postmaster
from tests.setup.processes import Onrecord, psql


def copied(cluster: Path, to: Path) -> Path:
    """Copy a data directory."""
    subprocess.run(["cp", "-a", str(cluster), str(to)], check=True)  # noqa: S607 -- cp is cp
    return to


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one cluster, to be copied; it isn't migrated."""
    data_dir = tmp_path_factory.mktemp("made once")
    postmaster.create(data_dir / "postgres")
    return data_dir


@pytest.fixture(scope="session")
def migrated_once(made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one cluster, to be copied, that is migrated, and has nothing in it."""
    data_dir = copied(made_once, tmp_path_factory.mktemp("migrated once") / "data")
    with embedded.running(data_dir) as url:
        asyncio.run(migrations.upgrade(url))
    (data_dir / "postgres.lock").unlink()
    return data_dir


@pytest.fixture
def cluster(request: pytest.FixtureRequest) -> Path:
    """Name the cluster that a test begins with: the migrated one, unless it says otherwise."""
    found: Path = request.getfixturevalue(getattr(request, "param", "migrated_once"))
    return found


@pytest.fixture
def data_dir(cluster: Path, tmp_path: Path) -> Path:
    """Give a data directory, in a path with a space, whose cluster is made already."""
    return copied(cluster, tmp_path / "the data")


@pytest.fixture
def onrecord(data_dir: Path, tmp_path: Path) -> Iterator[Onrecord]:
    """Give the command, and end whatever it left."""
    command = Onrecord(tmp_path, data_dir, is_measured=True)
    yield command
    command.end_all()


@pytest.fixture(scope="session")
def other_server(made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a PostgreSQL that stands for one that somebody else runs: give its URL."""
    data_dir = copied(made_once, tmp_path_factory.mktemp("other") / "data")
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
