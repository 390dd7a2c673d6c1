"""What every answer carries: a request id, who may keep it, and the shape of problems."""

import re

import pytest

from tests.foundation.answers import MEMBERS, PROBLEM, problem
from tests.making import Client, Make

UUID7 = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
PUBLIC = "public, max-age=60, stale-while-revalidate=300"
PATHS = ("/healthz", "/v1/statements", "/v1/nowhere", "/v1/speakers?limit=0", "/problems/gone")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("given", ["abc", "A-b_c.9:x", "0" * 128])
async def test_a_sane_request_id_comes_back(anonymous: Client, path: str, given: str) -> None:
    answer = await anonymous.get(path, headers={"X-Request-Id": given})

    assert answer.headers.get_list("X-Request-Id") == [given]
    if answer.headers["Content-Type"] == PROBLEM:
        assert answer.json()["request_id"] == given


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "given", [b"", b"a b", b"0" * 129, b"<script>", b"a\x00", b"\xff\xfe", b"a,b", b"'", b"a\tb"]
)
async def test_any_other_is_replaced(anonymous: Client, path: str, given: bytes) -> None:
    answer = await anonymous.get(path, headers=[(b"X-Request-Id", given)])

    assert re.fullmatch(UUID7, answer.headers["X-Request-Id"])


async def test_no_two_requests_have_the_same_id(anonymous: Client) -> None:
    ids = {(await anonymous.get("/healthz")).headers["X-Request-Id"] for _ in range(5)}

    assert len(ids) == 5


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "GET", "PUT"])
async def test_every_method_has_one_and_forbids_sniffing(anonymous: Client, method: str) -> None:
    answer = await anonymous.request(method, "/v1/statements")

    assert re.fullmatch(UUID7, answer.headers["X-Request-Id"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_public_may_be_served_from_caches_and_key_holders_may_not(
    anonymous: Client, reader: Client, make: Make
) -> None:
    said = await make.statement()

    for path in (said.path, "/v1/statements", f"{said.path}/links", "/v1/rating-scales"):
        public, keyed = await anonymous.get(path), await reader.get(path)
        assert public.headers["Cache-Control"] == PUBLIC
        assert keyed.headers["Cache-Control"] == "private, no-cache"
        assert "Authorization" in public.headers["Vary"]
        assert "Authorization" in keyed.headers["Vary"]


async def test_answers_to_writes_are_kept_by_nobody_else(admin: Client, make: Make) -> None:
    made = await admin.post("/v1/speakers", json={"name": "A"})
    path = made.headers["Location"]
    changed = await admin.patch(path, json={"name": "B"}, headers={"If-Match": "*"})
    archived = await admin.delete(path, headers={"If-Match": "*"})
    key = await admin.post("/v1/api-keys", json={"name": "K", "role": "reader"})

    for answer in (made, changed, archived):
        assert answer.headers["Cache-Control"] == "private, no-cache"
    assert key.headers["Cache-Control"] == "no-store"
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await admin.get(path)).headers["Cache-Control"] == "no-store"


async def test_every_json_answer_is_json_in_utf8(anonymous: Client, make: Make) -> None:
    made = await make.speaker(name="Тоқаев 😀")

    answer = await anonymous.get(made.path)

    assert answer.headers["Content-Type"] == "application/json"
    assert "Тоқаев 😀" in answer.content.decode()


async def test_a_created_thing_is_where_location_says_with_the_same_etag(
    admin: Client, make: Make
) -> None:
    said = await make.statement()
    bodies: dict[str, dict[str, object]] = {
        "/v1/speakers": {"name": "A"},
        "/v1/sources": {"kind": "wire", "name": "A"},
        "/v1/topics": {"key": "k", "labels": {"en": "K"}},
        "/v1/measures": {"key": "k", "labels": {"en": "K"}, "dimension": "count"},
        "/v1/verdicts": {"statement_id": said.id, "check_type": "content"},
        f"{said.path}/links": {"other_id": (await make.statement()).id, "type": "repeats"},
        "/v1/organizations": {"name": "A"},
    }
    for path, body in bodies.items():
        made = await admin.post(path, json=body)
        assert made.status_code == 201
        assert made.headers["Location"] == f"{path}/{made.json()['id']}"
        read = await admin.get(made.headers["Location"])
        assert (read.content, read.headers["ETag"]) == (made.content, made.headers["ETag"])


async def test_a_problem_has_its_own_members_and_no_others(anonymous: Client) -> None:
    body = problem(await anonymous.get("/v1/speakers?limit=x"), 422, "invalid-input")

    assert body.keys() == MEMBERS
    assert body["errors"][0]["header"] is None


async def test_the_path_of_a_problem_is_shown_as_it_was_sent_without_its_query(
    anonymous: Client,
) -> None:
    answer = await anonymous.get("/v1/nowhere/%C3%A9?secret=1")

    assert answer.json()["instance"] == "/v1/nowhere/é"
    assert "secret" not in answer.text
