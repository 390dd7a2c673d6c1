"""A statement that is put whole, by reference: what is nested in it isn't recorded twice."""

from copy import deepcopy
from typing import Any

import asyncpg
import pytest
from httpx2 import Response

from tests.making import Client, Json, Make, change, wrong

PATH = "/v1/statements/by-ref/cms-4711"
WIRE: Json = {
    "kind": "wire",
    "name": "98.000 Russes au Kazakhstan",
    "publisher": {"kind": "news_agency", "name": "RIA Novosti", "country": "RU"},
}
WHOLE: Json = {
    "text": "environ 98.000 Russes sont entrés au Kazakhstan",
    "language": "fr",
    "speaker": {"kind": "person", "name": "Aslan Atalykov", "names": [{"name": "Atalykovn"}]},
    "place": {"country": "KZ"},
    "translations": [{"language": "en", "text": "about 98,000", "translator": "human"}],
    "quantities": [
        {"measure": "border_entries", "value": "98000", "comparator": "approx"},
        {"measure": "border_exits", "value": "64000.0"},
    ],
    "topics": [{"key": "mobilisation", "labels": {"en": "Mobilisation"}}],
    "appearances": [
        {"role": "agency", "mode": "direct_quote", "source": WIRE},
        {
            "role": "outlet",
            "mode": "translated_quote",
            "parent_key": "a1",
            "source": {"kind": "article", "name": "An article", "url": "https://a.example/1"},
            "changed_facts": [{"field": "value", "from": "98000", "to": "100000"}],
        },
    ],
}
RECORDED = "SELECT count(*) FROM change"


async def put(client: Client, body: Json, **conditions: str) -> Response:
    return await client.put(PATH, json=body, headers=conditions or {"If-Match": "*"})


