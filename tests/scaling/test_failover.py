"""The primary is lost, a replica is promoted: the service goes on, and nobody restarts it."""

import asyncio
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response

from app.foundation.positions import HEADER
from tests.making import Client
from tests.scaling.conftest import Counted, Made, Service, Serving, paired
from tests.scaling.servers import Pair, url_of

NEW = {"kind": "person", "name": "Whoever"}


@pytest.fixture
def pair(made: Made) -> Iterator[Pair]:
    """Have a primary and a replica of each test's own, which ends one of them."""
    with paired(made) as found:
        yield found


async def until_written(editor: Client) -> Response:
    """Write until it is done; meanwhile, one is told to try again."""
    deadline = time.monotonic() + 60
    while (answer := await editor.post("/v1/speakers", json=NEW)).status_code != 201:
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["Retry-After"]) >= 1
        assert time.monotonic() < deadline, "nothing can be written"
        await asyncio.sleep(0.1)
    return answer


async def busy(service: Service) -> None:
    """Fill the pools with connections, which a failover cuts."""
    editor, public = await service.caller("editor"), await service.caller(None)
    asked = [client.get("/v1/speakers") for client in (editor, public) for _ in range(8)]
    asked += [editor.post("/v1/speakers", json=NEW) for _ in range(4)]
    assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200, 201}


async def test_a_promoted_replica_is_written_to_without_a_restart(
    serving: Serving, pair: Pair
) -> None:
    both = url_of(pair.primary, pair.replica)
    async with serving(both) as service:
        editor, public = await service.caller("editor"), await service.caller(None)
        await busy(service)
        pair.catch_up()

        pair.primary.stop(signal.SIGKILL)
        for answer in (
            await editor.post("/v1/speakers", json=NEW),
            await public.get("/v1/speakers"),
            await public.get("/readyz"),
        ):
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) >= 1
        pair.replica.sql("SELECT pg_promote()")

        written = await until_written(editor)
        path = f"/v1/speakers/{written.json()['id']}"
        assert (await public.get(path)).status_code == 200
        assert (await public.get("/readyz")).json() == {"status": "ok"}


async def test_the_public_reads_on_while_there_is_no_primary(serving: Serving, pair: Pair) -> None:
    both = url_of(pair.primary, pair.replica)
    async with serving(both, replica_url=pair.replica.url) as service:
        await service.look()
        editor, public = await service.caller("editor"), await service.caller(None)
        await busy(service)
        pair.catch_up()
        before = (await editor.post("/v1/speakers", json=NEW)).headers[HEADER]
        pair.catch_up()

        pair.primary.stop(signal.SIGKILL)
        counted = Counted()
        for _ in range(3):
            await service.look()
            assert (await public.get("/v1/speakers")).status_code == 200
        seen = await public.get("/v1/speakers", headers={HEADER: before})
        ready = await public.get("/readyz")
        refused = await editor.post("/v1/speakers", json=NEW)

        assert counted.by() == {"replica": 4}
        assert (seen.status_code, refused.status_code) == (200, 503)
        assert ready.json() == {"status": "reads only"}

        pair.replica.sql("SELECT pg_promote()")
        written = await until_written(editor)
        await service.look()
        told = {HEADER: written.headers[HEADER]}
        path = f"/v1/speakers/{written.json()['id']}"
        assert (await public.get(path, headers=told)).status_code == 200
        assert (await public.get("/v1/speakers", headers={HEADER: before})).status_code == 200
        assert counted.by() == {"replica": 6}


async def test_what_a_lost_primary_had_alone_is_not_waited_for(
    serving: Serving, pair: Pair
) -> None:
    both = url_of(pair.primary, pair.replica)
    async with serving(both, replica_url=pair.replica.url, replica_wait=30) as service:
        await service.look()
        editor, public = await service.caller("editor"), await service.caller(None)
        pair.hold()
        pair.replica.stop()
        lost = await editor.post("/v1/speakers", json=NEW)
        pair.primary.stop(signal.SIGKILL)
        pair.replica.start()
        pair.replica.sql("SELECT pg_promote()")
        await until_written(editor)
        await service.look()

        began = time.monotonic()
        path = f"/v1/speakers/{lost.json()['id']}"
        answer = await public.get(path, headers={HEADER: lost.headers[HEADER]})

        assert answer.status_code == 404
        assert time.monotonic() - began < 10


async def test_a_replica_that_was_never_there_is_no_matter(serving: Serving, pair: Pair) -> None:
    nowhere = "postgresql://nobody:hidden@127.0.0.1:9/nothing"
    async with serving(pair.primary.url, replica_url=nowhere) as service:
        await service.look()
        public = await service.caller(None)

        assert (await public.get("/v1/speakers")).status_code == 200
        assert (await public.get("/readyz")).json() == {"status": "ok"}


async def test_a_standby_alone_is_not_taken_for_the_primary(serving: Serving, pair: Pair) -> None:
    async with serving(pair.replica.url) as service:
        editor = await service.caller("editor")

        assert (await editor.post("/v1/speakers", json=NEW)).status_code == 503
        assert (await editor.get("/readyz")).status_code == 503


async def test_a_vanished_machine_is_noticed_in_seconds(serving: Serving, pair: Pair) -> None:
    """The kernel gives up what isn't acknowledged (TCP_USER_TIMEOUT), and asks what is silent."""
    async with (
        serving(pair.primary.url) as service,
        service.database.reads.connection() as connection,
    ):
        inner: Any = connection
        plug: socket.socket = inner._transport.get_extra_info("socket")  # noqa: SLF001 -- no other way
        assert plug.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
        assert plug.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
