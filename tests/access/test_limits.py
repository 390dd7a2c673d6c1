"""Limits: what a minute's budget is, whose it is, and what is answered when it is spent."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
import structlog
from fastapi import FastAPI
from httpx2 import ASGITransport, Response

from app.access.limits import Limits
from app.foundation.database import Database
from app.foundation.settings import Settings
from app.main import create_app
from tests.foundation.answers import NOBODY, problem
from tests.making import Client
from tests.setup.processes import Onrecord

AGES = 1e9
"""A window of thirty years: no test sees its end."""
LONG = 60.0
"""Seconds in which Postgres answers on a machine that is busy with other tests, too."""
ENOUGH = 5
"""Seconds in which thirty requests are answered many times over."""
PATH = "/v1/topics"
_ITEM = re.compile(rb'"(key|address|failures)"((?:;[a-z]+=(?:0|[1-9][0-9]{0,14}))+)')
_PARAMETER = re.compile(rb";([a-z]+)=([0-9]+)")


class Service:
    """A service with limits of its own, as one worker runs it."""

    def __init__(self, app: FastAPI) -> None:
        """Take the application."""
        self.app = app

    def client(self, host: str = "192.0.2.1", key: str | None = None) -> Client:
        """Call it from an address."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = ASGITransport(self.app, client=(host, 1))
        return Client(transport=transport, base_url="http://test", headers=headers)

    async def ask(self, times: int, host: str = "192.0.2.1", key: str | None = None) -> list[int]:
        """Ask so many times at once, and give the statuses."""
        async with self.client(host, key) as client:
            answers = await asyncio.gather(*(client.get(PATH) for _ in range(times)))
        return [answer.status_code for answer in answers]


Serve = Callable[..., Any]


@pytest.fixture
async def serve(settings: Settings, keys: dict[str, str], clean: None) -> AsyncIterator[Serve]:
    """Start services on the same database, each as a worker of its own."""
    async with AsyncExitStack() as stack:

        async def start(*, window: float = AGES, remembered: int = 1000, **limits: Any) -> Service:
            given = {f"rate_limit_{name}": limit for name, limit in limits.items()}
            chosen = settings.model_copy(update=given)
            app = create_app(chosen)
            await stack.enter_async_context(app.router.lifespan_context(app))
            database: Database = app.state.database
            app.state.limits = Limits(
                database, chosen, window=window, remembered=remembered, patience=LONG
            )
            return Service(app)

        yield start


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], list[dict[str, Any]]]]:
    """Have what is logged under a name."""
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer(default=str)],
        logger_factory=structlog.PrintLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )

    def read(event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in lines if line["event"] == event]

    yield read
    structlog.configure(**before)


def told(answer: Response) -> tuple[str, dict[str, int]]:
    """Read both headers as structured fields: the policy's name, and all parameters."""
    found: dict[str, int] = {}
    names = set()
    for header in ("RateLimit-Policy", "RateLimit"):
        item = _ITEM.fullmatch(answer.headers[header].encode())
        assert item is not None, answer.headers[header]
        names.add(item[1].decode())
        found |= {name.decode(): int(value) for name, value in _PARAMETER.findall(item[2])}
    (name,) = names
    return name, found


async def test_as_many_are_answered_as_the_limit_says_and_then_none(serve: Serve) -> None:
    service = await serve(address=100)

    statuses = await service.ask(130)

    assert (statuses.count(200), statuses.count(429)) == (100, 30)
    assert await service.ask(5) == [429] * 5


async def test_one_after_the_other_each_is_told_what_is_left(serve: Serve) -> None:
    service = await serve(address=20)

    async with service.client() as client:
        answers = [await client.get(PATH) for _ in range(22)]

    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 2
    left = [told(answer)[1]["r"] for answer in answers]
    assert left == [*range(19, -1, -1), 0, 0]


