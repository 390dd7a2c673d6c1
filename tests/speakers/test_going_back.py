"""Merges outlive a migration back and forth: what undoes them is worked out anew from the log."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from httpx2 import ASGITransport
from pydantic import SecretStr

from app.changes.verifying import findings
from app.foundation import migrations
from app.foundation.settings import Settings
from app.keys.first_start import first_start
from app.main import create_app
from tests.making import Client, Make, change
from tests.speakers.merges import fetched, merged, unmerged

OURS = "2026_11_25_speakers"


@pytest.fixture
async def lone(postgres: str, settings: Settings) -> AsyncIterator[Settings]:
    """Have settings of a service with a database of its own."""
    connection = await asyncpg.connect(postgres)
    name = f"going_back_{settings.data_dir.parent.name.replace('-', '_')}"
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    url = postgres.replace("/onrecord?", f"/{name}?", 1)
    await migrations.upgrade(url)
    yield settings.model_copy(update={"database_url": SecretStr(url)})
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def test_what_was_merged_before_can_be_unmerged_after_it(lone: Settings) -> None:
    assert lone.database_url is not None
    url = lone.database_url.get_secret_value()
    headers = {"Authorization": f"Bearer {await first_start(url, lone)}"}
    app = create_app(lone)
    async with (
        app.router.lifespan_context(app),
        Client(transport=ASGITransport(app), base_url="http://test", headers=headers) as client,
    ):
        make = Make(client)
        one, other, last = [await make.speaker() for _ in range(3)]
        mine, theirs = [await make.statement(speaker_id=by.id) for by in (one, other)]
        roles = [{"organization_id": by.id} for by in (other, one)]
        member = await make.speaker(affiliations=roles)
        await merged(client, one, last)
        await unmerged(client, one)
        await merged(client, one, other)
        await merged(client, other, last)
        came = await change(client, await fetched(client, theirs), occasion="A speech")
        assert came.status_code == 200

        script = ScriptDirectory.from_config(migrations.configuration())
        before = script.get_revision(OURS).down_revision
        await migrations.downgrade(url, str(before))
        await migrations.upgrade(url)

        assert (await client.get(one.path)).headers["Location"] == last.path
        await unmerged(client, one)
        await unmerged(client, other)
        now = [(await fetched(client, said)).body["speaker_id"] for said in (mine, theirs)]
        assert now == [one.id, other.id]
        assert (await fetched(client, member)).body["affiliations"] == member.body["affiliations"]
    assert [found.remedy for found in await findings(url)] == [None]
