"""Reads that a replica answers, and those who wrote see what they wrote."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest
from httpx2 import Response

from app.foundation.positions import HEADER
from app.foundation.reads import Query
from app.foundation.routing import Route, Routed
from tests.scaling.conftest import Counted, Service, Serving
from tests.scaling.servers import Pair

HELD = "primary, replica behind"
AWAY = "primary, replica away"


@pytest.fixture
def held(pair: Pair) -> Iterator[Pair]:
    """Have a replica that replays nothing while the test runs."""
    pair.hold()
    yield pair
    pair.go_on()


async def added(service: Service, name: str) -> Response:
    """Add a speaker, as an editor."""
    editor = await service.caller("editor")
    answer = await editor.post("/v1/speakers", json={"kind": "person", "name": name})
    assert answer.status_code == 201, answer.text
    return answer


def where(answer: Response) -> str:
    """Name the address of what was added."""
    return f"/v1/speakers/{answer.json()['id']}"


async def test_the_replica_answers_the_public(service: Service, pair: Pair) -> None:
    answer = await added(service, "Read there")
    pair.catch_up()
    counted, public = Counted(), await service.caller(None)

    assert (await public.get(where(answer))).json()["name"] == "Read there"
    assert counted.by() == {"replica": 1}


async def test_a_change_that_shows_late_on_the_replica_is_not_304(
    service: Service, pair: Pair
) -> None:
    """On a replica, a snapshot doesn't tell which of two transactions is still under way."""
    made = await added(service, "Before")
    public = await service.caller(None)
    older, changing = [await asyncpg.connect(pair.primary.url) for _ in range(2)]
    begun = [connection.transaction() for connection in (older, changing)]
    for transaction, connection in zip(begun, (older, changing), strict=True):
        await transaction.start()
        await connection.execute("SELECT pg_current_xact_id()")
    await changing.execute("UPDATE speaker SET name = 'After' WHERE id = $1", made.json()["id"])
    pair.primary.sql("SELECT pg_current_xact_id()")
    pair.catch_up()
    known = {"If-None-Match": (await public.get(where(made))).headers["ETag"]}
    pair.catch_up()
    for _ in range(2):
        assert (await public.get(where(made), headers=known)).status_code == 304
    await begun[1].commit()
    pair.catch_up()

    assert (await public.get(where(made), headers=known)).json()["name"] == "After"
    await begun[0].rollback()
    for connection in (older, changing):
        await connection.close()


async def test_what_the_replica_does_not_have_yet_is_not_there(
    service: Service, held: Pair
) -> None:
    answer = await added(service, "Not there yet")

    for role in (None, "reader"):
        assert (await (await service.caller(role)).get(where(answer))).status_code == 404


@pytest.mark.parametrize("role", [None, "reader", "editor"])
async def test_who_sends_back_the_position_of_a_write_sees_it(
    service: Service, held: Pair, role: str | None
) -> None:
    answer = await added(service, "Seen at once")
    counted, caller = Counted(), await service.caller(role)
    told = {HEADER: answer.headers[HEADER]}

    seen = await caller.get(where(answer), headers=told)

    assert seen.json()["name"] == "Seen at once"
    assert counted.by() == {HELD: 1}
    assert seen.headers["Cache-Control"] == "private, no-cache"


async def test_a_read_waits_until_the_replica_has_the_write(serving: Serving, held: Pair) -> None:
    async with serving(held.primary.url, replica_url=held.replica.url, replica_wait=30) as service:
        await service.look()
        answer = await added(service, "Waited for")
        counted, public = Counted(), await service.caller(None)
        told = {HEADER: answer.headers[HEADER]}

        reading = asyncio.create_task(public.get(where(answer), headers=told))
        await asyncio.sleep(0.1)
        assert not reading.done()
        held.go_on()

        assert (await reading).json()["name"] == "Waited for"
        assert counted.by() == {"replica": 1}


async def test_who_may_write_reads_their_writes_and_knows_of_no_replica(
    service: Service, held: Pair
) -> None:
    answer = await added(service, "Mine")
    counted, editor = Counted(), await service.caller("editor")

    assert (await editor.get(where(answer))).json()["name"] == "Mine"
    assert counted.by() == {}


async def test_search_is_answered_by_the_replica(service: Service, held: Pair) -> None:
    answer = await added(service, "Zanzibarius")
    counted, public = Counted(), await service.caller(None)
    told = {HEADER: answer.headers[HEADER]}

    without = await public.get("/v1/suggest?q=zanzibarius")
    with_it = await public.get("/v1/suggest?q=zanzibarius", headers=told)

    assert without.json()["items"] == []
    assert with_it.json()["items"][0]["text"] == "Zanzibarius"
    assert counted.by().keys() == {"replica", HELD}


async def test_a_request_answered_by_the_primary_once_stays_there(
    service: Service, held: Pair
) -> None:
    answer = await added(service, "All from one")
    counted, public = Counted(), await service.caller(None)
    path = f"{where(answer)}/history"

    history = await public.get(path, headers={HEADER: answer.headers[HEADER]})

    assert len(history.json()["items"]) == 1
    assert counted.by() == {HELD: 2}


