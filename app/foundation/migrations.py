"""Migrations: the way to the shape of the database that this code expects, and back."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app.foundation.connecting import Hosts
from app.foundation.refusal import Refusal

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
PATIENCE = {"lock_timeout": "10s"}
"""How long a migration waits for a table; whoever comes after it waits behind it meanwhile."""
LOCK = 6031769118541
"""The number of the advisory lock that whoever migrates holds."""


class MigrationUnderway(Refusal):
    """Another process migrates this database right now."""


class UnknownRevision(Refusal):
    """The database was migrated by a newer onrecord than this."""


async def upgrade(url: str, revision: str = "head") -> tuple[str | None, str | None]:
    """Migrate up, and tell from where to where.

    Raises `MigrationUnderway` at once when another process migrates: to wait for it would block
    `CREATE INDEX CONCURRENTLY`, which waits for everyone else.
    """
    return await _move(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> tuple[str | None, str | None]:
    """Migrate down, and tell from where to where. Raises `MigrationUnderway` as `upgrade` does."""
    return await _move(url, lambda config: command.downgrade(config, revision))


def configuration() -> Config:
    """Read Alembic's settings out of pyproject.toml."""
    return Config(toml_file=PROJECT)


async def _move(url: str, how: Callable[[Config], None]) -> tuple[str | None, str | None]:
    async with _connected(url) as connection, _alone(connection):
        before = await connection.run_sync(_revision)
        await connection.rollback()
        await connection.run_sync(_run, how)
        return before, await connection.run_sync(_revision)


def _run(connection: Connection, how: Callable[[Config], None]) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    try:
        how(config)
    except CommandError as refused:
        raise UnknownRevision(
            f"The database can't be migrated: {refused}."
            " If a newer onrecord made it, run that one, or restore a backup"
        ) from None


@asynccontextmanager
async def _alone(connection: AsyncConnection) -> AsyncIterator[None]:
    """Hold the lock for as long as the session migrates; it ends with the session at the latest."""
    got = await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK})
    await connection.commit()
    if not got:
        raise MigrationUnderway("Another process migrates this database: wait until it is done")
    yield


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Open one connection of its own, from the URL as asyncpg and libpq understand it."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        poolclass=NullPool,
        async_creator=lambda: Hosts(url).connect(server_settings=PATIENCE),
    )
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
