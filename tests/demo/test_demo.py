"""The demo: one article, recorded as it stands, and nothing beyond it."""

import pytest

from app.demo import load
from app.foundation.problems import Conflict
from tests.demo.conftest import Demo, everything
from tests.making import Client, Json, ids

ARTICLE = "2022-09-27"
RECORDED = [
    ("entries-98000", "Aslan Atalykov", "environ 98.000 Russes", ["98000"]),
    ("verified-border-data", "Aslan Atalykov", "données vérifiées", []),
    ("exits-260000", "FSB", "plus de 260.000 citoyens russes en 10 jours", ["260000"]),
    (
        "headline-260000-men",
        "L'Indépendant",
        "260.000 hommes, sur les 300.000",
        ["260000", "300000"],
    ),
    ("mobilised-300000", "L'Indépendant", "300.000 hommes", ["300000"]),
    ("headline-nearly-100000", "L'Indépendant", "près de 100.000 Russes", ["100000"]),
    ("tokayev-many-people", "Kassym-Jomart Tokayev", "beaucoup de gens de Russie", []),
    ("tokayev-forced-to-leave", "Kassym-Jomart Tokayev", "obligés de partir", []),
    ("tokayev-territorial-integrity", "Kassym-Jomart Tokayev", "intégrité territoriale", []),
    ("border-7000-km", "L'Indépendant", "près de 7.000 km", ["7000"]),
    ("headline-georgian-border", "L'Indépendant", "3.000 voitures, 48 heures", ["3000", "48"]),
    ("partial-mobilisation", "Vladimir Putin", "mobilisation militaire partielle", []),
]
MEASURES = {
    "98000": ("border_entries", "approx"),
    "7000": ("border_length", "approx"),
    "3000": ("vehicles_queued", "eq"),
    "48": ("waiting_time", "eq"),
}


def names(speaker: Json) -> dict[str, str]:
    return {one["name"]: one["kind"] for one in speaker["names"]}


@pytest.mark.parametrize(("ref", "speaker", "words", "numbers"), RECORDED)
async def test_what_the_article_says_is_there(
    ref: str, speaker: str, words: str, numbers: list[str], demo: Demo
) -> None:
    statement = demo["statements"][ref]

    assert statement["speaker"]["name"] == speaker
    assert words in statement["text"]
    assert statement["language"] == "fr"
    assert [one["value"] for one in statement["quantities"]] == numbers
    for quantity in statement["quantities"]:
        expected = MEASURES.get(quantity["value"], (quantity["measure"], quantity["comparator"]))
        assert (quantity["measure"], quantity["comparator"]) == expected
        assert quantity["verbatim"] is not None


async def test_every_statement_is_translated_and_says_by_whom(demo: Demo) -> None:
    for statement in demo["statements"].values():
        (english,) = statement["translations"]
        assert (english["language"], english["translator"]) == ("en", "human")
        assert english["translator_name"] == "onrecord demo"


async def test_summaries_are_as_short_as_advised(demo: Demo) -> None:
    assert [one["warnings"] for one in demo["statements"].values() if one["warnings"]] == []


async def test_people_are_found_by_the_names_that_the_article_misspells(demo: Demo) -> None:
    speakers, sources = demo["speakers"], demo["sources"]

    assert names(speakers["aslan-atalykov"]) == {"Aslan Atalykovn": "misspelling"}
    tokayev = " ".join(names(speakers["kassym-jomart-tokayev"]))
    for spelling in ("Tokaïev", "Тоқаев", "Токаев", "Toqaev"):
        assert spelling in tokayev
    assert names(sources["ria-novosti"])["Ria Novosty"] == "misspelling"


async def test_the_number_travelled_from_the_agency_to_the_paper_to_the_blog(demo: Demo) -> None:
    hops = demo["statements"]["entries-98000"]["appearances"]
    by_id = {hop["id"]: hop for hop in hops}
    (blog,) = [hop for hop in hops if hop["role"] == "republisher"]

    paper = by_id[blog["parent_id"]]
    agency = by_id[paper["parent_id"]]

    assert blog["source"]["publisher"]["name"] == "Ultimatepocket"
    assert paper["source"]["publisher"]["name"] == "L'Indépendant"
    assert (agency["source"]["name"], agency["parent_id"]) == ("RIA Novosti", None)
    assert [hop["id"] for hop in hops if hop["is_first_known"]] == [agency["id"]]


