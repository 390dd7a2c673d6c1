"""Anybody can send requests, and nobody too many of them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from httpx2 import ASGITransport, Response

from app.access.limits import Limits
from app.foundation.settings import Settings
from app.main import create_app
from tests.access.test_limits import AGES, LONG
from tests.foundation.answers import problem
from tests.making import Client, Made

PATH = "/v1/correction-requests"
Serve = Callable[..., Any]


class Service:
    """A service with limits of its own, whose windows never end."""

    def __init__(self, app: Any, verdict: Made) -> None:
        """Take the application, and what is said to be wrong."""
        self.app, self.body = app, {"verdict_id": verdict.id, "message": "No"}

    async def send(
        self, times: int, host: str = "192.0.2.1", key: str | None = None, **given: Any
    ) -> list[Response]:
        """Send so many requests from an address."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = ASGITransport(self.app, client=(host, 1))
        async with Client(transport=transport, base_url="http://t", headers=headers) as client:
            return [await client.post(PATH, json=self.body | given) for _ in range(times)]

    async def read(self, host: str = "192.0.2.1") -> Response:
        """Read something from an address."""
        transport = ASGITransport(self.app, client=(host, 1))
        async with Client(transport=transport, base_url="http://t") as client:
            return await client.get("/v1/topics")


@pytest.fixture
async def serve(settings: Settings, verdict: Made) -> AsyncIterator[Serve]:
    """Start services on the same database, each as a worker of its own."""
    async with AsyncExitStack() as stack:

        async def start(limit: int, **others: int) -> Service:
            given = {f"rate_limit_{name}": value for name, value in others.items()}
            given |= {"rate_limit_correction_requests": limit}
            chosen = settings.model_copy(update=given)
            app = create_app(chosen)
            await stack.enter_async_context(app.router.lifespan_context(app))
            app.state.limits = Limits(app.state.database, chosen, window=AGES, patience=LONG)
            return Service(app, verdict)

        yield start


def statuses(answers: list[Response]) -> list[int]:
    """Tell the statuses of answers."""
    return [answer.status_code for answer in answers]


async def test_an_address_may_send_so_many_in_a_minute_and_reads_on(serve: Serve) -> None:
    service = await serve(3)

    answers = await service.send(5)

    assert statuses(answers) == [201] * 3 + [429] * 2
    refused = problem(answers[4], 429, "too-many-requests")
    assert refused["errors"] == []
    assert int(answers[4].headers["Retry-After"]) >= 1
    policies = {answer.headers["RateLimit-Policy"] for answer in answers}
    assert len(policies) == 1
    assert policies.pop().startswith('"correction_requests";q=3;w=')
    left = [answer.headers["RateLimit"].split(";")[1] for answer in answers]
    assert left == ["r=2", "r=1", "r=0", "r=0", "r=0"]
    reading = await service.read()
    assert (reading.status_code, reading.headers["RateLimit"][:9]) == (200, '"address"')
    assert statuses(await service.send(1, host="192.0.2.2")) == [201]


async def test_workers_grant_the_limit_together(serve: Serve) -> None:
    one, other = await serve(4), await serve(4)

    answers = [*await one.send(3), *await other.send(3)]

    assert statuses(answers).count(201) == 4


async def test_what_is_refused_counts_too(serve: Serve) -> None:
    service = await serve(2)

    assert statuses(await service.send(3, message="")) == [422, 422, 429]


async def test_who_has_a_key_is_not_counted_here(serve: Serve, keys: dict[str, str]) -> None:
    service = await serve(1)

    assert statuses(await service.send(3, key=keys["reader"])) == [201] * 3
    assert statuses(await service.send(2)) == [201, 429]


async def test_a_request_is_counted_among_all_that_its_address_asks(serve: Serve) -> None:
    service = await serve(0, address=3)

    answers = await service.send(4)

    assert statuses(answers) == [201] * 3 + [429]
    assert answers[0].headers["RateLimit"].startswith('"address"')


def test_the_default_is_ten_a_minute() -> None:
    assert Settings(_env_file=None).rate_limit_correction_requests == 10
