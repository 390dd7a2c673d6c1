"""The chain: what was tampered with is found and named; what wasn't is vouched for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import asyncpg
import pytest

from app.changes import verifying
from app.demo.load import load
from app.foundation import migrations
from app.foundation.settings import Settings
from app.keys.first_start import first_start
from tests.making import Client, Make

BEHIND = "BEGIN; SET LOCAL session_replication_role = replica; {}; COMMIT"
TAMPERED = {
    "UPDATE change SET document = document || '{\"name\": \"Another\"}' WHERE id = {id}": (
        "change {id} (", "isn't as it was written",
    ),
    "UPDATE change SET actor = 'Somebody else' WHERE id = {id}": (
        "change {id} (", "isn't as it was written",
    ),
    "UPDATE change SET at = at + interval '1 microsecond' WHERE id = {id}": (
        "change {id} (", "isn't as it was written",
    ),
    "UPDATE change SET hash = sha256('') WHERE id = {id}": (
        "position {position} (change {id})", "isn't as it was sealed",
    ),
    "DELETE FROM change WHERE id = {id}": (
        "position {position} (change {id})", "is of a change that is missing",
    ),
    "DELETE FROM sealed_change WHERE change_id = {id}": (
        "change {id} (", "has no place in the chain",
    ),
    "UPDATE sealed_change SET hash = sha256('') WHERE change_id = {id}": (
        "position {position} (change {id})", "isn't as it was sealed",
    ),
    "UPDATE sealed_change SET shown_in = 'nowhere' WHERE change_id = {id}": (
        "position {position} (change {id})", "is shown where it doesn't belong",
    ),
    "DELETE FROM sealed_change WHERE position >= {position};"
    " DELETE FROM change WHERE id >= {id}": (
        "isn't at the version that the log ends with", "verdicts",
    ),
}  # fmt: skip


@asynccontextmanager
async def made(postgres: str, name: str, template: str) -> AsyncIterator[str]:
    """Have a database for a while."""
    connection = await asyncpg.connect(postgres)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield postgres.replace("/onrecord?", f"/{name}?", 1)
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


def name_of(url: str) -> str:
    """Name a URL's database."""
    return url.rpartition("/")[2].partition("?")[0]


@pytest.fixture
async def installation(postgres: str, database_url: str) -> AsyncIterator[str]:
    """Have an installation of its own, with the demo in it."""
    async with made(postgres, f"chain_{name_of(database_url)}", "template0") as url:
        await migrations.upgrade(url)
        await first_start(url, Settings(_env_file=None))
        await load(url)
        yield url


async def rows(url: str, query: str) -> list[asyncpg.Record]:
    """Ask a database."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


async def test_what_was_not_tampered_with_is_vouched_for(installation: str) -> None:
    (well,) = await verifying.findings(installation)

    entries = await rows(installation, "SELECT id FROM change")
    end, *_ = await rows(
        installation, "SELECT position, encode(hash, 'hex') FROM sealed_change ORDER BY 1 DESC"
    )
    assert well.remedy is None
    assert end[0] == len(entries) > 40
    assert well.what == f"change log ({end[0]} entries; position {end[0]} has hash {end[1]})"


async def test_what_was_tampered_with_is_found_and_named(installation: str, postgres: str) -> None:
    await verifying.findings(installation)
    ((entry,),) = await rows(installation, "SELECT change_id FROM sealed_change WHERE position = 6")

    for statement, expected in TAMPERED.items():
        done = statement.replace("{id}", str(entry)).replace("{position}", "6")
        async with made(postgres, f"{name_of(installation)}_copy", name_of(installation)) as copy:
            connection = await asyncpg.connect(copy)
            await connection.execute(BEHIND.format(done))
            await connection.close()
            findings = await verifying.findings(copy)
        said = [one.what for one in findings]
        wanted = [one.format(id=entry, position=6) for one in expected]
        assert any(all(one in line for one in wanted) for line in said), (statement, said)
        assert all(one.remedy for one in findings)


async def test_the_page_says_how_anybody_can_verify_the_chain(installation: str) -> None:
    await verifying.findings(installation)
    places = await rows(
        installation,
        "SELECT position, change.hash AS entry, sealed_change.hash FROM sealed_change"
        " JOIN change ON change.id = change_id ORDER BY position",
    )

    link = bytes(32)
    for position, entry, digest in places:
        link = sha256(link + entry + position.to_bytes(8, "big")).digest()
        assert link == digest


async def test_what_was_there_before_is_chained_by_the_migration(installation: str) -> None:
    query = "SELECT id, hash, is_public FROM change ORDER BY id"
    before = await rows(installation, query)

    await migrations.downgrade(installation, "2026_11_22_retrying")
    await migrations.upgrade(installation)

    assert await rows(installation, query) == before
    (well,) = await verifying.findings(installation)
    assert well.remedy is None
    with pytest.raises(asyncpg.RestrictViolationError):
        await rows(installation, "UPDATE change SET actor = 'Somebody else'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sealed_change SET hash = ''",
        "UPDATE sealed_change SET position = -position",
        "DELETE FROM sealed_change",
        "TRUNCATE sealed_change",
    ],
)
async def test_a_place_in_the_chain_is_never_changed_or_taken_away(
    make: Make, anonymous: Client, database: asyncpg.Connection, statement: str
) -> None:
    await make.speaker()
    await anonymous.get("/v1/changes")

    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(statement)


async def test_who_inserts_an_entry_does_not_choose_its_hash(database: asyncpg.Connection) -> None:
    entry = (
        "INSERT INTO change (action, collection, resource_id, version, document, hash, is_public)"
        " VALUES ('speaker.created', 'speakers', gen_random_uuid(), 1, '{}', 'mine', true)"
        " RETURNING octet_length(hash), is_public"
    )

    found = await database.fetchrow(entry)

    assert found is not None
    assert tuple(found) == (32, False)