async def test_every_statement_came_by_way_of_the_paper_and_the_blog(demo: Demo) -> None:
    for statement in demo["statements"].values():
        outlets = {
            (hop["source"]["publisher"] or hop["source"])["name"]
            for hop in statement["appearances"]
        }
        assert {"L'Indépendant", "Ultimatepocket"} <= outlets


async def test_the_report_counts_exits_and_the_official_entries(demo: Demo) -> None:
    (exits,) = demo["statements"]["exits-260000"]["quantities"]
    (entries,) = demo["statements"]["entries-98000"]["quantities"]

    assert (exits["measure"], exits["comparator"], exits["place"]) == ("border_exits", "gt", "RU")
    assert (entries["measure"], entries["comparator"]) == ("border_entries", "approx")
    assert (entries["place"], entries["period_start"]) == ("KZ", "2022-09-21")
    assert exits["period_start"] is None


async def test_the_statements_are_linked_and_the_two_numbers_are_not(demo: Demo) -> None:
    statements = {one["id"]: ref for ref, one in demo["statements"].items()}
    found = {
        (statements[link["statement_id"]], link["type"], statements[link["other_id"]])
        for page in demo["links"].values()
        for link in page["items"]
    }

    assert ("headline-nearly-100000", "repeats", "entries-98000") in found
    assert ("headline-260000-men", "repeats", "exits-260000") in found
    assert {type_ for _, type_, _ in found} == {"repeats", "qualifies"}
    both = {"entries-98000", "exits-260000"}
    assert not [link for link in found if {link[0], link[2]} == both]


async def test_verdicts_say_that_they_are_examples_made_from_the_article(demo: Demo) -> None:
    verdicts = {
        (one["check_type"], one["rating"]["key"], one["rating"]["label"])
        for one in demo["verdicts"].values()
    }

    assert verdicts == {
        ("content", "unverifiable", "Unverifiable"),
        ("context", "mostly_true", "Mostly true"),
        ("context", "missing_context", "Missing context"),
        ("attribution", "confirmed", "Confirmed"),
        ("attribution", "altered", "Altered"),
    }
    for verdict in demo["verdicts"].values():
        assert verdict["explanation"].startswith("This is an example, made from the article alone")
        assert verdict["state"] == "published"
        assert verdict["evidence"]
        assert verdict["stale_reasons"] == []


async def test_what_the_article_doesnt_say_is_left_out(demo: Demo) -> None:
    sources, speakers = demo["sources"].values(), demo["speakers"].values()

    assert not [one for one in sources if one["url"] or one["url_aliases"] or one["archive_url"]]
    assert not [one for one in sources if one["external_ids"]]
    assert {one["image_url"] for one in speakers} == {None}
    roles = [role for one in speakers for role in one["affiliations"]]
    assert {(role["since"], role["until"]) for role in roles} == {(None, None)}
    identified = {one["name"]: one["external_ids"] for one in speakers if one["external_ids"]}
    assert identified == {"Vladimir Putin": [{"scheme": "wikidata", "value": "Q7747"}]}
    assert not [
        leaf
        for found in (*sources, *speakers, *demo["statements"].values())
        for leaf in everything(found)
        if isinstance(leaf, str) and "http" in leaf
    ]


async def test_nothing_was_said_after_the_article(demo: Demo) -> None:
    days = [one["said_on"] for one in demo["statements"].values() if one["said_on"]]

    assert days
    assert all(day <= ARTICLE for day in days)


async def test_topics_are_a_tree(demo: Demo) -> None:
    topics = demo["topics"]

    assert topics["border-crossings"]["parent_id"] == topics["migration"]["id"]
    assert all({"en", "fr"} <= one["labels"].keys() for one in topics.values())


async def test_it_is_loaded_once(anonymous: Client, database_url: str) -> None:
    number = await load.load(database_url)

    with pytest.raises(Conflict):
        await load.load(database_url)

    assert not await load.is_wanted(database_url)
    assert len(await ids(anonymous, "/v1/statements", limit=100)) == number


async def test_who_said_that_98000_had_entered_kazakhstan(
    anonymous: Client, database_url: str
) -> None:
    await load.load(database_url)
    wanted = {"topic": "migration", "has_verdict": "true", "rating": "unverifiable"}

    (found,) = (await anonymous.get("/v1/statements", params=wanted)).json()["items"]
    (said,) = (
        await anonymous.get("/v1/speakers", params={"external_id": "wikidata:Q7747"})
    ).json()["items"]

    assert (found["speaker"]["name"], found["ref"]) == ("Aslan Atalykov", "entries-98000")
    assert said["name"] == "Vladimir Putin"
