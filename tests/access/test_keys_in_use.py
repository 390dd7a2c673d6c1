"""Keys in use: which are good, which are not, and that their secrets are seen nowhere."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import structlog
from fastapi import FastAPI
from httpx2 import ASGITransport, Response

from app.foundation.logging import REQUESTS, RequestLine
from tests.foundation.answers import problem
from tests.making import Client, Made, Make

READS = ("/v1/statements", "/v1/speakers?limit=1", "/v1/verdicts", "/v1/organizations")


async def ask(client: Client, path: str, authorization: str) -> Response:
    """Read with this header."""
    return await client.get(path, headers={"Authorization": authorization})


def refused(answer: Response) -> None:
    """See that an answer asks for another key."""
    problem(answer, 401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "onr_" not in answer.json()["detail"].replace("'Bearer onr_…'", "")


@pytest.mark.parametrize("path", [*READS, "/v1/api-keys"])
@pytest.mark.parametrize(
    "header",
    [
        "Bearer onr_unknown", "Bearer onr_", "Bearer", "Bearer ", "onr_x", "Basic dXNlcjpwYXNz",
        "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer  onr_x", "Token onr_x", "Bearer onr_\xff", "",
        "Bearer onr_" + "x" * 5000, "Bearer onr_x, Bearer onr_y",
    ],
    ids=range(13),
)  # fmt: skip
async def test_a_wrong_key_or_header_is_401_also_for_what_is_public(
    anonymous: Client, path: str, header: str
) -> None:
    answer = await anonymous.get(path, headers=[(b"Authorization", header.encode("latin-1"))])

    refused(answer)


@pytest.mark.parametrize("path", READS)
async def test_no_key_reads_what_is_public(anonymous: Client, path: str) -> None:
    assert (await anonymous.get(path)).status_code == 200


async def test_a_write_without_a_key_is_401_and_says_which_scope_it_needs(
    anonymous: Client,
) -> None:
    answer = await anonymous.post("/v1/speakers", json={"name": "A"})

    refused(answer)
    assert "'write'" in answer.json()["detail"]


async def test_the_scheme_may_be_written_in_any_case(anonymous: Client, make: Make) -> None:
    key = (await make.api_key()).body["key"]

    for header in (f"Bearer {key}", f"bearer {key}", f"BEARER {key}"):
        assert (await ask(anonymous, "/v1/statements", header)).status_code == 200


async def test_a_key_almost_right_is_wrong(anonymous: Client, make: Make) -> None:
    key = (await make.api_key()).body["key"]

    for other in (key[:-1], f"{key}x", key.swapcase(), key.replace("onr_", "onr_ ")):
        refused(await ask(anonymous, "/v1/statements", f"Bearer {other}"))


async def test_an_expired_key_stops_working(
    anonymous: Client, make: Make, database: asyncpg.Connection
) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made = await make.api_key(expires_at=soon)
    header = f"Bearer {made.body['key']}"
    assert (await ask(anonymous, "/v1/statements", header)).status_code == 200

    await database.execute("UPDATE api_key SET expires_at = now() WHERE id = $1", made.id)

    for path in READS:
        refused(await ask(anonymous, path, header))


async def test_a_revoked_key_stops_working_with_the_next_request(
    anonymous: Client, admin: Client, make: Make
) -> None:
    made = await make.api_key(role="admin")
    header = f"Bearer {made.body['key']}"
    assert (await ask(anonymous, "/v1/api-keys", header)).status_code == 200

    revoked = await admin.delete(made.path, headers=made.if_match)

    assert revoked.status_code == 204
    for path in (*READS, "/v1/api-keys"):
        refused(await ask(anonymous, path, header))
    post = await anonymous.post(
        "/v1/speakers", json={"name": "A"}, headers={"Authorization": header}
    )
    refused(post)


async def test_a_key_whose_role_is_changed_may_do_what_the_new_one_may(
    anonymous: Client, admin: Client, make: Make
) -> None:
    made = await make.api_key(role="reader")
    headers = {"Authorization": f"Bearer {made.body['key']}"}
    before = await anonymous.post("/v1/speakers", json={"name": "A"}, headers=headers)

    await admin.patch(made.path, json={"role": "editor"}, headers=made.if_match)
    after = await anonymous.post("/v1/speakers", json={"name": "A"}, headers=headers)

    assert (before.status_code, after.status_code) == (403, 201)


async def test_its_last_use_is_noted_to_the_minute(
    anonymous: Client, admin: Client, make: Make, database: asyncpg.Connection
) -> None:
    made = await make.api_key()
    header = f"Bearer {made.body['key']}"
    assert made.body["last_used_at"] is None

    await ask(anonymous, "/v1/statements", header)
    first = await admin.get(made.path)
    await ask(anonymous, "/v1/statements", header)
    second = await admin.get(made.path)
    await database.execute(
        "UPDATE api_key SET last_used_at = now() - interval '2 minutes' WHERE id = $1", made.id
    )
    await ask(anonymous, "/v1/statements", header)
    third = await admin.get(made.path)

    used = [datetime.fromisoformat(one.json()["last_used_at"]) for one in (first, second, third)]
    assert abs(datetime.now(UTC) - used[0]) < timedelta(minutes=1)
    assert used[0] == used[1] <= used[2]
    assert third.json()["version"] == 1


async def test_secrets_are_shown_once_and_kept_nowhere(
    admin: Client, make: Make, database: asyncpg.Connection
) -> None:
    made = await make.api_key(name="CMS")
    secret: str = made.body["key"]
    await admin.patch(made.path, json={"name": "The CMS"}, headers=made.if_match)

    shown = [await admin.get("/v1/api-keys"), await admin.get(made.path)]
    logged = await database.fetch(
        "SELECT document, public_document FROM change WHERE collection = 'api-keys'"
    )
    stored = await database.fetch("SELECT api_key::text FROM api_key")

    assert len(secret) >= 4 + 43
    texts = [*(one.text for one in shown), *(str(dict(row)) for row in (*logged, *stored))]
    assert made.body["prefix"] in texts[0]
    for text in texts:
        assert secret not in text
        assert secret[len(made.body["prefix"]) :] not in text
    for row in logged:
        assert row["public_document"] is None
        assert not {"key", "secret", "secret_hash"} & json.loads(row["document"]).keys()


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Have everything that is logged printed, whatever it is about."""
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer(default=str)],
        logger_factory=structlog.PrintLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    yield capsys
    structlog.configure(**before)


async def test_secrets_stay_out_of_the_logs(
    app: FastAPI,
    make: Make,
    printed: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    made: Made = await make.api_key()
    headers = {"Authorization": f"Bearer {made.body['key']}"}
    caplog.set_level("INFO", REQUESTS)

    async with Client(
        transport=ASGITransport(app), base_url="http://test", headers=headers
    ) as client:
        for path in ("/v1/statements", "/v1/nowhere", "/v1/speakers?limit=x"):
            await client.get(path)

    written = printed.readouterr()
    lines = [RequestLine().format(record) for record in caplog.records if record.name == REQUESTS]
    assert [json.loads(line)["path"] for line in lines][1] == "/v1/nowhere"
    assert made.body["key"] not in written.out + written.err + "".join(lines)


async def test_two_keys_are_never_alike(make: Make) -> None:
    made = [(await make.api_key()).body["key"] for _ in range(5)]

    assert len(set(made)) == 5
