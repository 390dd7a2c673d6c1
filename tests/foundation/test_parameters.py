"""Parameters of queries: each is one that the list knows, given once, and of its type."""

import pytest

from tests.foundation.answers import problem, where
from tests.making import Client

COLLECTIONS = (
    "speakers", "sources", "topics", "measures", "rating-scales", "organizations", "statements",
    "verdicts",
)  # fmt: skip
each_collection = pytest.mark.parametrize("collection", COLLECTIONS)


@each_collection
@pytest.mark.parametrize(
    "limit", ["-1", "0", "101", str(2**63), str(-(2**70)), "abc", "1.5", "1e1", "", "%00", "٣٣"]
)  # fmt: skip
async def test_a_limit_is_a_whole_number_from_1_to_100(
    anonymous: Client, collection: str, limit: str
) -> None:
    body = problem(await anonymous.get(f"/v1/{collection}?limit={limit}"), 422, "invalid-input")

    assert [place for place, _ in where(body)] == ["limit"]


@each_collection
async def test_an_unknown_parameter_is_named(anonymous: Client, collection: str) -> None:
    answer = await anonymous.get(f"/v1/{collection}?nope=1&Limit=2&limit=3")

    body = problem(answer, 422, "invalid-input")
    assert where(body) == [("nope", "unknown_parameter"), ("Limit", "unknown_parameter")]


@each_collection
@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1&limit=1", "count=true&count=false"])
async def test_a_parameter_given_twice_is_refused(
    anonymous: Client, collection: str, query: str
) -> None:
    body = problem(await anonymous.get(f"/v1/{collection}?{query}"), 422, "invalid-input")

    assert where(body) == [(query.partition("=")[0], "repeated")]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("speakers?country=kz", "country"),
        ("speakers?kind=robot", "kind"),
        ("speakers?external_id=Q7747", "external_id"),
        ("speakers?external_id=wikidata:%00", "external_id"),
        ("speakers?sort=country", "sort"),
        ("speakers?sort=--name", "sort"),
        ("speakers?sort=", "sort"),
        ("speakers?updated_since=0", "updated_since"),
        ("speakers?updated_since=2022-09-27", "updated_since"),
        ("speakers?updated_since=2022-09-27T00:00:00", "updated_since"),
        ("speakers?updated_since=0001-01-01T00:00:00%2B14:00", "updated_since"),
        ("speakers?updated_since=9999-12-31T23:59:59.999999Z", "updated_since"),
        ("speakers?updated_since=0001-01-01T00:00:00Z", "updated_since"),
        ("contacts?overdue=yes", "overdue"),
        ("speakers?count=1", "count"),
        ("speakers?count=True", "count"),
        ("speakers?count=", "count"),
        ("sources?url=ftp://a.example/", "url"),
        ("sources?url=https://%00.example/", "url"),
        ("sources?url=https://a.example/%ED%A0%80%00", "url"),
        ("sources?url=https://[::1", "url"),
        ("sources?url=https://a.example:99999/", "url"),
        ("sources?published_from=2022-13", "published_from"),
        ("sources?publisher_id=x", "publisher_id"),
        ("statements?said_from=2022-02-30", "said_from"),
        ("statements?said_until=1e3", "said_until"),
        ("statements?language=%00", "language"),
        ("statements?has_verdict=yes", "has_verdict"),
        ("statements?topic=%00", "topic"),
        ("statements?topic=A%20B", "topic"),
        ("statements?normalized_rating=very", "normalized_rating"),
        ("statements?speaker_id=%00", "speaker_id"),
        ("verdicts?state=out", "state"),
        ("topics?parent_id=1", "parent_id"),
        ("measures?family=%00", "family"),
    ],
)
async def test_a_wrong_value_is_named(anonymous: Client, query: str, parameter: str) -> None:
    body = problem(await anonymous.get(f"/v1/{query}"), 422, "invalid-input")

    assert [place for place, _ in where(body)] == [parameter]


@pytest.mark.parametrize("odd", ["%00", "%ED%A0%80", "%FF%FE", "%", "=", "&&&", "limit", "%00=%00"])
@each_collection
async def test_an_odd_query_never_fails(anonymous: Client, collection: str, odd: str) -> None:
    answer = await anonymous.get(f"/v1/{collection}?{odd}")

    assert answer.status_code in {200, 400, 422}, answer.text


async def test_one_thing_and_a_write_take_no_parameters(admin: Client) -> None:
    for answer in (
        await admin.get("/v1/statements/01900000-0000-7000-8000-000000000000?limit=1"),
        await admin.post("/v1/speakers?dry_run=true", json={"name": "A"}),
        await admin.get("/healthz?x=1"),
    ):
        body = problem(answer, 422, "invalid-input")
        assert where(body)[0][1] == "unknown_parameter"


@pytest.mark.parametrize("value", ["2022-09-27T00:00:00Z", "2022-09-27T02:00:00%2B02:00"])
async def test_an_instant_may_have_any_offset(anonymous: Client, value: str) -> None:
    answer = await anonymous.get(f"/v1/speakers?updated_since={value}")

    assert answer.status_code == 200


async def test_everything_that_is_wrong_is_listed_at_once(anonymous: Client) -> None:
    answer = await anonymous.get("/v1/statements?limit=0&kind=x&said_from=y&sort=z")

    body = problem(answer, 422, "invalid-input")
    assert {place for place, _ in where(body)} == {"limit", "kind", "said_from", "sort"}
