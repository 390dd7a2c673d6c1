"""What tests about meaning stand on: vectors that are made when a test says so."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from fastapi import FastAPI

from app.foundation.settings import Settings
from app.meaning import bundled, storing
from app.meaning.asking import Meaning
from app.meaning.choosing import Embedders
from app.meaning.upkeep import MeaningUpkeep
from tests.meaning.serving import LocalModel


@pytest.fixture(scope="session")
async def embedders(settings: Settings) -> AsyncIterator[Embedders]:
    """Have the bundled model, loaded once."""
    assert bundled.installed(), "make install-dev installs it"
    made = Embedders(settings)
    yield made
    await made.close()


@pytest.fixture
def work(app: FastAPI, embedders: Embedders, clean: None) -> MeaningUpkeep:
    """Have what makes the vectors, which nobody else does in the tests."""
    return MeaningUpkeep(app.state.database, embedders, 0)


@pytest.fixture
def meaning(app: FastAPI, embedders: Embedders) -> Meaning:
    """Have what is asked."""
    return Meaning(app.state.database.searches, embedders)


@pytest.fixture
def local() -> Iterator[LocalModel]:
    """Have a model behind an address."""
    with LocalModel() as serving:
        yield serving


@pytest.fixture(autouse=True)
async def as_new(
    database: asyncpg.Connection, clean: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """Begin with nothing embedded, drop what was superseded at once, and leave no index."""
    monkeypatch.setattr(storing, "GRACE", storing.GRACE * 0)
    await database.execute("TRUNCATE meaning_due")
    yield
    for name in await indexes(database):
        await database.execute(f"DROP INDEX {name}")


async def indexes(database: asyncpg.Connection) -> list[str]:
    """List the indexes of vectors."""
    rows = await database.fetch(
        "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix_statement_meaning_of_%'"
    )
    return [row["indexname"] for row in rows]
