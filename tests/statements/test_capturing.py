"""Capturing a statement: all that comes with it, in one transaction."""

import json
from typing import Any

import asyncpg
import pytest

from tests.making import Client, Json, Make, wrong

URL = "https://paper.example/98000"
QUANTITY: Json = {
    "measure": "border_entries",
    "value": "98000",
    "low": "90000",
    "high": "100000",
    "comparator": "approx",
    "unit": "person",
    "population": "Russians",
    "place": "KZ",
    "counterpart_place": "RU",
    "period_start": "2022-09-21",
    "period_end": "2022-09",
    "as_of": "2022-09-27",
    "verbatim": "environ 98.000",
    "is_estimate": True,
}
PLAIN: Json = {
    "ref": "cms/4711",
    "text": "environ 98.000 Russes sont entrés au Kazakhstan depuis le 21 septembre",
    "language": "fr",
    "summary": "About 98,000 Russians have entered Kazakhstan",
    "kind": "quantitative",
    "utterance": "indirect",
    "speaker_role": "Chairman",
    "said_on": "2022-09-27",
    "occasion": "A briefing",
    "place": {"name": "Astana", "country": "KZ"},
    "translations": [
        {
            "language": "en",
            "text": "about 98,000 Russians",
            "translator": "agency",
            "translator_name": "A. Translator",
        }
    ],
    "checkability": {"state": "not_checkable", "reason": "vague"},
    "state": "triaged",
    "visibility": "public",
    "origin": "import",
}
AGENCY: Json = {"kind": "news_agency", "name": "RIA Novosti", "country": "RU"}
APPEARANCES: list[Json] = [
    {
        "key": "blog",
        "parent_id": "paper",
        "source": {"kind": "website", "name": "Ultimatepocket"},
        "role": "republisher",
        "mode": "republication",
        "fidelity": "altered",
        "drift_note": "Rounded up",
        "changed_facts": [{"field": "value", "from": "98000", "to": "100000"}],
    },
    {
        "key": "paper",
        "parent_key": "wire",
        "source": {"kind": "article", "name": "98.000", "url": URL},
        "role": "outlet",
        "mode": "translated_quote",
        "text": "environ 98.000",
        "language": "fr",
        "published_on": "2022-09-27",
        "locator": "second paragraph",
        "fidelity": "verbatim",
    },
    {
        "key": "wire",
        "source": {"kind": "wire", "name": "98 тысяч", "publisher": AGENCY},
        "role": "agency",
        "mode": "direct_quote",
        "is_first_known": True,
    },
]
NESTED: Json = PLAIN | {
    "speaker": {
        "kind": "person",
        "name": "Aslan Atalykov",
        "external_ids": [{"scheme": "wikidata", "value": "Q1"}],
    },
    "quantities": [QUANTITY],
    "appearances": APPEARANCES,
    "topics": [{"key": "migration", "labels": {"en": "Migration"}}],
}


async def rows(database: asyncpg.Connection) -> dict[str, int]:
    tables = ("speaker", "source", "topic", "statement", "appearance", "change")
    return {
        table: await database.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
        for table in tables
    }


async def test_what_was_given_is_what_is_kept(make: Make) -> None:
    made = (await make.post("/v1/statements", NESTED)).body

    assert {name: made[name] for name in PLAIN} == PLAIN
    assert {name: made["quantities"][0][name] for name in QUANTITY} == QUANTITY
    assert (made["version"], made["revision"]) == (1, 1)
    assert made["created_by"] == "Administrator"


async def test_a_new_speaker_and_topic_are_recorded_with_it(make: Make, anonymous: Client) -> None:
    made = (await make.post("/v1/statements", NESTED)).body

    speaker = (await anonymous.get(f"/v1/speakers/{made['speaker_id']}")).json()
    topic = (await anonymous.get(f"/v1/topics/{made['topics'][0]['id']}")).json()

    assert speaker["name"] == "Aslan Atalykov"
    assert made["speaker"] == {
        "id": speaker["id"],
        "kind": "person",
        "name": "Aslan Atalykov",
        "country": None,
        "wikidata_id": "Q1",
    }
    assert (topic["key"], topic["labels"]) == ("migration", {"en": "Migration"})


async def test_appearances_name_one_another_by_key_in_any_order(make: Make) -> None:
    made = (await make.post("/v1/statements", NESTED)).body

    blog, paper, wire = made["appearances"]
    assert (blog["parent_id"], paper["parent_id"]) == (paper["id"], wire["id"])
    assert wire["parent_id"] is None
    assert [one["is_first_known"] for one in made["appearances"]] == [False, False, True]
    assert blog["changed_facts"] == [{"field": "value", "from": "98000", "to": "100000"}]
    assert wire["fidelity"] == "unknown"
    given = {name: APPEARANCES[1][name] for name in APPEARANCES[1] if name in paper}
    assert {name: paper[name] for name in given if name != "source"} == {
        name: value for name, value in given.items() if name != "source"
    }


async def test_new_sources_bring_their_publishers(make: Make, anonymous: Client) -> None:
    wire = (await make.post("/v1/statements", NESTED)).body["appearances"][2]

    source = (await anonymous.get(f"/v1/sources/{wire['source_id']}")).json()

    assert wire["source"]["publisher"]["name"] == "RIA Novosti"
    assert source["publisher"] == wire["source"]["publisher"]
    assert source["publisher_id"] == source["publisher"]["id"]


async def test_the_answer_is_what_is_fetched_afterwards(admin: Client) -> None:
    made = await admin.post("/v1/statements", json=NESTED)

    fetched = await admin.get(made.headers["Location"])

    assert made.status_code == 201
    assert made.headers["Location"] == f"/v1/statements/{made.json()['id']}"
    assert fetched.json() == made.json()
    assert fetched.headers["ETag"] == made.headers["ETag"]


