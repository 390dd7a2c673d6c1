"""Whether a PostgreSQL can hold onrecord, and if not, what to do about it."""

from dataclasses import dataclass

import asyncpg

from app.foundation.connecting import Hosts
from app.foundation.refusal import Refusal

OLDEST, NEWEST = 15, 18
REQUIRED = ("pg_trgm", "btree_gin", "btree_gist", "unaccent")
OPTIONAL = ("vector",)

EXTENSION = """
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = $1) AS installed,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = $1) AS available,
       current_setting('is_superuser') = 'on'
       OR has_database_privilege(current_database(), 'CREATE')
          AND EXISTS (SELECT FROM pg_available_extension_versions WHERE name = $1 AND trusted)
       AS creatable
"""
SCHEMA = """
SELECT quote_ident(nspname) FROM pg_extension
JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm'
"""
CHARACTERS = """
SELECT pg_encoding_to_char(encoding) AS encoding, datctype AS ctype
FROM pg_database WHERE datname = current_database()
"""


class DatabaseAway(Refusal):
    """The database doesn't answer, or doesn't let us in."""


class DatabaseUnfit(Refusal):
    """The database answers, but can't hold onrecord."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `remedy` says what to do, and is None when all is well."""

    what: str
    remedy: str | None = None


async def connect(url: str) -> asyncpg.Connection:
    """Connect, or raise `DatabaseAway` with one line that doesn't show the password."""
    try:
        return await Hosts(url).connect()
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
        said = " ".join(str(refused).split()) or type(refused).__name__
        raise DatabaseAway(f"The database can't be reached: {said}") from None


async def refuse_unfit(url: str) -> None:
    """Raise `DatabaseAway` or `DatabaseUnfit`, which names everything that must be mended."""
    wrong = [f"{found.what}: {found.remedy}" for found in await findings(url) if found.remedy]
    if wrong:
        raise DatabaseUnfit("The database can't be used yet. " + "; ".join(wrong))


async def findings(url: str) -> list[Finding]:
    """Look at everything that must be right before the first migration."""
    connection = await connect(url)
    try:
        major = connection.get_server_version().major
        return [
            _version(major),
            await _encoding(connection),
            *[await _extension(connection, name, major) for name in REQUIRED],
            await _trigrams(connection),
            *[await _optional(connection, name, major) for name in OPTIONAL],
        ]
    finally:
        await connection.close()


def _version(major: int) -> Finding:
    if OLDEST <= major <= NEWEST:
        return Finding(f"PostgreSQL {major}")
    return Finding(f"PostgreSQL {major}", f"use one of {OLDEST} to {NEWEST}")


async def _encoding(connection: asyncpg.Connection) -> Finding:
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding == "UTF8":
        return Finding("encoding UTF8")
    return Finding(f"encoding {encoding}", _made_with("ENCODING 'UTF8' LOCALE 'C.UTF-8'"))


async def _extension(connection: asyncpg.Connection, name: str, major: int) -> Finding:
    found = await connection.fetchrow(EXTENSION, name)
    assert found is not None  # noqa: S101 -- it has no FROM
    if found["installed"]:
        return Finding(f"extension {name}")
    if not found["available"]:
        return Finding(f"extension {name} is missing", f"install {_package(name, major)}")
    if not found["creatable"]:
        return Finding(
            f"extension {name} isn't in this database",
            f"as a superuser, in this database: CREATE EXTENSION {name}",
        )
    return Finding(f"extension {name} (not created yet, but it can be)")


async def _optional(connection: asyncpg.Connection, name: str, major: int) -> Finding:
    found = await _extension(connection, name, major)
    if found.remedy is None:
        return found
    return Finding(f"optional {found.what}; to have it, {found.remedy}")


async def _trigrams(connection: asyncpg.Connection) -> Finding:
    """Try pg_trgm on Cyrillic letters: with LC_CTYPE C it finds none, without a word."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema = await connection.fetchval(SCHEMA)
        found = await connection.fetchval(f"SELECT {schema}.show_trgm('Токаев')")
    except asyncpg.PostgresError:
        return Finding("trigrams can't be tried before pg_trgm is there")
    finally:
        await transaction.rollback()
    if found:
        return Finding("trigrams of Cyrillic words")
    characters = await connection.fetchrow(CHARACTERS)
    assert characters is not None  # noqa: S101 -- we are connected to it
    return Finding(
        f"LC_CTYPE {characters['ctype']} knows no letters beyond ASCII",
        _made_with("ENCODING 'UTF8' LOCALE 'C.UTF-8'"),
    )


def _made_with(options: str) -> str:
    return f"make it anew with CREATE DATABASE onrecord TEMPLATE template0 {options}"


def _package(name: str, major: int) -> str:
    """Name the package of Debian and Ubuntu that brings an extension."""
    package = f"postgresql-{major}-pgvector" if name == "vector" else "postgresql-contrib"
    return f"it on the database's machine (Debian, Ubuntu: apt install {package})"