@pytest.mark.parametrize("limit", [1, 7, 100, 333])
async def test_two_workers_grant_the_limit_in_sum_and_no_more(serve: Serve, limit: int) -> None:
    one, other = await serve(address=limit), await serve(address=limit)

    first = await asyncio.gather(one.ask(limit // 2 + 1), other.ask(limit // 2 + 1))
    then = await asyncio.gather(one.ask(limit), other.ask(limit))

    assert sum(statuses.count(200) for statuses in (*first, *then)) == limit
    assert set(await one.ask(3) + await other.ask(3)) == {429}


async def test_a_worker_that_comes_later_finds_what_the_others_have_left(serve: Serve) -> None:
    first = await serve(address=50)
    assert (await first.ask(60)).count(200) == 50

    assert await (await serve(address=50)).ask(3) == [429] * 3


async def test_most_requests_ask_nothing_of_postgres(
    serve: Serve, database: asyncpg.Connection
) -> None:
    service = await serve(address=800)

    await service.ask(100)

    assert await database.fetchval("SELECT granted FROM allowance") == 100
    assert await database.fetchval("SELECT lease FROM allowance") == 100


async def test_the_problem_says_when_to_come_back(serve: Serve) -> None:
    service = await serve(address=1, window=60)

    async with service.client() as client:
        answers = [await client.get(PATH) for _ in range(3)]

    refused = next(answer for answer in answers if answer.status_code != 200)
    problem(refused, 429, "too-many-requests")
    name, parameters = told(refused)
    assert name == "address"
    assert (parameters["q"], parameters["w"], parameters["r"]) == (1, 60, 0)
    assert 1 <= parameters["t"] <= 60
    assert refused.headers["Retry-After"] == str(parameters["t"])


async def test_the_next_window_brings_a_new_budget(serve: Serve) -> None:
    service = await serve(address=1, window=0.5)
    while (await service.ask(1)) == [200]:
        pass

    await asyncio.sleep(0.6)

    assert await service.ask(1) == [200]


async def test_windows_are_those_of_the_databases_clock_and_the_same_for_all_workers(
    serve: Serve, database: asyncpg.Connection
) -> None:
    for number in range(2):
        await (await serve(address=100, window=60)).ask(1, f"192.0.2.{number}")

    rows = await database.fetch(
        "SELECT began_at = date_trunc('minute', began_at) AS whole,"
        " now() - began_at < interval '62 s' AS recent FROM allowance"
    )
    assert [tuple(row) for row in rows] == [(True, True)] * 2


async def test_a_clock_that_was_set_back_locks_nobody_out(
    serve: Serve, database: asyncpg.Connection
) -> None:
    await (await serve(address=5, window=60)).ask(9)
    await database.execute("UPDATE allowance SET began_at = began_at + interval '1 day'")

    assert await (await serve(address=5, window=60)).ask(1) == [200]


async def test_a_limit_that_was_lowered_holds_at_once(serve: Serve) -> None:
    await (await serve(address=100)).ask(60)

    assert await (await serve(address=10)).ask(2) == [429] * 2


async def test_each_address_and_each_key_has_a_budget_of_its_own(
    serve: Serve, keys: dict[str, str]
) -> None:
    service = await serve(address=3, key=5)

    for host in ("192.0.2.1", "192.0.2.2", "2001:db8::1"):
        assert (await service.ask(9, host)).count(200) == 3
    for role in ("reader", "editor"):
        assert (await service.ask(9, "192.0.2.1", keys[role])).count(200) == 5
    assert (await service.ask(9, "192.0.2.99", keys["reader"])) == [429] * 9


async def test_a_key_and_an_address_are_told_their_own_policy(
    serve: Serve, keys: dict[str, str]
) -> None:
    service = await serve(address=3, key=5)

    async with service.client() as one, service.client(key=keys["reader"]) as other:
        public, keyed = told(await one.get(PATH)), told(await other.get(PATH))

    assert (public[0], public[1]["q"], public[1]["r"]) == ("address", 3, 2)
    assert (keyed[0], keyed[1]["q"], keyed[1]["r"]) == ("key", 5, 4)


@pytest.mark.parametrize(
    ("one", "other", "is_one_site"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("no address", "<script>", True),
    ],
)
async def test_an_ipv6_address_counts_as_its_site(
    serve: Serve, one: str, other: str, *, is_one_site: bool
) -> None:
    service = await serve(address=1)

    assert await service.ask(1, one) == [200]
    assert await service.ask(1, other) == [429 if is_one_site else 200]


async def test_every_answer_tells_also_when_it_is_a_refusal(
    serve: Serve, keys: dict[str, str]
) -> None:
    service = await serve(address=50, key=50)
    missing = f"{PATH}/{NOBODY}"

    async with service.client() as client, service.client(key=keys["reader"]) as keyed:
        answers = {
            404: await client.get(missing),
            401: await client.post(PATH, json={}),
            422: await client.get("/v1/statements?kind=odd"),
            400: await client.get(f"{PATH}?cursor=odd"),
            403: await keyed.post(PATH, json={}),
            200: await client.head(PATH),
            304: await keyed.get(PATH, headers={"If-None-Match": "*"}),
        }

    for status, answer in answers.items():
        assert answer.status_code in {status, 200}
        assert told(answer)[1]["q"] == 50, status


async def test_a_refused_write_does_nothing(
    serve: Serve, keys: dict[str, str], admin: Client
) -> None:
    service = await serve(key=1)
    body = {"key": "limited", "labels": {"en": "Limited"}}
    await service.ask(1, key=keys["editor"])

    async with service.client(key=keys["editor"]) as editor:
        refused = await editor.post(PATH, json=body)

    problem(refused, 429, "too-many-requests")
    assert (await admin.get(f"{PATH}?key=limited")).json().get("items", []) == []


async def test_what_is_not_the_api_is_not_limited(serve: Serve) -> None:
    service = await serve(address=1)
    await service.ask(2)

    async with service.client() as client:
        for path in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/problems/not-found"):
            answer = await client.get(path)
            assert answer.status_code == 200, path
            assert "RateLimit" not in answer.headers


async def test_no_limit_is_no_limit_and_tells_nothing(
    serve: Serve, keys: dict[str, str], database: asyncpg.Connection
) -> None:
    service = await serve(address=0, key=0, failures=0)

    assert set(await service.ask(50)) == {200}
    assert set(await service.ask(50, key=keys["reader"])) == {200}
    assert set(await service.ask(50, key="onr_wrong")) == {401}
    async with service.client() as client:
        assert "RateLimit" not in (await client.get(PATH)).headers
    assert await database.fetchval("SELECT count(*) FROM allowance") == 0


async def test_wrong_credentials_are_429_after_a_while_and_good_ones_go_on_working(
    serve: Serve, keys: dict[str, str]
) -> None:
    service = await serve(failures=10)

    wrong = await service.ask(15, key="onr_wrong")

    assert (wrong.count(401), wrong.count(429)) == (10, 5)
    assert await service.ask(2, key="onr_another") == [429] * 2
    assert await service.ask(2, key=keys["reader"]) == [200] * 2
    assert await service.ask(2) == [200] * 2
    assert await service.ask(1, "192.0.2.2", "onr_wrong") == [401]


async def test_a_wrong_credential_is_told_how_many_more_may_be_wrong(serve: Serve) -> None:
    service = await serve(failures=2)

    async with service.client(key="onr_wrong") as client:
        answers = [await client.get(PATH) for _ in range(3)]

    problem(answers[0], 401, "unauthorized")
    problem(answers[2], 429, "too-many-requests")
    assert [told(answer)[1]["r"] for answer in answers] == [1, 0, 0]
    assert {told(answer)[0] for answer in answers} == {"failures"}
    assert int(answers[2].headers["Retry-After"]) >= 1


async def test_no_credential_where_one_is_needed_is_no_failure(serve: Serve) -> None:
    service = await serve(failures=1, address=100)

    async with service.client() as client:
        answers = [await client.post(PATH, json={}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401] * 3
    assert told(answers[2])[0] == "address"


async def test_a_wrong_credential_is_logged_without_any_of_it(
    serve: Serve, log: Callable[[str], list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    service = await serve(failures=5)

    async with service.client("192.0.2.66") as client:
        for header in ("Bearer onr_abcdefghijkl", "Basic abcdefghijkl", "abcdefghijkl"):
            refused = await client.get(PATH, headers={"Authorization": header})

    lines = log("refused credential")
    assert [line["reason"] for line in lines] == ["unknown", "malformed", "malformed"]
    assert {line["address"] for line in lines} == {"192.0.2.66"}
    assert lines[-1]["request_id"] == refused.headers["X-Request-Id"]
    assert "abcd" not in json.dumps(lines)


async def test_who_is_limited_is_logged_once(
    serve: Serve, log: Callable[[str], list[dict[str, Any]]]
) -> None:
    service = await serve(address=3)

    await service.ask(20, "192.0.2.66")

    (line,) = log("limited")
    assert (line["policy"], line["caller"], line["limit"]) == ("address", "192.0.2.66", 3)


async def test_memory_is_bounded_and_forgetting_grants_nobody_more(serve: Serve) -> None:
    service = await serve(address=10, remembered=5)
    granted = 0

    for round_ in range(12):
        granted += (await service.ask(1)).count(200)
        for number in range(8):
            assert (await service.ask(1, f"198.51.100.{number}")) in ([200], [429]), round_

    assert len(service.app.state.limits) == 5
    assert 1 <= granted <= 10


async def test_windows_that_are_over_are_deleted(
    serve: Serve, database: asyncpg.Connection
) -> None:
    await (await serve(address=10, window=60)).ask(1, "192.0.2.1")
    await database.execute("UPDATE allowance SET began_at = began_at - interval '3 minutes'")

    await (await serve(address=10, window=60)).ask(1, "192.0.2.2")

    assert await database.fetchval("SELECT count(*) FROM allowance") == 1


async def test_more_of_them_than_are_deleted_at_once_are_deleted_soon(
    serve: Serve, database: asyncpg.Connection
) -> None:
    await database.execute(
        "INSERT INTO allowance SELECT sha256(n::text::bytea), now() - interval '1 hour', 1, 1"
        " FROM generate_series(1, 7000) n"
    )
    service = await serve(address=10, window=60)

    for number in range(2):
        await service.ask(1, f"192.0.2.{number}")

    assert await database.fetchval("SELECT count(*) FROM allowance") == 2


async def test_without_the_table_each_worker_counts_on_its_own(
    serve: Serve, database: asyncpg.Connection, log: Callable[[str], list[dict[str, Any]]]
) -> None:
    service = await serve(address=4)
    await database.execute("ALTER TABLE allowance RENAME TO elsewhere")
    try:
        statuses = await service.ask(9) + await service.ask(1, "192.0.2.2")
    finally:
        await database.execute("ALTER TABLE elsewhere RENAME TO allowance")

    assert (statuses.count(200), statuses.count(429)) == (5, 5)
    assert [line["reason"] for line in log("counting alone")] == ["ProgrammingError"]


async def test_without_postgres_the_answer_is_503(settings: Settings, clean: None) -> None:
    nowhere = Settings(**(settings.model_dump() | {"database_url": "postgresql://127.0.0.1:1/x"}))
    app = create_app(nowhere)

    async with app.router.lifespan_context(app), Service(app).client() as client:
        answer = await client.get(PATH)

    problem(answer, 503, "unavailable")


def test_every_operation_of_the_api_declares_that_it_may_be_limited() -> None:
    document = create_app(Settings(_env_file=None)).openapi()

    for path, item in document["paths"].items():
        for method, operation in item.items():
            is_limited = path.startswith(("/v1/", "/oembed", "/reconcile"))
            assert ("429" in operation["responses"]) == is_limited, (method, path)


@pytest.fixture
def onrecord(tmp_path: Path) -> Iterator[Onrecord]:
    """Give the command, and end whatever it left."""
    command = Onrecord(tmp_path, tmp_path / "data")
    yield command
    command.end_all()


async def statuses(url: str, times: int, forwarded: Callable[[int], str]) -> list[int]:
    """Ask over a new connection each time, so that every worker is asked, for others."""
    found = []
    never_twice = httpx2.Limits(max_keepalive_connections=0)
    async with httpx2.AsyncClient(base_url=url, limits=never_twice) as client:
        for number in range(times):
            answer = await client.get(PATH, headers={"X-Forwarded-For": forwarded(number)})
            found.append(answer.status_code)
    return found


async def in_a_fresh_minute(url: str) -> None:
    """Wait until this minute has enough left for a test."""
    async with httpx2.AsyncClient(base_url=url) as client:
        while True:
            answer = await client.get(PATH, headers={"X-Forwarded-For": "203.0.113.9"})
            left = told(answer)[1]["t"]
            if left >= ENOUGH:
                return
            await asyncio.sleep(left)


async def test_two_processes_hold_one_limit_whatever_address_a_client_claims(
    onrecord: Onrecord, database_url: str, settings: Settings, keys: dict[str, str], clean: None
) -> None:
    assert settings.secret is not None
    given = {
        "DATABASE_URL": database_url, "ONRECORD_SECRET": settings.secret.get_secret_value(),
        "ONRECORD_RATE_LIMIT_ADDRESS": "10", "ONRECORD_TRUSTED_PROXIES": "203.0.113.1",
    }  # fmt: skip
    service = onrecord.serve(ONRECORD_WORKERS="2", **given)
    url = f"http://127.0.0.1:{service.port}"
    await in_a_fresh_minute(url)

    found = await statuses(url, 30, lambda number: f"198.51.100.{number}")

    assert found.count(200) in {9, 10}
    assert found[-10:] == [429] * 10


async def test_behind_a_trusted_proxy_each_address_has_its_own_budget(
    onrecord: Onrecord, database_url: str, settings: Settings, keys: dict[str, str], clean: None
) -> None:
    assert settings.secret is not None
    given = {
        "DATABASE_URL": database_url, "ONRECORD_SECRET": settings.secret.get_secret_value(),
        "ONRECORD_RATE_LIMIT_ADDRESS": "4", "ONRECORD_TRUSTED_PROXIES": "127.0.0.1",
    }  # fmt: skip
    service = onrecord.serve(**given)
    url = f"http://127.0.0.1:{service.port}"
    await in_a_fresh_minute(url)

    claimed = await statuses(url, 6, lambda number: f"10.0.0.{number}, 198.51.100.1")
    others = await statuses(url, 6, lambda number: f"198.51.100.{100 + number}")

    assert claimed == [200] * 4 + [429] * 2
    assert others == [200] * 6
