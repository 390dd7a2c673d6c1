"""A shared cache in front serves what is public, and never anything that was read with a key."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tests.caching.conftest import Front, Opened
from tests.caching.nginx import documented
from tests.foundation.answers import problem
from tests.making import Client, Make

SECRET = "What nobody else may read"
PLAIN = """
proxy_cache_path /var/cache/nginx/onrecord keys_zone=onrecord:1m;
upstream onrecord { server 127.0.0.1:8000; }
server {
    listen 80;
    location / {
        proxy_pass http://onrecord;
        proxy_set_header Host $http_host;
        proxy_cache onrecord;
        add_header X-Cache-Status $upstream_cache_status always;
    }
}
"""


@pytest.fixture(scope="module")
def plain(opened: Opened, keys: dict[str, str]) -> Iterator[Front]:
    """Have nginx with a cache and nothing else: all it knows about keys, it knows from answers."""
    with opened(PLAIN) as front:
        yield front


@pytest.fixture(params=["as documented", "plain"])
def any_front(request: pytest.FixtureRequest, clean: None) -> Front:
    """Have one front after the other."""
    name = "shared" if request.param == "as documented" else "plain"
    found: Front = request.getfixturevalue(name)
    found.origin.asked.clear()
    return found


async def test_what_is_public_is_asked_for_once_and_served_to_everybody(
    any_front: Front, make: Make
) -> None:
    said = await make.statement()
    speaker = f"/v1/speakers/{said.body['speaker_id']}"
    listed = f"/v1/statements?speaker_id={said.body['speaker_id']}"

    for path in (said.path, speaker, listed, f"{said.path}/links", "/openapi.json"):
        first, second = await any_front.ask(path), await any_front.ask(path)
        cache = (first.headers["X-Cache-Status"], second.headers["X-Cache-Status"])
        assert (first.status_code, second.status_code, cache) == (200, 200, ("MISS", "HIT")), path
        assert first.content == second.content
        assert first.headers.get("ETag") == second.headers.get("ETag")
        assert second.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert second.headers["Content-Type"] == "application/json"
    assert len(any_front.origin.asked) == 5


async def test_what_is_read_with_a_key_is_neither_kept_nor_served_from_the_cache(
    any_front: Front, make: Make, keys: dict[str, str]
) -> None:
    hidden = await make.statement(text=SECRET, visibility="internal")
    draft = await make.verdict(headline=SECRET, statement_id=hidden.id)
    by = f"/v1/statements?speaker_id={hidden.body['speaker_id']}"

    for path in (hidden.path, draft.path, by):
        for _ in range(3):
            ours = await any_front.ask(path, keys["reader"])
            assert SECRET in ours.text
            assert ours.headers.get("X-Cache-Status") in {None, "MISS"}
            assert ours.headers["Cache-Control"] == "private, no-cache"
            for key in (None, keys["stranger"]):
                theirs = await any_front.ask(path, key)
                assert SECRET not in theirs.text
                assert theirs.status_code == (200 if path == by else 404)
        assert SECRET in (await any_front.ask(path, keys["admin"])).text
    kept = b"".join(
        file.read_bytes() for file in any_front.nginx.cache.rglob("*") if file.is_file()
    )
    assert SECRET.encode() not in kept
    assert not any(key.encode() in kept for key in keys.values())


async def test_a_caller_with_a_key_never_gets_what_is_kept_for_the_public(
    any_front: Front, make: Make, keys: dict[str, str]
) -> None:
    said = await make.statement()
    assert await any_front.statuses(said.path) == ["MISS", "HIT"]

    ours = await any_front.ask(said.path, keys["reader"])
    theirs = await any_front.ask(said.path, keys["stranger"])
    public = await any_front.ask(said.path)

    assert ours.json()["created_by"] is not None
    assert theirs.json()["created_by"] is None
    assert public.headers["X-Cache-Status"] == "HIT"
    assert public.json()["created_by"] is None
    assert len({ours.headers["ETag"], public.headers["ETag"]}) == 2
    assert "HIT" not in await any_front.statuses(said.path, 4, key=keys["reader"])


async def test_a_key_that_is_not_good_is_401_whatever_is_kept_and_the_401_is_not_kept(
    any_front: Front, make: Make
) -> None:
    said = await make.statement()
    assert await any_front.statuses(said.path) == ["MISS", "HIT"]

    for header in ("Bearer onr_wrong", "Bearer", "Basic abc", "x"):
        for _ in range(2):
            refused = await any_front.ask(said.path, headers={"Authorization": header})
            problem(refused, 401, "unauthorized")
            assert refused.headers.get("X-Cache-Status") in {None, "MISS"}
    assert (await any_front.ask(said.path)).headers["X-Cache-Status"] == "HIT"


async def test_what_is_refused_is_not_kept(any_front: Front, admin: Client, make: Make) -> None:
    hidden, gone = await make.statement(visibility="internal"), await make.speaker()
    await admin.delete(gone.path, headers=gone.if_match)
    accept = {"Accept": "text/html"}

    for path, status, slug, headers in (
        (hidden.path, 404, "not-found", {}),
        ("/v1/nowhere", 404, "not-found", {}),
        (gone.path, 410, "gone", {}),
        ("/v1/speakers?limit=0", 422, "invalid-input", {}),
        ("/v1/speakers?cursor=x", 400, "invalid-cursor", {}),
        ("/v1/speakers?country=KZ", 406, "not-acceptable", accept),
        ("/v1/api-keys", 401, "unauthorized", {}),
    ):
        any_front.origin.asked.clear()
        for _ in range(2):
            problem(await any_front.ask(path, headers=headers), status, slug)
        assert len(any_front.origin.asked) == 2, path
    assert (await any_front.ask("/v1/speakers?country=KZ")).status_code == 200


async def test_what_becomes_public_is_there_at_once(
    front: Front, admin: Client, make: Make
) -> None:
    said = await make.statement(visibility="internal")
    assert (await front.ask(said.path)).status_code == 404

    await admin.patch(said.path, json={"visibility": "public"}, headers=said.if_match)

    assert (await front.ask(said.path)).status_code == 200


async def test_a_reader_who_has_it_gets_304_from_the_cache_and_a_keyed_one_from_the_service(
    front: Front, make: Make, keys: dict[str, str]
) -> None:
    said = await make.statement()
    public = (await front.ask(said.path)).headers["ETag"]
    ours = (await front.ask(said.path, keys["reader"])).headers["ETag"]
    assert not public.startswith("W/")
    front.origin.asked.clear()

    for known in (public, f"W/{public}", f'"x", {public}', "*"):
        for method in ("GET", "HEAD"):
            answer = await front.ask(said.path, method=method, headers={"If-None-Match": known})
            assert (answer.status_code, answer.content) == (304, b""), known
            assert answer.headers["ETag"] == public
            assert answer.headers["X-Cache-Status"] == "HIT"
    other = await front.ask(said.path, headers={"If-None-Match": ours})
    assert (other.status_code, other.headers["X-Cache-Status"]) == (200, "HIT")
    assert front.origin.asked == []

    answer = await front.ask(said.path, keys["reader"], headers={"If-None-Match": ours})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", ours)
    stale = await front.ask(said.path, keys["reader"], headers={"If-None-Match": public})
    assert stale.status_code == 200


async def test_head_is_answered_as_get_is_without_a_body_and_fills_the_cache_for_it(
    front: Front, make: Make
) -> None:
    said = await make.statement()

    heads = [await front.ask(said.path, method="HEAD") for _ in range(2)]
    got = await front.ask(said.path)

    assert [one.headers["X-Cache-Status"] for one in (*heads, got)] == ["MISS", "HIT", "HIT"]
    for head in heads:
        assert (head.status_code, head.content) == (200, b"")
        for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control", "Vary"):
            assert head.headers[name] == got.headers[name]
    assert len(got.content) == int(got.headers["Content-Length"])


async def test_writes_pass_with_their_conditions_and_nothing_about_them_is_kept(
    front: Front, keys: dict[str, str]
) -> None:
    admin = keys["admin"]
    made = await front.ask("/v1/speakers", admin, "POST", json={"name": "A"})
    path, tag = made.headers["Location"], made.headers["ETag"]
    wanted = {"name": "B"}
    problem(await front.ask(path, admin, "PATCH", json=wanted), 428, "precondition-required")
    stale = {"If-Match": '"9-x"'}
    refused = await front.ask(path, admin, "PATCH", json={"name": "B"}, headers=stale)
    changed = await front.ask(path, admin, "PATCH", json={"name": "B"}, headers={"If-Match": tag})
    public = await front.ask(path)
    star = {"If-Match": "*"}
    archived = await front.ask(path, admin, "DELETE", headers=star)

    assert problem(refused, 412, "stale-version")["version"] == 1
    assert refused.headers["ETag"] == tag
    assert (made.status_code, changed.status_code, archived.status_code) == (201, 200, 204)
    assert public.json()["name"] == "B"
    for answer in (made, refused, changed, archived):
        assert answer.headers.get("X-Cache-Status") is None
    for method in ("PATCH", "DELETE"):
        problem(await front.ask(path, method=method, json={}), 401, "unauthorized")


async def test_cookies_make_no_difference_and_do_not_reach_the_service(
    front: Front, make: Make
) -> None:
    said = await make.statement()

    found = [
        await front.ask(said.path, headers={"Cookie": f"session={number}"}) for number in range(3)
    ]

    assert [one.headers["X-Cache-Status"] for one in found] == ["MISS", "HIT", "HIT"]
    assert all("Set-Cookie" not in one.headers for one in found)
    assert "cookie" not in front.origin.asked[0][2]


async def test_each_query_has_an_entry_of_its_own_and_another_order_says_the_same(
    front: Front, make: Make
) -> None:
    speaker = await make.speaker()
    for kind in ("factual", "opinion"):
        await make.statement(speaker_id=speaker.id, kind=kind)
    one = f"/v1/statements?speaker_id={speaker.id}&kind=factual"
    turned = f"/v1/statements?kind=factual&speaker_id={speaker.id}"
    other = f"/v1/statements?speaker_id={speaker.id}&kind=opinion"

    for path in (one, turned, other):
        assert await front.statuses(path) == ["MISS", "HIT"]

    assert (await front.ask(one)).content == (await front.ask(turned)).content
    assert {item["kind"] for item in (await front.ask(other)).json()["items"]} == {"opinion"}


async def test_a_list_is_followed_through_the_cache_by_its_links(front: Front, make: Make) -> None:
    speaker = await make.speaker()
    made = [(await make.statement(speaker_id=speaker.id)).id for _ in range(5)]
    path = f"/v1/statements?speaker_id={speaker.id}&limit=2&sort=created_at"

    for status in ("MISS", "HIT"):
        found, following = [], path
        while following:
            answer = await front.ask(following)
            assert answer.headers["X-Cache-Status"] == status
            found += [item["id"] for item in answer.json()["items"]]
            link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
            following = link[1] if link else ""
        assert found == made


async def test_each_answer_has_the_id_of_its_own_request(front: Front, make: Make) -> None:
    said = await make.statement()

    first, second = await front.ask(said.path), await front.ask(said.path)
    named = await front.ask(said.path, headers={"X-Request-Id": "abc-1"})
    refused = await front.ask("/v1/nowhere", headers={"X-Request-Id": "abc-2"})
    odd = await front.ask(said.path, headers={"X-Request-Id": "a b"})

    assert second.headers["X-Cache-Status"] == named.headers["X-Cache-Status"] == "HIT"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert named.headers.get_list("X-Request-Id") == ["abc-1"]
    assert problem(refused, 404, "not-found")["request_id"] == "abc-2"
    assert re.fullmatch(r"[0-9a-f]{32}", odd.headers["X-Request-Id"])


async def test_what_is_left_of_a_limit_is_told_to_nobody_else(
    front: Front, make: Make, keys: dict[str, str]
) -> None:
    said = await make.statement()
    limits = ("RateLimit", "RateLimit-Policy")

    asked, kept = await front.ask(said.path), await front.ask(said.path)
    keyed = await front.ask(said.path, keys["reader"])
    refused = await front.ask("/v1/speakers?limit=0")

    assert kept.headers["X-Cache-Status"] == "HIT"
    assert not any(name in kept.headers for name in limits)
    for answer in (asked, keyed, refused):
        assert [len(answer.headers.get_list(name)) for name in limits] == [1, 1]
    assert asked.headers["RateLimit-Policy"] != keyed.headers["RateLimit-Policy"]


async def test_keys_for_purging_stay_between_the_service_and_the_cache(
    front: Front, make: Make
) -> None:
    said = await make.statement()

    for _ in range(2):
        assert "Surrogate-Key" not in (await front.ask(said.path)).headers


async def test_each_page_of_a_browser_gets_an_answer_for_its_own_origin(
    opened: Opened, make: Make
) -> None:
    said = await make.statement()
    one, other = "https://one.example", "https://other.example"

    with opened(cors_origins=(one, other)) as front:
        for origin in (None, one, other, None, other, one):
            headers = {} if origin is None else {"Origin": origin}
            answer = await front.ask(said.path, headers=headers)
            assert answer.headers.get("Access-Control-Allow-Origin") == origin
        statuses = await front.statuses(said.path, headers={"Origin": one})

    assert statuses == ["HIT", "HIT"]


async def test_many_who_ask_at_once_are_answered_by_one_query(front: Front, make: Make) -> None:
    said = await make.statement()

    answers = await asyncio.gather(*(front.ask(said.path) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(front.origin.asked) == 1


@pytest.fixture
async def locked(database_url: str, clean: None) -> AsyncIterator[asyncpg.Connection]:
    """Have another connection, which takes locks and lets them go at the end."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_a_service_without_its_database_is_503_which_is_not_kept(
    opened: Opened, make: Make, locked: asyncpg.Connection
) -> None:
    seen, unseen = await make.speaker(), await make.speaker()
    with opened(statement_timeout=0.2, cache_max_age=1, cache_stale_while_revalidate=0) as front:
        assert (await front.ask(seen.path)).headers["X-Cache-Status"] == "MISS"
        async with locked.transaction():
            await locked.execute("LOCK TABLE speaker IN ACCESS EXCLUSIVE MODE")
            problem(await front.ask(unseen.path), 503, "unavailable")
            assert (await front.until(seen.path, "STALE")).status_code == 200
        assert (await front.ask(unseen.path)).headers["X-Cache-Status"] == "MISS"
        assert (await front.ask(seen.path)).headers["X-Cache-Status"] == "REVALIDATED"


async def test_while_the_service_is_away_readers_are_served_what_is_kept(
    opened: Opened, make: Make, keys: dict[str, str]
) -> None:
    seen, unseen = await make.speaker(), await make.speaker()
    with opened() as front:
        before = await front.ask(seen.path)
        front.origin.stop()

        kept = await front.ask(seen.path)

        assert (kept.status_code, kept.content) == (200, before.content)
        assert (await front.ask(unseen.path)).status_code == 502
        assert (await front.ask(seen.path, keys["reader"])).status_code == 502


def test_the_documented_configuration_has_none_of_the_traps_it_names() -> None:
    lines = documented()

    assert "updating" not in lines.replace("background_update", "")
    for trap in ("proxy_cache_valid", "proxy_ignore_headers", "proxy_cache_bypass", "gzip"):
        assert trap not in lines
