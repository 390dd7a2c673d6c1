"""A client like OpenRefine walks through the whole service, and what it gets is as specified."""

import json
from urllib.parse import quote

import pytest

from tests.making import Client, Json, Made
from tests.reconciliation.conftest import PATH, Service
from tests.reconciliation.specified import check, examples, needs_schemas

ORIGIN = "http://127.0.0.1:3333"
OPENREFINE = {
    "Origin": ORIGIN,
    "Accept": "application/json, text/javascript, */*; q=0.01",
}


@needs_schemas
@pytest.mark.parametrize(
    "name", ["manifest", "reconciliation-result-batch", "data-extension-response"]
)
def test_the_schemas_tell_right_from_wrong(name: str) -> None:
    for instance in examples(name, "valid"):
        check(name, instance)
    wrong = examples(name, "invalid")
    refused = 0
    for instance in wrong:
        try:
            check(name, instance)
        except AssertionError:
            refused += 1
    assert refused > len(wrong) / 2


async def manifest(client: Client) -> Json:
    answer = await client.get(PATH, headers=OPENREFINE)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found: Json = answer.json()
    check("manifest", found)
    return found


async def test_a_column_is_matched_looked_through_and_extended(
    known: dict[str, Made], anonymous: Client
) -> None:
    told = await manifest(anonymous)
    assert told["versions"] == ["0.2"]
    assert told["identifierSpace"] == "http://test/reconcile/entities/"

    batch: Json = {
        "q0": {"query": "Kassym-Jomart Tokayev", "type": "speaker.person", "type_strict": "should"},
        "q1": {"query": "РИА Новости", "type": ["outlet"], "limit": 3},
        "q2": {"query": "zzqxw"},
    }
    answer = await anonymous.post(
        PATH, data={"queries": json.dumps(batch)}, headers={"Accept": "*/*"}
    )
    results = answer.json()
    check("reconciliation-result-batch", results)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert list(results) == ["q0", "q1", "q2"]
    first = results["q0"]["result"][0]
    assert (first["id"], first["match"], first["score"]) == (known["tokayev"].id, True, 100.0)
    assert results["q1"]["result"][0]["id"] == known["ria"].id
    assert results["q2"] == {"result": []}

    await types_and_entities_are_suggested(told, known, anonymous)
    await pages_about_it_are_shown(told, first["id"], anonymous)
    await its_properties_are_fetched(told, first["id"], anonymous)


async def types_and_entities_are_suggested(
    told: Json, known: dict[str, Made], client: Client
) -> None:
    """Type in the boxes of the client, which sends more than the specification has."""
    for what, prefix, found in (
        ("entity", "toka", known["tokayev"].id),
        ("type", "news ag", "source.news_agency"),
        ("property", "coun", "country"),
    ):
        service = told["suggest"][what]
        schema = {"entity": "entities", "type": "types", "property": "properties"}[what]
        answer = await client.get(
            service["service_url"] + service["service_path"],
            params={"prefix": prefix, "spell": "always", "exact": "false", "prefixed": "true"},
            headers=OPENREFINE,
        )
        check(f"suggest-{schema}-response", answer.json())
        assert answer.json()["result"][0]["id"] == found
        path = service["flyout_service_path"].replace("${id}", quote(found, safe=""))
        flyout = (await client.get(service["flyout_service_url"] + path)).json()
        assert flyout["id"] == found
        assert flyout["html"].startswith("<p>")


async def pages_about_it_are_shown(told: Json, entity: str, client: Client) -> None:
    """Show the page in a frame, and follow the link."""
    preview = await client.get(
        told["preview"]["url"].replace("{{id}}", entity), headers={"Accept": "text/html"}
    )
    view = await client.get(told["view"]["url"].replace("{{id}}", entity))
    assert preview.headers["Content-Type"].startswith("text/html")
    assert "<h1" in preview.text
    assert f'href="http://test/v1/speakers/{entity}"' in view.text


async def its_properties_are_fetched(told: Json, entity: str, client: Client) -> None:
    """Add columns from what was matched."""
    proposing = told["extend"]["propose_properties"]
    answer = await client.get(
        proposing["service_url"] + proposing["service_path"],
        params={"type": "speaker.person", "limit": "4"},
    )
    proposed = answer.json()
    check("data-extension-property-proposal", proposed)
    assert [one["id"] for one in proposed["properties"]] == ["name", "names", "kind", "country"]
    asked = {"ids": [entity], "properties": [{"id": one["id"]} for one in proposed["properties"]]}
    check("data-extension-query", asked)
    extended = (await client.post(PATH, data={"extend": json.dumps(asked)})).json()
    check("data-extension-response", extended)
    assert extended["rows"][entity]["country"] == [{"str": "KZ"}]


async def test_get_answers_as_post_does(known: dict[str, Made], service: Service) -> None:
    queries = {"q0": {"query": "Tokayev"}}
    extend = {"ids": [known["ria"].id], "properties": [{"id": "name"}]}

    for field, value in (("queries", queries), ("extend", extend)):
        got = await service.get("", **{field: json.dumps(value)})
        assert got == (await service.post(field, value)).json()


async def test_pages_of_any_origin_may_ask_also_where_others_may_not(
    known: dict[str, Made], anonymous: Client
) -> None:
    for path in (PATH, f"{PATH}/suggest/entity"):
        asked = await anonymous.options(
            path, headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
        )
        assert asked.status_code == 204
        assert asked.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in asked.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
        assert "OPTIONS" in asked.headers["Allow"]
        assert asked.headers["X-Request-Id"]
    refused = await anonymous.get(PATH, params={"queries": "{"})
    without_origin = await anonymous.get(PATH)
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert without_origin.headers["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit" in without_origin.headers["Access-Control-Expose-Headers"]
    for path in ("/v1/speakers", "/reconciled"):
        answer = await anonymous.get(path, headers={"Origin": ORIGIN})
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_there_is_no_jsonp(anonymous: Client) -> None:
    answer = await anonymous.get(PATH, params={"callback": "alert"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "callback"
