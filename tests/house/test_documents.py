"""What PostgreSQL builds is what the OpenAPI document says: no field missing, none too many."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import asyncpg
import pytest
from fastapi import FastAPI

from app.search.facets import Facet
from tests.house import filled
from tests.house.seen import Seen
from tests.making import Client, Make

NEVER_NULL = {
    "ApiKey.created_by": "only its own organisation sees it",
    "Comment.created_by": "as above",
    "NewlyMadeApiKey.created_by": "as above",
    "Webhook.created_by": "as above",
    "InheritedVerdict.rating": "what is out is rated",
    "InheritedVerdict.summary": "what is out has a summary",
    "InheritedVerdict.published_at": "it is inherited once it is out",
}
NEVER_EMPTY = {
    "ApiKey.scopes": "a key that may do nothing can't be made",
    "NewlyMadeApiKey.scopes": "as above",
    "RatingScale.check_types": "a scale is made for something",
    "RatingScale.ratings": "nobody could rate on it",
    "CheckTypeStats.ratings": "what has no verdict isn't listed",
    "Webhook.events": "nobody wants to be told nothing",
}
JUST_MADE = {
    "NewlyMadeApiKey.last_used_at": "nobody used it yet",
    "NewlyMadeApiKey.revoked_at": "nobody revoked it yet",
}
VIEWS = 3
OF_SOMETHING = {"LinkPage"}
"""Lists of what belongs to something else."""
NOT_ALONE = {"CorrectionPage", "HeldQuantityPage", "SearchResultPage"}
"""Lists of what has no address of its own."""
EVERYTHING = "the or about or number or statement or speaker or source or что"
"""A search that finds something of each kind."""


@pytest.fixture
async def seen(
    app: FastAPI, make: Make, stranger: Client, database: asyncpg.Connection
) -> AsyncIterator[Seen]:
    """Have everything there is, and a look at it."""
    await filled.everything(make, Make(stranger), database)
    yield Seen(app.openapi())
    await database.execute(
        "UPDATE organization SET url = NULL, escalation_url = NULL WHERE name = $1", filled.US
    )


async def test_every_document_is_as_its_schema_says_with_everything_and_with_nothing_in_it(
    seen: Seen,
    admin: Client,
    stranger: Client,
    anonymous: Client,
    make: Make,
    database: asyncpg.Connection,
) -> None:
    looked = [await look_around(seen, caller) for caller in (admin, stranger, anonymous)]
    await look_at_keys(seen, make, database)
    await look_at_counts(seen, anonymous)
    await look_at_merged(seen, anonymous)

    assert len(looked) == VIEWS
    assert all(count > len(lists(seen.document)) for count in looked)
    check_all_was_seen(seen)


async def test_every_field_of_a_document_is_required_and_no_other_is_allowed(
    seen: Seen, admin: Client
) -> None:
    await look_around(seen, admin)

    for component in seen.components():
        schema = seen.schemas[component]
        if "enum" not in schema and component != "Count":
            assert schema["additionalProperties"] is False, component
            optional = set(schema["properties"]) - set(schema["required"])
            assert optional <= {"count", "facets"}, component


async def test_what_a_write_answers_is_what_reading_answers(
    app: FastAPI, admin: Client, make: Make
) -> None:
    seen = Seen(app.openapi())
    made = await filled.statement(make)

    patched = await admin.patch(made.path, json={"occasion": None}, headers=made.if_match)
    read = await admin.get(made.path)

    seen.look("Statement", made.body)
    assert (patched.content, patched.headers["ETag"]) == (read.content, read.headers["ETag"])


def lists(document: dict[str, Any]) -> dict[str, str]:
    """Find the lists of the API, and the component that shows a page of each."""
    found = {}
    for path, operations in document["paths"].items():
        if "get" in operations:
            answers = operations["get"]["responses"].get("200", {}).get("content", {})
            schema = answers.get("application/json", {}).get("schema", {})
            component = schema.get("$ref", "").rpartition("/")[2]
            if component.endswith("Page"):
                found[path] = component
    return found


async def look_around(seen: Seen, caller: Client) -> int:
    """Look at every page and everything on it; tell how many documents that were."""
    looked = 0
    statements = (await caller.get("/v1/statements?limit=100")).json()["items"]
    for carried in (hop for one in statements for hop in one["appearances"]):
        seen.look("Source", (await caller.get(f"/v1/sources/{carried['source_id']}")).json())
    verdicts = (await caller.get("/v1/verdicts?limit=100")).json()["items"]
    webhooks = (await caller.get("/v1/webhooks?limit=100")).json().get("items", [])
    about = {"statement_id": statements, "verdict_id": verdicts, "webhook_id": webhooks}
    for path, component in lists(seen.document).items():
        for address in addresses(path, about):
            answer = await caller.get(asked_for(address, limit=100, count="true"))
            if answer.status_code == 401:
                continue
            assert answer.status_code == 200, answer.text
            looked += await look_at_page(seen, caller, component, answer.json(), address)
    return looked + await look_by_name(seen, caller)


async def look_by_name(seen: Seen, caller: Client) -> int:
    """Look for a speaker and a source by their names, and at what is found."""
    looked = 0
    for path in ("/v1/speakers", "/v1/sources"):
        named = [one for one in (await caller.get(path)).json()["items"] if one["name"]]
        page = (await caller.get("/v1/search", params={"q": named[0]["name"]})).json()
        seen.look("SearchResultPage", page)
        looked += len(page["items"])
    return looked


def asked_for(address: str, **parameters: Any) -> str:
    """Write the address of a page; a search needs something to look for."""
    needed: dict[str, str] = {}
    if address == "/v1/search":
        facets = {1: ["year"], 100: [*Facet]}.get(parameters.get("limit", 0), [*Facet][:-1])
        needed = {"q": EVERYTHING, "facets": ",".join(facets)}
    return f"{address}?{urlencode(needed | parameters)}"


def addresses(path: str, about: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Name the lists of a path: one for each thing that it is about, or itself alone."""
    for name, things in about.items():
        if f"{{{name}}}" in path:
            return {path.format(**{name: one["id"]}) for one in things}
    return {path}


