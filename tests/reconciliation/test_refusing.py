"""What can't be understood is refused, and the answer names the field."""

import json
from typing import Any

import pytest

from tests.making import Client, Json, wrong
from tests.reconciliation.conftest import PATH, Service

NAME = {"query": "Ada"}


def places(errors: list[Json]) -> set[tuple[str | None, str | None, str]]:
    """Tell in which field, where in its JSON, and what is wrong."""
    return {(one["parameter"], one["pointer"], one["code"]) for one in errors}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,", "{'q0': {}}", '{"q0": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, "\ud800"],
)
@pytest.mark.parametrize("field", ["queries", "extend"])
async def test_what_is_no_json_is_400(text: str, field: str, anonymous: Client) -> None:
    body = f"{field}={text}".encode(errors="replace")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = await anonymous.post(PATH, content=body, headers=headers)

    assert answer.status_code == 400, answer.text
    assert places(answer.json()["errors"]) == {(field, None, "json")}
    assert f"'{field}'" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({}, "/q0", "missing"),
        ({"query": " "}, "/q0", "missing"),
        ([], "/q0", "model_type"),
        ({"query": 1}, "/q0/query", "string_type"),
        ({"query": "a" * 1001}, "/q0/query", "too_long"),
        (NAME | {"type": "colour"}, "/q0/type/0", "type"),
        (NAME | {"type_strict": "may"}, "/q0/type_strict", "literal_error"),
        (NAME | {"limit": 0}, "/q0/limit", "greater_than_equal"),
        (NAME | {"limit": 101}, "/q0/limit", "less_than_equal"),
        (NAME | {"limit": 1.5}, "/q0/limit", "int_type"),
        (NAME | {"limit": "1"}, "/q0/limit", "int_type"),
        (NAME | {"limit": True}, "/q0/limit", "int_type"),
        (NAME | {"colour": "red"}, "/q0/colour", "unknown_field"),
        (
            NAME | {"properties": [{"pid": "colour", "v": "red"}]},
            "/q0/properties/0/pid",
            "property",
        ),
        (NAME | {"properties": [{"pid": "country"}]}, "/q0/properties/0/v", "missing"),
        (
            NAME | {"properties": [{"pid": "country", "v": [{"name": "a"}]}]},
            "/q0/properties/0/v/0",
            "value",
        ),
        (
            NAME | {"properties": [{"pid": "country", "v": "a" * 2001}]},
            "/q0/properties/0/v/0",
            "too_long",
        ),
    ],
)
async def test_a_query_that_asks_for_what_there_is_not_is_named(
    query: Any, pointer: str, code: str, service: Service
) -> None:
    answer = await service.post("queries", {"q0": query, "q1": NAME})

    assert answer.status_code == 422, answer.text
    assert places(answer.json()["errors"]) == {("queries", pointer, code)}


@pytest.mark.parametrize(
    ("extend", "pointer", "code"),
    [
        ({"properties": []}, "/ids", "missing"),
        ({"ids": []}, "/properties", "missing"),
        ({"ids": [1], "properties": []}, "/ids/0", "string_type"),
        ({"ids": ["a"] * 201, "properties": []}, "/ids", "too_long"),
        ({"ids": [], "properties": [{"id": "colour"}]}, "/properties/0/id", "property"),
        ([], "", "model_type"),
    ],
)
async def test_properties_that_there_are_not_are_named(
    extend: Any, pointer: str, code: str, service: Service
) -> None:
    answer = await service.post("extend", extend)

    assert answer.status_code == 422, answer.text
    assert places(answer.json()["errors"]) == {("extend", pointer, code)}


async def test_a_batch_has_a_bounded_number_of_queries(service: Service) -> None:
    as_many = await service.post("queries", {f"q{number}": NAME for number in range(50)})
    too_many = await service.post("queries", {f"q{number}": NAME for number in range(51)})
    none = await service.post("queries", {})

    assert (as_many.status_code, len(as_many.json())) == (200, 50)
    assert too_many.status_code == 413
    assert places(too_many.json()["errors"]) == {("queries", None, "too_long")}
    assert none.json() == {}


async def test_a_batch_has_a_bounded_number_of_values(service: Service) -> None:
    def batch(values: int) -> Json:
        known = [{"pid": "names", "v": ["a"] * values} for _ in range(5)]
        return {f"q{number}": NAME | {"properties": known} for number in range(5)}

    as_many = await service.post("queries", batch(40))
    too_many = await service.post("queries", batch(41))

    assert as_many.status_code == 200
    assert too_many.status_code == 422
    assert places(too_many.json()["errors"]) == {("queries", "", "too_long")}
    assert "1,000 values" in too_many.json()["errors"][0]["detail"]


async def test_the_names_of_queries_are_the_clients_but_bounded(service: Service) -> None:
    odd = await service.post("queries", {"": NAME, "é/~": NAME})
    long = await service.post("queries", {"q" * 201: NAME})
    broken = await service.client.post(PATH, data={"queries": '{"\\ud800": {"query": "a"}}'})

    assert list(odd.json()) == ["", "é/~"]
    assert (long.status_code, broken.status_code) == (422, 422)


async def test_one_of_the_two_is_to_be_asked(service: Service, anonymous: Client) -> None:
    both = {"queries": "{}", "extend": '{"ids": [], "properties": []}'}
    expected = (422, {("queries", "one_of"), ("extend", "one_of")})

    for data in (both, {"other": "1"}):
        assert wrong(await anonymous.post(PATH, data=data)) == expected
    assert wrong(await anonymous.get(PATH, params=both)) == expected
    twice = await anonymous.post(
        PATH,
        content=b"queries={}&queries={}",
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
    )
    assert wrong(twice) == (422, {("queries", "repeated")})


async def test_only_forms_are_taken(anonymous: Client) -> None:
    queries = {"queries": json.dumps({"q0": NAME})}

    as_json = await anonymous.post(PATH, json=queries)
    as_parts = await anonymous.post(PATH, files={"queries": (None, queries["queries"])})
    not_utf_8 = await anonymous.post(
        PATH,
        content=b"queries=\xff",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert (as_json.status_code, as_parts.status_code) == (415, 415)
    assert not_utf_8.status_code == 400


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/suggest/entity", "prefix"),
        ("/suggest/type", "prefix"),
        ("/suggest/entity?prefix=a&cursor=x", "cursor"),
        ("/suggest/entity?prefix=a&cursor=-1", "cursor"),
        ("/suggest/entity?prefix=a&type=colour", "type"),
        (f"/suggest/property?prefix={'a' * 201}", "prefix"),
        ("/properties?type=colour", "type"),
        ("/properties?limit=0", "limit"),
        ("/entities/none", "entity_id"),
    ],
)
async def test_parameters_that_can_not_be_understood_are_named(
    path: str, parameter: str, anonymous: Client
) -> None:
    answer = await anonymous.get(f"{PATH}{path}")

    assert answer.status_code == 422
    assert {one["parameter"] for one in answer.json()["errors"]} == {parameter}


async def test_a_key_that_is_no_good_is_refused_here_too(anonymous: Client) -> None:
    answer = await anonymous.get(PATH, headers={"Authorization": "Bearer onr_nonsense"})

    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
