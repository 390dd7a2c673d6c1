"""The database's shape: at which migration it stands, and whether that is what this code expects.

Alembic isn't asked: it takes 8 MB and a fifth of a second, and is needed to migrate alone.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

import asyncpg

from app.foundation.connecting import Hosts
from app.foundation.database_check import Finding

VERSIONS: Final = Path(__file__).resolve().parents[2] / "migrations" / "versions"
_NAMED: Final = re.compile(r'^(down_)?revision = "([^"]+)"$', re.MULTILINE)


async def is_current(url: str) -> bool:
    """Tell whether the database has exactly the shape that this code expects."""
    return await revision_of(url) == newest()


async def revision_of(url: str) -> str | None:
    """Read which migration the database stands at; None before the first."""
    connection = await Hosts(url).connect()
    try:
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return found


async def finding(url: str) -> Finding:
    """Say at which migration the database stands, and what to do where that isn't the last one."""
    at = await revision_of(url)
    if at == newest():
        return Finding(f"migrations ({at})")
    return Finding(f"the database is at migration {at}, not {newest()}", "run onrecord migrate")


@cache
def newest() -> str | None:
    """Name the last migration that this code brings along: the one that no other follows."""
    made, followed = set[str](), set[str]()
    for path in VERSIONS.glob("*.py"):
        for is_before, name in _NAMED.findall(path.read_text("utf-8")):
            (followed if is_before else made).add(name)
    last = made - followed
    return last.pop() if len(last) == 1 else None
