"""Other people's databases: which can hold onrecord, what is said of the others, and migrations."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import asyncpg
import pytest

from app.foundation import database_check, migrations, shape, turns
from app.foundation.database_check import DatabaseAway, DatabaseUnfit, Finding
from app.foundation.migrations import MigrationUnderway, UnknownRevision
from app.foundation.turns import StartUnderway
from tests.setup.processes import psql

NewDatabase = Callable[[str], str]


def remedies(found: Sequence[Finding]) -> dict[str, str]:
    """Keep what is wrong."""
    return {finding.what: finding.remedy for finding in found if finding.remedy}


async def test_a_new_postgres_can_hold_it(new_database: NewDatabase) -> None:
    found = await database_check.findings(new_database(""))

    assert remedies(found) == {}
    assert [finding.what for finding in found] == [
        "PostgreSQL 18",
        "encoding UTF8",
        "extension pg_trgm (not created yet, but it can be)",
        "extension btree_gin (not created yet, but it can be)",
        "extension btree_gist (not created yet, but it can be)",
        "extension unaccent (not created yet, but it can be)",
        "trigrams of Cyrillic words",
        "extension vector (not created yet, but it can be)",
    ]


async def test_looking_leaves_nothing_behind(new_database: NewDatabase) -> None:
    url = new_database("")

    await database_check.findings(url)

    assert psql(url, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'") == "0"


async def test_letters_that_the_locale_does_not_know_are_refused(
    new_database: NewDatabase,
) -> None:
    url = new_database("LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'")

    with pytest.raises(DatabaseUnfit, match=r"LC_CTYPE C knows no letters beyond ASCII: make it"):
        await database_check.refuse_unfit(url)


async def test_another_encoding_is_refused(new_database: NewDatabase) -> None:
    url = new_database("LOCALE_PROVIDER libc ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")

    assert "encoding SQL_ASCII" in remedies(await database_check.findings(url))


async def test_extensions_elsewhere_than_in_public_are_found(new_database: NewDatabase) -> None:
    url = new_database("")
    psql(url, 'CREATE SCHEMA "Else where"; CREATE EXTENSION pg_trgm SCHEMA "Else where"')

    found = await database_check.findings(url)

    assert remedies(found) == {}
    assert Finding("extension pg_trgm") in found


@pytest.fixture
async def powerless(new_database: NewDatabase) -> AsyncIterator[str]:
    """Give the URL of a user who may not create anything in a new database."""
    url = new_database("")
    psql(url, "DROP ROLE IF EXISTS powerless")
    psql(url, "CREATE ROLE powerless LOGIN")
    yield url.replace("//postgres@", "//powerless@")
    psql(url, "DROP OWNED BY powerless; DROP ROLE powerless")


async def test_who_may_not_create_extensions_is_told_what_a_superuser_must_do(
    powerless: str,
) -> None:
    wrong = remedies(await database_check.findings(powerless))

    assert wrong["extension btree_gist isn't in this database"] == (
        "as a superuser, in this database: CREATE EXTENSION btree_gist"
    )
    assert len(wrong) == len(database_check.REQUIRED)


async def test_extensions_that_are_not_installed_are_named_with_their_package(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_check, "REQUIRED", ("no_such",))
    monkeypatch.setattr(database_check, "OPTIONAL", ("no_such_either",))

    found = await database_check.findings(new_database(""))

    assert "apt install postgresql-contrib" in remedies(found)["extension no_such is missing"]
    assert len(remedies(found)) == 1
    assert found[-1].what.startswith("optional extension no_such_either is missing; to have it")


async def test_the_package_of_pgvector_has_the_servers_number() -> None:
    assert "postgresql-16-pgvector" in database_check._package("vector", 16)  # noqa: SLF001 -- ours has it


async def test_a_postgres_too_old_is_refused() -> None:
    assert database_check._version(14).remedy == "use one of 15 to 18"  # noqa: SLF001 -- none here is that old


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hushhush@127.0.0.1:1/db",
        "postgresql://me:hushhush@no.such.host.invalid/db",
        "postgresql://me:hushhush@/db?host=/no/such/folder",
        "postgresql://me:hushhush@127.0.0.1:1/db?sslmode=nonsense",
    ],
)
async def test_a_database_that_is_away_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseAway) as away:
        await database_check.connect(url)

    assert "hushhush" not in str(away.value)
    assert "\n" not in str(away.value)


async def test_migrations_tell_where_from_and_where_to(new_database: NewDatabase) -> None:
    url = new_database("")

    assert not await shape.is_current(url)
    assert await migrations.upgrade(url) == (None, shape.newest())
    assert await shape.is_current(url)
    assert await migrations.upgrade(url) == (shape.newest(), shape.newest())
    assert await migrations.downgrade(url, "base") == (shape.newest(), None)


async def test_two_cannot_migrate_at_once_and_the_second_is_told_at_once(
    new_database: NewDatabase,
) -> None:
    url = new_database("")
    other = await asyncpg.connect(url)
    await other.execute("SELECT pg_advisory_lock($1)", migrations.LOCK)

    with pytest.raises(MigrationUnderway, match="Another process migrates this database"):
        await migrations.upgrade(url)

    await other.close()
    assert await migrations.upgrade(url) == (None, shape.newest())


async def test_a_database_of_a_newer_onrecord_is_left_alone(new_database: NewDatabase) -> None:
    url = new_database("")
    psql(url, "CREATE TABLE alembic_version (version_num text)")
    psql(url, "INSERT INTO alembic_version VALUES ('of_the_future')")

    with pytest.raises(UnknownRevision, match="If a newer onrecord made it"):
        await migrations.upgrade(url)


async def test_starts_on_one_database_take_turns(new_database: NewDatabase) -> None:
    url = new_database("")
    order: list[str] = []

    async def start(name: str) -> None:
        async with turns.turn(url):
            order.append(f"{name} begins")
            await asyncio.sleep(0.2)
            order.append(f"{name} ends")

    await asyncio.gather(start("one"), start("two"))

    first, second = order[0].split()[0], order[2].split()[0]
    assert order == [f"{first} begins", f"{first} ends", f"{second} begins", f"{second} ends"]


async def test_a_start_that_waits_too_long_gives_up(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    url = new_database("")

    async with turns.turn(url):
        with pytest.raises(StartUnderway, match="has been starting on this database"):
            async with turns.turn(url):
                pass
