"""A filled database, the service on it, and what it is compared to, running."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType

import asyncpg
import typer

from app.foundation import embedded, migrations
from app.foundation.settings import Settings
from app.keys.first_start import create_key, first_start
from bench import corpus, services
from bench.measuring import Bench
from bench.services import Service

Alternatives = Mapping[str, Callable[[str, Path], AbstractContextManager[Service]]]
NONE: Alternatives = MappingProxyType({})
HELD = "SELECT count(*), EXISTS (SELECT FROM search_word) FROM statement_search"
"""How many statements there are to search, and whether the last step of filling was taken."""


@contextmanager
def serving(
    statements: int, seconds: float, keep: Path | None = None, alternatives: Alternatives = NONE
) -> Iterator[tuple[Bench, str]]:
    """Have all of it running; the version of PostgreSQL is told besides."""
    with ExitStack() as running:
        folder = Path(running.enter_context(_folder(keep)))
        url = running.enter_context(embedded.running(folder))
        version, key = asyncio.run(_prepare(url, statements))
        ours = running.enter_context(services.onrecord(url, folder))
        tutorial = running.enter_context(services.tutorial(url, folder))
        others = {
            name: running.enter_context(serve(url, folder)) for name, serve in alternatives.items()
        }
        rows = corpus.amounts(statements)
        yield Bench(url, folder, key, rows, ours, tutorial, seconds, others), version


def _folder(keep: Path | None) -> AbstractContextManager[Path | str]:
    if keep is not None:
        return nullcontext(keep.absolute())
    return tempfile.TemporaryDirectory(prefix="onrecord-bench-")


async def _prepare(url: str, statements: int) -> tuple[str, str]:
    """Migrate, fill, and make a key; give PostgreSQL's version and the key."""
    await migrations.upgrade(url)
    await first_start(url, Settings.model_validate({"DATABASE_URL": url}))
    version = await filled(url, statements)
    key = await create_key(
        url, name="Bench", role="admin", person=None, organization=None, expires_at=None
    )
    return version, key


async def filled(url: str, statements: int) -> str:
    """Fill a migrated database, unless it was filled before; give PostgreSQL's version."""
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(HELD)
        held, is_filled = row or (0, False)
        if not held:
            typer.echo(f"Filling {statements:,} statements", err=True)
            await corpus.fill(url, statements)
        elif held < statements or not is_filled:
            raise typer.BadParameter(f"--keep: this folder holds {held} statements; not all done?")
        await connection.execute("CHECKPOINT")
        version: str = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return version
