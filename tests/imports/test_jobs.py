"""Imports as jobs: sent, listed, carried out once, cancelled, and bounded."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import FastAPI
from httpx2 import Response

from app.foundation.settings import Settings
from app.imports.working import Importer
from app.main import create_app
from tests.imports.conftest import NDJSON, Bring, counts, lines, of, report
from tests.imports.test_reading_claimreview import GOOD
from tests.making import Client, Json, Make

ROW: Json = {"text": "So many", "language": "en", "speaker_is_anonymous": True}


def many(amount: int) -> bytes:
    """Write statements."""
    return lines(*({**ROW, "ref": f"s-{number}"} for number in range(amount)))


@asynccontextmanager
async def held(database: asyncpg.Connection, ref: str, whose: Any) -> AsyncIterator[None]:
    """Hold a reference of an organisation's, as who is about to record it does."""
    held = database.transaction()
    await held.start()
    await database.execute(
        "INSERT INTO statement (id, organization_id, ref, text, language, kind, utterance,"
        " speaker_is_anonymous, checkability_state, state, visibility, origin, revision)"
        " VALUES (gen_random_uuid(), $1, $2, 'x', 'en', 'factual', 'quote', true, 'undecided',"
        " 'captured', 'internal', 'human', 1)",
        whose,
        ref,
    )
    try:
        yield
    finally:
        await held.rollback()


async def waits(database: asyncpg.Connection) -> None:
    """Wait until somebody waits for what is held."""
    for _ in range(1000):
        if await database.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError


async def test_a_file_is_kept_and_waits(contributor: Client, reader: Client) -> None:
    sent = await contributor.post("/v1/imports", content=many(3), headers={"Content-Type": NDJSON})

    assert (sent.status_code, sent.json()["state"]) == (201, "queued")
    listed = (await reader.get("/v1/imports?state=queued&count=true")).json()
    assert listed["items"] == [sent.json()]
    assert listed["count"] == {"value": 1, "exact": True}
    again = await reader.get(
        sent.headers["Location"], headers={"If-None-Match": sent.headers["ETag"]}
    )
    assert again.status_code == 304
    empty = await reader.get(f"{sent.headers['Location']}/report")
    assert (empty.status_code, empty.content) == (200, b"")
    head = await reader.head(f"{sent.headers['Location']}/report")
    assert (head.status_code, head.content) == (200, b"")


async def test_what_is_taken_is_a_file_of_a_known_sort(contributor: Client) -> None:
    async def status(media: str, body: bytes = b"{}", coding: str = "identity") -> int:
        given = {"Content-Type": media, "Content-Encoding": coding}
        return (await contributor.post("/v1/imports", content=body, headers=given)).status_code

    assert await status("application/xml") == 415
    assert await status(NDJSON, coding="gzip") == 415
    assert await status("text/csv", b"") == 422
    assert await status("text/csv; charset=utf-8") == 201


async def test_a_file_has_its_bounds(
    settings: Settings, keys: dict[str, str], app_client: Any, clean: None
) -> None:
    small = {"import_max_bytes": 5000, "import_whole_bytes": 2000, "max_body_bytes": 1024}
    made = create_app(settings.model_copy(update=small))
    async with made.router.lifespan_context(made):
        client = app_client(keys["admin"])
        client._transport.app = made  # noqa: SLF001 - the same caller, of another application.

        async def status(media: str, amount: int) -> int:
            body, given = b"x" * amount, {"Content-Type": media}
            answer: Response = await client.post("/v1/imports", content=body, headers=given)
            return answer.status_code

        assert await status(NDJSON, 5000) == 201
        assert await status(NDJSON, 5001) == 413
        assert await status("text/html", 2001) == 413
        del client.headers["Authorization"]
        assert await status(NDJSON, 1025) == 413


async def test_only_so_many_of_an_organisation_wait(
    app: FastAPI, settings: Settings, contributor: Client, stranger: Client, bring: Bring
) -> None:
    app.state.settings = settings.model_copy(update={"import_open": 2})
    try:
        headers = {"Content-Type": NDJSON}
        sent = [
            await contributor.post("/v1/imports", content=many(1), headers=headers)
            for _ in range(3)
        ]
        await bring.importer.look()
        later = await contributor.post("/v1/imports", content=many(1), headers=headers)
    finally:
        app.state.settings = settings

    assert [one.status_code for one in sent] == [201, 201, 409]
    assert later.status_code == 201