async def test_a_least_statement_says_what_it_is_not_told(admin: Client) -> None:
    least = {"text": "It rains", "language": "en", "speaker_is_anonymous": True}

    made = (await admin.post("/v1/statements", json=least)).json()

    defaults = {
        "kind": "factual",
        "utterance": "quote",
        "state": "captured",
        "visibility": "internal",
        "origin": "human",
        "checkability": {"state": "undecided", "reason": None},
        "speaker": None,
        "speaker_id": None,
        "place": None,
        "summary": None,
        "said_on": None,
    }
    assert {name: made[name] for name in defaults} == defaults
    lists = ("translations", "quantities", "appearances", "topics", "verdicts", "warnings")
    assert [made[name] for name in lists] == [[]] * len(lists)
    assert made["inherited_verdicts"] == []


async def test_what_exists_is_named_by_id_and_topics_by_key_too(make: Make) -> None:
    speaker, source = await make.speaker(), await make.source()
    one, other = await make.topic(key="migration"), await make.topic()
    hop = {"source_id": source.id, "role": "origin", "mode": "headline"}

    made = await make.statement(
        speaker_id=speaker.id, appearances=[hop], topics=["migration", other.id]
    )

    assert made.body["speaker_id"] == speaker.id
    assert made.body["appearances"][0]["source_id"] == source.id
    assert [topic["id"] for topic in made.body["topics"]] == [one.id, other.id]


async def test_keys_that_are_not_given_are_made_up_and_avoid_those_that_are(make: Make) -> None:
    source = await make.source()
    hop = {"source_id": source.id, "role": "origin", "mode": "headline"}

    made = await make.statement(appearances=[hop | {"key": "a2"}, hop, hop])

    keys = [one["key"] for one in made.body["appearances"]]
    assert keys[0] == "a2"
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    "third",
    [
        {"source_id": "0192d3a4-0000-7000-8000-000000000000"},
        {"source": {"kind": "article", "name": "Again", "url": URL}},
        {"source": {"kind": "article", "name": "New"}, "parent_key": "nobody"},
        {"source": {"kind": "article", "name": "New"}, "is_first_known": True},
    ],
)
async def test_one_wrong_appearance_leaves_nothing_behind(
    third: Json, admin: Client, database: asyncpg.Connection
) -> None:
    before = await rows(database)
    hop = {"key": "third", "role": "outlet", "mode": "summary"} | third

    refused = await admin.post("/v1/statements", json=NESTED | {"appearances": [*APPEARANCES, hop]})

    assert refused.status_code in {409, 422}
    assert {error["pointer"][:15] for error in refused.json()["errors"]} == {"/appearances/3/"}
    assert await rows(database) == before


async def test_a_ref_is_one_statements_in_its_organization(
    make: Make, admin: Client, stranger: Client
) -> None:
    await make.statement(ref="cms-1")
    again = {"ref": "cms-1", "text": "Hm", "language": "en", "speaker_is_anonymous": True}

    assert wrong(await admin.post("/v1/statements", json=again)) == (409, {("/ref", "taken")})
    assert (await stranger.post("/v1/statements", json=again)).status_code == 201


@pytest.mark.parametrize(("length", "advice"), [(75, []), (76, [("/summary", "long")])])
async def test_a_summary_longer_than_advised_brings_a_warning(
    length: int, advice: list[Any], make: Make
) -> None:
    made = await make.statement(summary="é" * length)

    assert [(one["pointer"], one["code"]) for one in made.body["warnings"]] == advice


async def test_a_strangers_organization_records_its_own(stranger: Client, editor: Client) -> None:
    body = {"text": "Hm", "language": "en", "speaker_is_anonymous": True}

    theirs = await stranger.post("/v1/statements", json=body)

    assert (await editor.get(theirs.headers["Location"])).status_code == 404


AUTHORS = [["A, B", '"C" {D}', "NULL", "E\\F", "Жанна"], [], ["Z", "A"]]


async def test_lists_of_nested_sources_are_kept_as_they_came(make: Make) -> None:
    hops = [
        {
            "key": f"k{at}",
            "role": "outlet",
            "mode": "indirect",
            "source": {"kind": "article", "name": f"S{at}", "authors": authors},
        }
        for at, authors in enumerate(AUTHORS)
    ]

    made = await make.statement(appearances=hops)

    ids = [one["source_id"] for one in made.body["appearances"]]
    found = [(await make.client.get(f"/v1/sources/{one}")).json()["authors"] for one in ids]
    assert found == AUTHORS


@pytest.mark.parametrize(
    "captured",
    [["public"], ["internal"], ["internal"] * 2, ["internal", "public"], ["public", "internal"]],
)
async def test_the_log_has_for_the_public_what_was_captured_as_public(
    make: Make, anonymous: Client, database: asyncpg.Connection, captured: list[str]
) -> None:
    plain = {"text": "So", "language": "en", "speaker_is_anonymous": True}
    items = [plain | {"visibility": visibility} for visibility in captured]

    answer = await make.client.post("/v1/statements/batch", json={"items": items})

    for made, visibility in zip(answer.json()["results"], captured, strict=True):
        logged = "SELECT public_document FROM change WHERE resource_id = $1"
        found = await database.fetchval(logged, made["document"]["id"])
        seen = await anonymous.get(made["location"])
        assert seen.status_code == (200 if visibility == "public" else 404)
        assert json.loads(found or "null") == (seen.json() if seen.is_success else None)
