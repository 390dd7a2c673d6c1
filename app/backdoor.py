"""What the commands at the back door have in common: their settings, database and organisation."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from app.foundation import embedded, logging, settings, shape
from app.foundation.database import Database
from app.foundation.refusal import Refusal
from app.foundation.settings import Settings

INTERRUPTED: Final = 130


class NotMigrated(Refusal):
    """The database hasn't the shape that this code expects."""


def configured(**options: object) -> Settings:
    """Read the settings, with what was said on the command line; log as they say."""
    chosen = settings.load(**options)
    logging.configure(chosen)
    return chosen


@contextmanager
def having_database(chosen: Settings) -> Iterator[str]:
    """Have the database of the settings, past a pooler, or the embedded one."""
    named = chosen.direct_url or chosen.database_url
    if named is not None:
        yield named.get_secret_value()
    else:
        with embedded.running(chosen.data_dir) as url:
            yield url


async def refuse_old(url: str) -> None:
    """See that the database has the shape of this version. Raises `NotMigrated`."""
    if not await shape.is_current(url):
        raise NotMigrated("The database isn't migrated to this version: run onrecord migrate")


@asynccontextmanager
async def opened(chosen: Settings, url: str) -> AsyncIterator[Database]:
    """Have all connections to the database, as the service has them, past poolers and replicas."""
    past = {"pooler": "none", "replica_url": None}
    database = Database(url, chosen.model_copy(update=past))
    await database.open()
    try:
        yield database
    finally:
        await database.close()
