"""A migrated cluster, copies of it as primary and replica, and services that use them."""

import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport
from prometheus_client import REGISTRY
from pydantic import SecretStr

from app.demo import load as demo
from app.foundation import migrations, postmaster
from app.foundation.database import Database
from app.foundation.settings import Settings
from app.keys.first_start import create_key, first_start
from app.main import create_app
from tests.making import Client
from tests.scaling.servers import Pair, Server

SECRET = "a secret for the tests, of more than 32 characters"


@dataclass(frozen=True)
class Made:
    """A data directory with a migrated database, and its keys."""

    folder: Path
    keys: dict[str, str]


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """Have a place where servers may live, who are other users than root.

    Pytest's own folders are closed to them again whenever another run begins.
    """
    with TemporaryDirectory(prefix="onrecord-scaling-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
async def made(place: Path) -> Made:
    """Make a cluster once, to be copied."""
    folder = place / "made" / "postgres"
    folder.parent.mkdir()
    postmaster.create(folder)
    server = Server(folder).start()
    await migrations.upgrade(server.url)
    admin = await first_start(server.url, Settings(secret=SecretStr(SECRET)))
    assert admin is not None
    keys = {"admin": admin}
    for role in ("editor", "reader"):
        keys[role] = await create_key(
            server.url, name=role, role=role, person=role, organization=None, expires_at=None
        )
    await demo.load(server.url)
    server.stop()
    return Made(folder, keys)


@contextmanager
def paired(made: Made) -> Iterator[Pair]:
    """Run a primary, a copy of what was made, and a replica."""
    folder = Path(mkdtemp(dir=made.folder.parents[1]))
    folder.chmod(0o711)
    subprocess.run(["cp", "-a", str(made.folder), str(folder / "primary")], check=True)  # noqa: S607 -- cp is cp
    primary = Server(folder / "primary").start()
    found = Pair(primary, primary.replica(folder / "replica"))
    try:
        yield found
    finally:
        found.replica.stop()
        found.primary.stop()


@pytest.fixture(scope="module")
def pair(made: Made) -> Iterator[Pair]:
    """Have a primary and a replica, for the tests of a file."""
    with paired(made) as found:
        yield found


@dataclass
class Service:
    """One process's application, with callers of it."""

    app: FastAPI
    keys: dict[str, str]
    stack: AsyncExitStack
    made: dict[str | None, Client] = field(default_factory=dict)

    async def caller(self, role: str | None) -> Client:
        """Have a caller with the key of a role, or with none."""
        if role not in self.made:
            headers = {"Authorization": f"Bearer {self.keys[role]}"} if role else {}
            client = Client(
                transport=ASGITransport(self.app), base_url="http://test", headers=headers
            )
            self.made[role] = await self.stack.enter_async_context(client)
        return self.made[role]

    @property
    def database(self) -> Database:
        """Look at its connections."""
        found: Database = self.app.state.database
        return found

    async def look(self) -> None:
        """Look now how the replica does."""
        assert self.database.replica is not None
        await self.database.replica.look()


Serving = Callable[..., AbstractAsyncContextManager[Service]]


@pytest.fixture
def serving(made: Made, tmp_path: Path) -> Serving:
    """Give what runs a service with settings of its own; it doesn't work in the background."""

    @asynccontextmanager
    async def run(database_url: str, **changed: Any) -> AsyncIterator[Service]:
        given: dict[str, Any] = {
            "database_url": database_url, "secret": SECRET, "data_dir": tmp_path,
            "log_level": "error", "pool_timeout": 2, "seal_every": 0, "publish_every": 0,
            "search_every": 0, "import_every": 0, "webhook_every": 0,
        }  # fmt: skip
        app = create_app(Settings(**{**given, **changed}))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.router.lifespan_context(app))
            yield Service(app, made.keys, stack)

    return run


@pytest.fixture
async def service(serving: Serving, pair: Pair) -> AsyncIterator[Service]:
    """Have a service that reads from the replica, which is well."""
    pair.catch_up()
    async with serving(pair.primary.url, replica_url=pair.replica.url) as found:
        await found.look()
        yield found


@dataclass
class Counted:
    """How many reads were answered by whom, since it was made."""

    before: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to count."""
        self.before = _counts()

    def by(self) -> dict[str, int]:
        """Tell who answered how many."""
        now = {who: int(count - self.before.get(who, 0)) for who, count in _counts().items()}
        return {who: count for who, count in now.items() if count}


def _counts() -> dict[str, float]:
    return {
        sample.labels["answered_by"]: sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == "onrecord_replica_reads_total"
    }