async def test_sending_it_again_by_its_key_keeps_one(contributor: Client, bring: Bring) -> None:
    headers = {"Content-Type": NDJSON, "Idempotency-Key": "once"}

    first = await contributor.post("/v1/imports", content=many(2), headers=headers)
    again = await contributor.post("/v1/imports", content=many(2), headers=headers)
    other = await contributor.post("/v1/imports", content=many(3), headers=headers)

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 422
    assert len((await contributor.get("/v1/imports")).json()["items"]) == 1


async def test_what_is_cancelled_stops_where_it_is(
    contributor: Client, stranger: Client, make: Make, bring: Bring
) -> None:
    sent = await contributor.post("/v1/imports", content=many(2), headers={"Content-Type": NDJSON})
    path = f"{sent.headers['Location']}/cancel"

    assert (await stranger.post(path)).status_code == 404
    cancelled = await contributor.post(path)
    await bring.importer.look()

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (await contributor.post(path)).status_code == 409
    found = (await contributor.get(sent.headers["Location"])).json()
    assert (found["state"], found["rows_read"]) == ("cancelled", 0)


async def begun(
    contributor: Client, bring: Bring, database: asyncpg.Connection, rows: int
) -> tuple[UUID, str, UUID]:
    """Begin an import of so many statements; give its id and address, and whose they are."""
    sent = await contributor.post(
        "/v1/imports", content=many(rows), headers={"Content-Type": NDJSON}
    )
    job_id = UUID(sent.json()["id"])
    assert await bring.importer.goes_on(job_id)
    whose = await database.fetchval("SELECT organization_id FROM statement LIMIT 1")
    return job_id, sent.headers["Location"], whose


async def test_what_is_cancelled_while_it_is_worked_on_stays_where_it_was(
    contributor: Client, bring: Bring, database: asyncpg.Connection
) -> None:
    job_id, path, whose = await begun(contributor, bring, database, 600)
    async with held(database, "s-550", whose):
        working = asyncio.ensure_future(bring.importer.goes_on(job_id))
        await waits(database)

        cancelled = await contributor.post(f"{path}/cancel")

    assert (cancelled.status_code, cancelled.json()["rows_read"]) == (200, 500)
    assert not await working
    assert (await contributor.get(path)).json() == cancelled.json()
    assert await database.fetchval("SELECT count(*) FROM statement") == 500


async def test_what_was_cut_short_goes_on_exactly_where_it_was(
    app: FastAPI,
    settings: Settings,
    contributor: Client,
    bring: Bring,
    database: asyncpg.Connection,
) -> None:
    job_id, path, whose = await begun(contributor, bring, database, 1200)
    async with held(database, "s-700", whose):
        working = asyncio.ensure_future(bring.importer.goes_on(job_id))
        await waits(database)
        working.cancel()
        await asyncio.wait([working])

    assert counts((await contributor.get(path)).json()) == {"rows_read": 500, "made": 500}
    await bring.importer.look()

    job = (await contributor.get(path)).json()
    assert (job["state"], counts(job)) == ("done", {"rows_read": 1200, "made": 1200})
    assert await database.fetchval("SELECT count(*) FROM statement") == 1200
    assert (
        await database.fetchval("SELECT count(*) FROM change WHERE collection = 'statements'")
        == 1200
    )


async def test_a_key_that_was_revoked_ends_it(
    admin: Client, make: Make, bring: Bring, app_client: Any
) -> None:
    key = await make.api_key(role="contributor")
    client = app_client(key.body["key"])
    sent = await client.post("/v1/imports", content=many(2), headers={"Content-Type": NDJSON})
    await admin.delete(key.path, headers={"If-Match": "*"})

    await bring.importer.look()

    found = (await admin.get(sent.headers["Location"])).json()
    assert (found["state"], found["made"]) == ("failed", 0)
    assert "key" in found["failure"]


async def test_many_processes_make_nothing_twice(
    app: FastAPI, settings: Settings, contributor: Client, database: asyncpg.Connection
) -> None:
    headers = {"Content-Type": NDJSON}
    sent = [
        await contributor.post("/v1/imports", content=many(1200), headers=headers) for _ in range(2)
    ]
    importers = [Importer(app.state.database, settings) for _ in range(3)]

    await asyncio.gather(*(one.look() for one in importers))
    await importers[0].look()

    jobs = [(await contributor.get(one.headers["Location"])).json() for one in sent]
    assert [job["state"] for job in jobs] == ["done", "done"]
    assert sum(job["made"] for job in jobs) == 1200, [counts(job) for job in jobs]
    assert sum(job["unchanged"] for job in jobs) == 1200
    assert await database.fetchval("SELECT count(*) FROM statement") == 1200
    assert await database.fetchval("SELECT count(*) FROM import_piece") == 0


