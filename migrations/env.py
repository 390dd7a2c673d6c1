"""Where Alembic meets the project: which tables it compares, and over which connection."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from alembic import context
from sqlalchemy import Connection, NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from app.foundation import embedded, migrations, settings
from app.tables import metadata
from app.tables.meaning import VECTORS


def migrate(connection: Connection) -> None:
    """Run over a connection, each migration in a transaction of its own."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
        include_object=_is_declared,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_declared(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Leave out the indexes of vectors: each is made with its model, when the service runs."""
    return kind != "index" or not (name or "").startswith(VECTORS)


def write_sql() -> None:
    """Print the SQL instead of running it: `alembic upgrade head --sql`."""
    context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def database() -> Iterator[str]:
    """Have the database that the settings name."""
    chosen = settings.load()
    if chosen.database_url is not None:
        yield chosen.database_url.get_secret_value()
    else:
        with embedded.running(chosen.data_dir) as url:
            yield url


async def connect_and_migrate(url: str) -> None:
    """Open a connection for the command `alembic`."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        poolclass=NullPool,
        async_creator=lambda: asyncpg.connect(url, server_settings=migrations.PATIENCE),
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


def run() -> None:
    """Use the connection that the caller holds, or make one."""
    held = context.config.attributes.get("connection")
    if context.is_offline_mode():
        write_sql()
    elif held is not None:
        migrate(held)
    else:
        with database() as url:
            asyncio.run(connect_and_migrate(url))


run()