async def test_answers_to_writes_say_how_far_was_written_whatever_became_of_them(
    service: Service,
) -> None:
    editor = await service.caller("editor")
    answer = await added(service, "Changed meanwhile")
    key = {"Idempotency-Key": "once"}
    new = {"kind": "person", "name": "Once"}
    first = await editor.post("/v1/speakers", json=new, headers=key)

    replayed = await editor.post("/v1/speakers", json=new, headers=key)
    stale = await editor.patch(
        where(answer), json={"name": "Other"}, headers={"If-Match": '"9-0000000000000000"'}
    )
    gone = await editor.delete(where(answer), headers={"If-Match": "*"})

    assert (first.status_code, replayed.headers["Idempotent-Replayed"]) == (201, "true")
    assert (stale.status_code, gone.status_code) == (412, 204)
    for told in (first, replayed, stale, gone):
        assert told.headers[HEADER]


async def test_reads_tell_no_position(service: Service) -> None:
    for role in (None, "editor"):
        assert HEADER not in (await (await service.caller(role)).get("/v1/speakers")).headers


async def test_answers_vary_by_the_position(service: Service) -> None:
    public = await service.caller(None)

    answer = await public.get("/v1/speakers")

    assert answer.headers["Vary"] == f"Authorization, {HEADER}"
    assert answer.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("position", ["", "nonsense", "WzEsMV0.AAAA", "\x80", "[1, 1]"])
async def test_what_is_no_position_is_400(service: Service, position: str) -> None:
    public = await service.caller(None)

    answer = await public.get("/v1/speakers", headers={HEADER.encode(): position.encode("latin-1")})

    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/malformed-request"
    assert answer.json()["errors"][0]["header"] == HEADER


async def test_a_position_changed_or_given_twice_is_400(service: Service) -> None:
    position = (await added(service, "Signed")).headers[HEADER]
    public = await service.caller(None)

    changed = await public.get("/v1/speakers", headers={HEADER: position[:-1]})
    twice = await public.get("/v1/speakers", headers=[(HEADER, position), (HEADER, position)])

    assert (changed.status_code, twice.status_code) == (400, 400)


async def test_without_a_replica_nothing_is_told_and_positions_are_taken(
    service: Service, serving: Serving, pair: Pair
) -> None:
    position = (await added(service, "Before")).headers[HEADER]
    async with serving(pair.primary.url) as alone:
        public = await alone.caller(None)

        assert HEADER not in (await added(alone, "After")).headers
        assert "Onrecord" not in (await public.get("/v1/speakers")).headers["Vary"]
        assert (await public.get("/v1/speakers", headers={HEADER: position})).status_code == 200
        assert (await public.get("/v1/speakers", headers={HEADER: "x"})).status_code == 400


async def test_a_replica_too_far_behind_is_not_asked(serving: Serving, held: Pair) -> None:
    async with serving(
        held.primary.url, replica_url=held.replica.url, replica_max_lag=0.3
    ) as service:
        await service.look()
        answer = await added(service, "Long ago")
        await service.look()
        await asyncio.sleep(0.5)
        await service.look()
        counted, public = Counted(), await service.caller(None)

        assert (await public.get(where(answer))).status_code == 200
        assert counted.by() == {AWAY: 1}
        figures = (await public.get("/metrics")).text
        assert "onrecord_replica_well 0.0" in figures

        held.go_on()
        held.catch_up()
        await service.look()

        assert (await public.get(where(answer))).status_code == 200
        assert counted.by() == {AWAY: 1, "replica": 1}


async def test_a_replica_that_goes_away_is_missed_by_nobody_and_comes_back(
    serving: Serving, pair: Pair
) -> None:
    pair.catch_up()
    async with serving(pair.primary.url, replica_url=pair.replica.url) as service:
        await service.look()
        public = await service.caller(None)
        assert (await public.get("/v1/speakers")).status_code == 200
        counted = Counted()

        pair.replica.stop()
        try:
            answers = [await public.get("/v1/speakers") for _ in range(3)]
            ready = await public.get("/readyz")
        finally:
            pair.replica.start()

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert counted.by() == {AWAY: 3}
        assert ready.json() == {"status": "ok"}
        assert service.database.replica is not None
        for _ in range(100):
            if service.database.replica.is_well:
                break
            await asyncio.sleep(0.1)
        assert (await public.get("/v1/speakers")).status_code == 200
        assert counted.by() == {AWAY: 3, "replica": 1}


async def test_a_read_that_the_replica_cancels_is_answered_by_the_primary(
    service: Service, pair: Pair
) -> None:
    """A migration's lock, replayed, ends the queries that stand in its way (SQLSTATE 40001)."""
    replica, counted = service.database.replica, Counted()
    assert replica is not None
    reads = Routed(Route(replica, None), replica.reads, service.database.reads)
    slow = Query("SELECT count(*), pg_sleep(1) FROM speaker", ())

    reading = asyncio.create_task(reads.row(slow, {}))
    await asyncio.sleep(0.3)
    pair.primary.sql("BEGIN; LOCK TABLE speaker IN ACCESS EXCLUSIVE MODE; COMMIT")

    assert (await reading) is not None
    assert counted.by() == {"primary, replica refused": 1}
    assert replica.is_well
