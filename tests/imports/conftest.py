"""Sending files to be imported, and working on them at once."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI

from app.foundation.settings import Settings
from app.imports.working import Importer
from tests.making import Client, Json

NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Bring:
    """Imports files, and gives what became of them."""

    importer: Importer

    async def __call__(
        self, client: Client, body: bytes, media: str = NDJSON, **given: Any
    ) -> Json:
        """Send a file, have it carried out, and fetch the import."""
        sent = await client.post(
            "/v1/imports", content=body, headers={"Content-Type": media}, params=given
        )
        assert sent.status_code == 201, sent.text
        await self.importer.look()
        found: Json = (await client.get(sent.headers["Location"])).json()
        return found

    async def rows(self, client: Client, *rows: Json, **given: Any) -> Json:
        """Import rows of NDJSON."""
        return await self(client, lines(*rows), **given)


def lines(*rows: Json) -> bytes:
    """Write rows as NDJSON."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def of(collection: str, **document: Any) -> Json:
    """Make a row of a resource."""
    return {"collection": collection, "document": document}


def counts(job: Json) -> dict[str, int]:
    """Give what was counted, without what is none."""
    names = ("rows_read", "made", "unchanged", "refused", "waiting", "warnings")
    return {name: job[name] for name in names if job[name]}


async def report(client: Client, job: Json) -> list[Json]:
    """Fetch the report of an import."""
    answer = await client.get(f"/v1/imports/{job['id']}/report")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == NDJSON
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture
def bring(app: FastAPI, settings: Settings, clean: None) -> Bring:
    """Have files imported."""
    return Bring(Importer(app.state.database, settings))