async def test_what_two_imports_bring_at_once_is_made_once(
    app: FastAPI, settings: Settings, editor: Client, database: asyncpg.Connection
) -> None:
    bare = {**GOOD, "itemReviewed": None}
    reviews = [bare | {"claimReviewed": f"Claim {number}"} for number in range(40)]
    body, headers = json.dumps(reviews).encode(), {"Content-Type": "application/ld+json"}
    sent = [await editor.post("/v1/imports", content=body, headers=headers) for _ in range(2)]
    ids = [UUID(one.json()["id"]) for one in sent]
    importers = [Importer(app.state.database, settings) for _ in range(2)]

    await asyncio.gather(*(one.goes_on(job) for one, job in zip(importers, ids, strict=True)))
    await importers[0].look()

    jobs = [(await editor.get(one.headers["Location"])).json() for one in sent]
    assert [job["state"] for job in jobs] == ["done", "done"], jobs
    assert sorted(job["made"] for job in jobs) == [0, 40]
    imported = "SELECT count(*) FROM organization WHERE is_imported"
    assert await database.fetchval(imported) == 1


async def test_a_service_carries_it_out_by_itself(
    settings: Settings, keys: dict[str, str], contributor: Client
) -> None:
    sent = await contributor.post("/v1/imports", content=many(2), headers={"Content-Type": NDJSON})
    made = create_app(settings.model_copy(update={"import_every": 0.01}))

    async with made.router.lifespan_context(made):
        for _ in range(500):
            found = (await contributor.get(sent.headers["Location"])).json()
            if found["state"] == "done":
                break
            await asyncio.sleep(0.01)

    assert counts(found) == {"rows_read": 2, "made": 2}


async def test_a_row_that_never_ends_fails_the_rest_and_keeps_what_was_read(
    contributor: Client, bring: Bring
) -> None:
    job = await bring(contributor, many(600) + b'{"text": "' + b"x" * 5_000_000)

    assert job["state"] == "failed"
    assert "longer than" in job["failure"]
    assert job["made"] == 500


async def test_a_long_report_is_whole(contributor: Client, bring: Bring) -> None:
    job = await bring.rows(contributor, *(of("speakers", name="") for _ in range(1203)))

    assert counts(job) == {"rows_read": 1203, "refused": 1203}
    told = await report(contributor, job)
    assert [line["row"] for line in told] == list(range(1, 1204))


async def test_a_dry_run_that_is_cancelled_keeps_nothing(
    contributor: Client, bring: Bring, database: asyncpg.Connection
) -> None:
    sent = await contributor.post(
        "/v1/imports?dry_run=true", content=many(5000), headers={"Content-Type": NDJSON}
    )
    working = asyncio.ensure_future(bring.importer.look())
    for _ in range(1000):
        if (await contributor.get(sent.headers["Location"])).json()["rows_read"]:
            break
        await asyncio.sleep(0.01)

    cancelled = await contributor.post(f"{sent.headers['Location']}/cancel")
    await working

    assert cancelled.status_code == 200
    assert 0 < cancelled.json()["rows_read"] < 5000
    assert await database.fetchval("SELECT count(*) FROM statement") == 0


async def test_a_dry_run_takes_no_longer_than_it_may(
    app: FastAPI, settings: Settings, contributor: Client, database: asyncpg.Connection
) -> None:
    sent = await contributor.post(
        "/v1/imports?dry_run=true", content=many(1200), headers={"Content-Type": NDJSON}
    )
    hasty = settings.model_copy(update={"import_dry_run_seconds": 0.001})

    await Importer(app.state.database, hasty).look()

    job = (await contributor.get(sent.headers["Location"])).json()
    assert (job["state"], counts(job)) == ("failed", {"rows_read": 500, "made": 500})
    assert "0.001 seconds" in job["failure"]
    assert await database.fetchval("SELECT count(*) FROM statement") == 0


@pytest.mark.parametrize("dry_run", ["yes", "1", ""])
async def test_what_cannot_be_asked_is_refused(contributor: Client, dry_run: str) -> None:
    answer = await contributor.post(
        f"/v1/imports?dry_run={dry_run}", content=b"{}", headers={"Content-Type": NDJSON}
    )

    assert answer.status_code == 422
