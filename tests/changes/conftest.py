"""The log is empty before each test, of what the installation itself recorded, too."""

import asyncpg
import pytest


@pytest.fixture(autouse=True)
async def _empty_log(database: asyncpg.Connection, cleaning: str, clean: None) -> None:
    """Delete what is there."""
    await database.execute(cleaning)