async def first(client: Client, body: Json = WHOLE) -> Json:
    answer = await client.put(PATH, json=body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


def but(**changes: Any) -> Json:
    return deepcopy(WHOLE) | changes


async def test_the_same_again_changes_nothing_whatever_is_nested(
    editor: Client, database: asyncpg.Connection
) -> None:
    made = await first(editor)
    recorded = await database.fetchval(RECORDED)

    again = await put(editor, WHOLE)

    assert (again.status_code, again.json()) == (200, made)
    assert await database.fetchval(RECORDED) == recorded


async def test_one_field_changes_and_the_rest_stays_the_same_rows(editor: Client) -> None:
    made = await first(editor)

    replaced = (await put(editor, but(summary="About 98,000 entered"))).json()

    changed = {name for name in made if made[name] != replaced[name]}
    assert changed == {"summary", "version", "updated_at"}
    assert replaced["version"] == 2


async def test_what_is_left_out_gets_its_default(editor: Client) -> None:
    made = await first(editor, but(summary="About 98,000 entered", state="open"))
    least = {name: WHOLE[name] for name in ("text", "language", "speaker")}

    replaced = (await put(editor, least)).json()

    assert replaced["speaker"] == made["speaker"]
    assert (replaced["summary"], replaced["place"], replaced["kind"]) == (None, None, "factual")
    for part in ("quantities", "appearances", "topics", "translations"):
        assert (made[part] != [], replaced[part]) == (True, [])


async def test_where_the_work_is_stays_unless_the_body_moves_it(editor: Client) -> None:
    await first(editor, but(state="open"))

    kept = await put(editor, but(summary="Another"))
    moved = await put(editor, but(state="closed"))
    refused = await put(editor, but(state="captured"))

    assert (kept.json()["state"], moved.json()["state"]) == ("open", "closed")
    assert (refused.status_code, refused.json()["legal"]) == (409, ["open"])
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/state"]


async def test_another_speaker_is_recorded(editor: Client) -> None:
    made = await first(editor)

    replaced = (await put(editor, but(speaker={"name": "Somebody else"}))).json()

    assert replaced["speaker"]["name"] == "Somebody else"
    assert replaced["speaker"]["id"] != made["speaker"]["id"]
    assert replaced["revision"] == made["revision"] + 1


async def test_a_speaker_may_be_named_by_id_instead(
    editor: Client, database: asyncpg.Connection
) -> None:
    made = await first(editor)
    recorded = await database.fetchval(RECORDED)
    named = but(speaker_id=made["speaker"]["id"])
    del named["speaker"]

    assert (await put(editor, named)).json() == made
    assert await database.fetchval(RECORDED) == recorded


@pytest.mark.parametrize(
    "known_by", [{"ref": "atalykov"}, {"external_ids": [{"scheme": "wikidata", "value": "Q1"}]}]
)
async def test_a_speaker_who_was_changed_since_is_known_by_reference_or_identifier(
    known_by: Json, make: Make, editor: Client
) -> None:
    body = but(speaker=WHOLE["speaker"] | known_by)
    made = await first(editor, body)
    speaker = f"/v1/speakers/{made['speaker']['id']}"
    await editor.patch(speaker, json={"name": "A. Atalykov"}, headers={"If-Match": "*"})

    replaced = (await put(editor, body | {"summary": "Other"})).json()

    assert replaced["speaker"]["id"] == made["speaker"]["id"]
    assert replaced["speaker"]["name"] == "A. Atalykov"


async def test_a_source_that_was_changed_since_is_known_by_its_address(editor: Client) -> None:
    made = await first(editor)
    source = f"/v1/sources/{made['appearances'][1]['source']['id']}"
    moved = {"url": "https://new.example/", "url_aliases": ["https://a.example/1"], "name": "Other"}
    await editor.patch(source, json=moved, headers={"If-Match": "*"})

    replaced = (await put(editor, but(summary="Other"))).json()

    assert replaced["appearances"][1]["id"] == made["appearances"][1]["id"]
    assert replaced["appearances"][1]["source"]["id"] == made["appearances"][1]["source"]["id"]
    assert replaced["appearances"][1]["source"]["name"] == "Other"


async def test_a_publisher_that_says_something_else_makes_another_source(editor: Client) -> None:
    made = await first(editor)
    body = but()
    body["appearances"][0]["source"]["publisher"]["name"] = "TASS"

    replaced = (await put(editor, body)).json()

    before, after = (one["appearances"][0]["source"] for one in (made, replaced))
    assert after["id"] != before["id"]
    assert after["publisher"]["name"] == "TASS"
    assert replaced["appearances"][0]["id"] == made["appearances"][0]["id"]


async def test_hops_may_change_places_without_being_recorded_anew(editor: Client) -> None:
    body = but()
    body["appearances"][0]["key"], body["appearances"][1]["key"] = "ria", "outlet"
    body["appearances"][1]["parent_key"] = "ria"
    made = await first(editor, body)
    body["appearances"].reverse()

    replaced = (await put(editor, body)).json()

    assert replaced["appearances"] == made["appearances"][::-1]


async def test_a_hop_before_the_others_leaves_their_sources_as_they_are(
    editor: Client, database: asyncpg.Connection
) -> None:
    made = await first(editor)
    body = but()
    speech = {"kind": "speech", "name": "At the border"}
    body["appearances"].insert(0, {"role": "origin", "mode": "direct_quote", "source": speech})
    body["appearances"][2]["parent_key"] = "a2"

    replaced = (await put(editor, body)).json()

    sources = [hop["source"]["id"] for hop in replaced["appearances"]]
    assert sources[1:] == [hop["source"]["id"] for hop in made["appearances"]]
    assert sources[0] not in sources[1:]
    assert await database.fetchval("SELECT count(*) FROM source") == 4


async def test_two_hops_by_sources_that_read_the_same_keep_each_its_own(
    editor: Client, database: asyncpg.Connection
) -> None:
    same = [
        {"role": "outlet", "mode": "summary", "source": {"kind": "article", "name": "Untitled"}},
        {"role": "platform", "mode": "summary", "source": {"kind": "article", "name": "Untitled"}},
    ]
    made = await first(editor, but(appearances=same))

    replaced = await put(editor, but(appearances=same))

    assert replaced.json() == made
    assert await database.fetchval("SELECT count(*) FROM source") == 2


async def test_ids_may_be_sent_back(editor: Client) -> None:
    made = await first(editor)
    body = but()
    body["quantities"] = [{"id": made["quantities"][1]["id"], **WHOLE["quantities"][1]}]
    body["appearances"] = [{"id": made["appearances"][0]["id"], **WHOLE["appearances"][0]}]

    replaced = (await put(editor, body)).json()

    assert replaced["quantities"] == made["quantities"][1:]
    assert replaced["appearances"] == made["appearances"][:1]


async def test_an_id_of_another_statement_is_refused(make: Make, editor: Client) -> None:
    other = (await first(editor))["appearances"][0]["id"]
    hop = {"id": other, **WHOLE["appearances"][1], "parent_key": None}

    answer = await editor.put("/v1/statements/by-ref/other", json=but(appearances=[hop], topics=[]))

    assert wrong(answer) == (422, {("/appearances/0/id", "reference")})


async def test_a_new_source_at_an_address_that_is_taken_is_refused(
    make: Make, editor: Client, database: asyncpg.Connection
) -> None:
    await make.source(url="https://taken.example/")
    await first(editor)
    recorded = await database.fetchval(RECORDED)
    body = but()
    body["appearances"][0]["source"]["url"] = "https://taken.example/"

    answer = await put(editor, body)

    assert wrong(answer) == (409, {("/appearances/0/source/url", "taken")})
    assert await database.fetchval(RECORDED) == recorded


async def test_what_a_published_verdict_is_about_stays_public_unless_it_is_said(
    make: Make, editor: Client
) -> None:
    made = await first(editor)
    await make.published(statement_id=made["id"])

    again = await put(editor, WHOLE)
    hidden = await put(editor, but(visibility="internal"))

    assert (again.status_code, again.json()["visibility"]) == (200, "public")
    assert (again.json()["version"], again.json()["revision"]) == (2, 1)
    assert wrong(hidden) == (409, {("/visibility", "public_verdict")})


async def test_a_patch_keeps_what_is_nested_and_says_the_same_too(make: Make) -> None:
    made = await make.statement(speaker=WHOLE["speaker"])

    answer = await change(make.client, made, speaker=WHOLE["speaker"])

    assert (answer.status_code, answer.json()) == (200, made.body)