async def look_at_page(
    seen: Seen, caller: Client, component: str, page: dict[str, Any], address: str
) -> int:
    """Look at a page, at a part of it, and at each item by its own address."""
    seen.look(component, page)
    seen.look(component, (await caller.get(asked_for(address, limit=1))).json())
    later = asked_for(address, updated_since="2999-01-01T00:00:00Z", count="true")
    empty = await caller.get(later)
    if component not in OF_SOMETHING:
        nothing: dict[str, Any] = {"items": [], "next": None, "count": {"value": 0, "exact": True}}
        found = {name: value for name, value in empty.json().items() if name in nothing}
        assert found == nothing
        seen.look(component, empty.json())
    for item in page["items"]:
        own = "/v1/comments" if component == "CommentPage" else address
        if component not in NOT_ALONE:
            fetched = await caller.get(f"{own}/{item.get('id', item.get('no'))}")
            assert fetched.json() == item
        seen.look(component.removesuffix("Page"), item)
    return len(page["items"])


async def look_at_keys(seen: Seen, make: Make, database: asyncpg.Connection) -> None:
    """Look at keys as their making shows them, and as the log does when they are revoked."""
    for made in (
        await make.api_key(ref="k-2", expires_at="2999-12-31T00:00:00Z"),
        await make.api_key(scopes=["read"]),
    ):
        seen.look("NewlyMadeApiKey", made.body)
    revoked = await database.fetchval(
        "SELECT document FROM change WHERE action = 'api_key.archived'"
    )
    seen.look("ApiKey", json.loads(revoked))


async def look_at_counts(seen: Seen, caller: Client) -> None:
    """Look at the statistics of everybody."""
    for one in (await caller.get("/v1/speakers?limit=100")).json()["items"]:
        answer = await caller.get(f"/v1/speakers/{one['id']}/stats")
        seen.look("SpeakerStats", answer.json())


async def look_at_merged(seen: Seen, caller: Client) -> None:
    """Look at a speaker that was merged: as the feed shows it, for its address leads elsewhere."""
    feed = (await caller.get("/v1/changes?collection=speakers&limit=1000")).json()["items"]
    for item in feed:
        if item["action"] == "speaker.merged":
            seen.look("Speaker", item["document"])


def check_all_was_seen(seen: Seen) -> None:
    """See that everything that may be null was null and wasn't, and every list empty and not."""
    nullable = {place for place, null, _ in seen.places() if null}
    listed = {place for place, _, is_list in seen.places() if is_list}

    assert nullable - seen.values - JUST_MADE.keys() == set(), "never seen with a value"
    assert nullable - seen.nulls - NEVER_NULL.keys() == set(), "never seen null"
    assert listed - seen.items == set(), "never seen with anything in it"
    assert listed - seen.empty - NEVER_EMPTY.keys() == set(), "never seen empty"
