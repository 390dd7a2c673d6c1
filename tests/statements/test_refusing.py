"""What is refused about a statement, and where the refusal points."""

from typing import Any

import pytest

from tests.making import Client, Json, Make, archive, wrong

NOBODY = "0192d3a4-0000-7000-8000-000000000000"
PLAIN: Json = {"text": "There are many", "language": "en", "speaker_is_anonymous": True}
DOCUMENT: Json = {"kind": "article", "name": "An article"}


def quantity(**given: Any) -> Json:
    made_up: Json = {"measure": "border_entries", "value": "1"}
    return {"quantities": [{"measure": "border_exits", "value": "2"}, made_up | given]}


def hop(key: str, **given: Any) -> Json:
    made_up: Json = {"key": key, "role": "outlet", "mode": "summary"}
    if not given.keys() & {"source", "source_id"}:
        made_up["source"] = DOCUMENT
    return made_up | given


def hops(*given: Json) -> Json:
    return {"appearances": list(given)}


WORDS = [
    ({"text": ""}, "/text", "string_too_short"),
    ({"text": "x" * 5001}, "/text", "string_too_long"),
    ({"text": " \n "}, "/text", "string_pattern_mismatch"),
    ({"text": "\u00a0\u2003"}, "/text", "string_pattern_mismatch"),
    ({"text": 5}, "/text", "string_type"),
    ({"text": "a\x00b"}, "/text", "nul"),
    ({"language": "x-nothing-"}, "/language", "string_pattern_mismatch"),
    ({"language": "zz"}, "/language", "language"),
    ({"summary": "x" * 301}, "/summary", "too_long"),
    ({"summary": "two\nlines"}, "/summary", "control_character"),
    ({"summary": "False: there are few"}, "/summary", "rating_word"),
    ({"summary": "MISLEADING - there are few"}, "/summary", "rating_word"),
    ({"summary": "Faux : il y en a peu"}, "/summary", "rating_word"),
    ({"summary": "[Mostly true] many"}, "/summary", "rating_word"),
    ({"kind": "guess"}, "/kind", "enum"),
    ({"ref": "with space"}, "/ref", "string_pattern_mismatch"),
    ({"said_on": "2022-02-30"}, "/said_on", "date"),
    ({"said_on": "2022-13"}, "/said_on", "date"),
    ({"said_on": "0000"}, "/said_on", "date"),
    ({"said_on": "27.09.2022"}, "/said_on", "string_pattern_mismatch"),
    ({"said_on": 2022}, "/said_on", "string_type"),
    ({"place": {}}, "/place", "one_of"),
    ({"place": {"country": "kz"}}, "/place/country", "string_pattern_mismatch"),
    ({"place": {"country": "QQ"}}, "/place/country", "country"),
    ({"place": {"town": "Astana"}}, "/place/town", "unknown_field"),
    ({"checkability": {"state": "checkable", "reason": "vague"}}, "/checkability", "reason"),
    (
        {"translations": [{"language": "fr", "text": "Il y en a", "translator": "cat"}]},
        "/translations/0/translator",
        "enum",
    ),
    ({"revision": 7}, "/revision", "unknown_field"),
    ({"speaker_is_anonymous": "true"}, "/speaker_is_anonymous", "bool_type"),
]
NUMBERS = [
    (quantity(measure="nothing_known"), "/quantities/1/measure", "reference"),
    (quantity(value=98000), "/quantities/1/value", "string_type"),
    (quantity(value="98.000,5"), "/quantities/1/value", "string_pattern_mismatch"),
    (quantity(value="1e5"), "/quantities/1/value", "string_pattern_mismatch"),
    (quantity(value="1" * 31), "/quantities/1/value", "string_pattern_mismatch"),
    (quantity(value=None), "/quantities/1", "numbers"),
    (quantity(comparator="between"), "/quantities/1", "numbers"),
    (quantity(comparator="between", value=None, low="1"), "/quantities/1", "numbers"),
    (quantity(comparator="between", low="1", high="2"), "/quantities/1", "numbers"),
    (
        quantity(comparator="between", value=None, low="10", high="9"),
        "/quantities/1",
        "numbers",
    ),
    (quantity(low="1.0001", high="1"), "/quantities/1", "numbers"),
    (quantity(period_start="2022-10", period_end="2022-09-30"), "/quantities/1", "period"),
    (quantity(period_start="2023", period_end="2022-12"), "/quantities/1", "period"),
    (quantity(is_estimate=1), "/quantities/1/is_estimate", "bool_type"),
    (quantity(id=NOBODY), "/quantities/1/id", "reference"),
]
CIRCLE = "abcdef"
TREES = [
    (
        hops(*(hop(one, parent_key=CIRCLE[place - 1]) for place, one in enumerate(CIRCLE))),
        "/appearances/0/parent_id",
        "circle",
    ),
    (hops(hop("a", source_id=NOBODY)), "/appearances/0/source_id", "reference"),
    (hops(hop("a", source=None)), "/appearances/0", "one_of"),
    (hops(hop("a", source=DOCUMENT, source_id=NOBODY)), "/appearances/0", "one_of"),
    (hops(hop("a"), hop("b", parent_key="a", parent_id="a")), "/appearances/1", "one_of"),
    (hops(hop("a"), hop("b", parent_key="c")), "/appearances/1/parent_key", "reference"),
    (hops(hop("a"), hop("b", parent_id=NOBODY)), "/appearances/1/parent_id", "reference"),
    (hops(hop("a", parent_key="a")), "/appearances/0/parent_id", "circle"),
    (
        hops(
            hop("root"),
            hop("a", parent_key="c"),
            hop("b", parent_key="a"),
            hop("c", parent_key="b"),
        ),
        "/appearances/1/parent_id",
        "circle",
    ),
    (
        hops(hop("a", is_first_known=True), hop("b"), hop("c", is_first_known=True)),
        "/appearances/2/is_first_known",
        "repeated",
    ),
    (hops(hop("a"), hop("a")), "/appearances/1/key", "repeated"),
    (hops(hop("a", id=NOBODY)), "/appearances/0/id", "reference"),
    (hops(hop("not a key")), "/appearances/0/key", "string_pattern_mismatch"),
    (
        hops(hop("a", source=DOCUMENT | {"publisher": DOCUMENT})),
        "/appearances/0/source/publisher",
        "publisher",
    ),
    (
        hops(hop("a", source=DOCUMENT | {"publisher_id": NOBODY})),
        "/appearances/0/source/publisher_id",
        "reference",
    ),
    (
        hops(hop("a", source=DOCUMENT | {"publisher": {"kind": "website"}})),
        "/appearances/0/source/publisher/name",
        "missing",
    ),
    (
        hops(hop("a", changed_facts=[{"field": "value", "was": "1"}])),
        "/appearances/0/changed_facts/0/was",
        "unknown_field",
    ),
]
TOPICS = [
    ({"topics": ["nothing-known"]}, "/topics/0", "reference"),
    ({"topics": [NOBODY]}, "/topics/0", "reference"),
    ({"topics": [{"key": "new"}]}, "/topics/0/labels", "missing"),
    ({"topics": ["Not A Key"]}, "/topics/0", "string_pattern_mismatch"),
    (
        {"topics": [{"key": "new", "labels": {"en": "New"}, "parent_id": NOBODY}]},
        "/topics/0/parent_id",
        "reference",
    ),
]


@pytest.mark.parametrize(("given", "pointer", "code"), WORDS + NUMBERS + TREES + TOPICS)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str, code: str, admin: Client
) -> None:
    refused = await admin.post("/v1/statements", json=PLAIN | given)

    assert wrong(refused) == (422, {(pointer, code)})


@pytest.mark.parametrize(
    ("speaker", "pointer", "code"),
    [
        ({}, None, "one_of"),
        ({"speaker_is_anonymous": False}, None, "one_of"),
        ({"speaker_is_anonymous": True, "speaker_id": NOBODY}, None, "one_of"),
        ({"speaker_is_anonymous": True, "speaker": {"name": "A"}}, None, "one_of"),
        ({"speaker": {"name": "A"}, "speaker_id": NOBODY}, None, "one_of"),
        ({"speaker_id": NOBODY}, "/speaker_id", "reference"),
        ({"speaker_id": "somebody"}, "/speaker_id", "uuid_parsing"),
        ({"speaker": {"kind": "person"}}, "/speaker/name", "missing"),
        ({"speaker": {"name": "A", "nmaes": []}}, "/speaker/nmaes", "unknown_field"),
        (
            {"speaker": {"name": "A", "affiliations": [{"organization_id": NOBODY}]}},
            "/speaker/affiliations/0/organization_id",
            "reference",
        ),
    ],
)
async def test_a_statement_has_one_speaker_or_says_that_nobody_knows(
    speaker: Json, pointer: str | None, code: str, admin: Client
) -> None:
    body = {"text": "There are many", "language": "en"} | speaker

    assert wrong(await admin.post("/v1/statements", json=body)) == (422, {(pointer, code)})


async def test_everything_that_is_wrong_is_told_at_once(admin: Client) -> None:
    body = {"language": "en", "kind": "guess", "nope": 1, "speaker_is_anonymous": True}

    refused = await admin.post("/v1/statements", json=body)

    assert wrong(refused) == (
        422,
        {("/text", "missing"), ("/kind", "enum"), ("/nope", "unknown_field")},
    )


async def test_what_was_archived_is_named_no_more(make: Make, admin: Client) -> None:
    speaker, source, topic = await make.speaker(), await make.source(), await make.topic()
    measure = await make.measure()
    for made in (speaker, source, topic, measure):
        assert (await archive(admin, made)).status_code == 204
    cases: list[tuple[Json, str]] = [
        (hops(hop("a", source_id=source.id)), "/appearances/0/source_id"),
        ({"topics": [topic.id]}, "/topics/0"),
        ({"topics": [topic.body["key"]]}, "/topics/0"),
        (quantity(measure=measure.body["key"]), "/quantities/1/measure"),
        ({"speaker_is_anonymous": False, "speaker_id": speaker.id}, "/speaker_id"),
    ]

    for given, pointer in cases:
        refused = await admin.post("/v1/statements", json=PLAIN | given)
        assert wrong(refused) == (422, {(pointer, "reference")})


async def test_what_is_anothers_already_is_pointed_at_where_it_is_nested(
    make: Make, admin: Client
) -> None:
    identified = {"external_ids": [{"scheme": "wikidata", "value": "Q7747"}]}
    await make.speaker(**identified)
    await make.source(url="https://paper.example/a", **identified)
    await make.source(kind="newspaper", url="https://paper.example/")
    await make.topic(key="migration")
    outlet = {"kind": "newspaper", "name": "Paper", "url": "https://paper.example"}
    named = {"speaker_is_anonymous": False, "speaker": {"name": "A"} | identified}
    cases = [
        (named, "/speaker/external_ids/0"),
        (
            hops(hop("z"), hop("a", source=DOCUMENT | {"url": "https://paper.example/a"})),
            "/appearances/1/source/url",
        ),
        (
            hops(hop("a", source=DOCUMENT | {"url_aliases": ["https://paper.example/a"]})),
            "/appearances/0/source/url_aliases/0",
        ),
        (hops(hop("a", source=DOCUMENT | identified)), "/appearances/0/source/external_ids/0"),
        (
            hops(hop("a", source=DOCUMENT | {"publisher": outlet})),
            "/appearances/0/source/publisher/url",
        ),
        ({"topics": [{"key": "migration", "labels": {"en": "M"}}]}, "/topics/0/key"),
    ]

    for given, pointer in cases:
        refused = await admin.post("/v1/statements", json=PLAIN | given)
        assert wrong(refused) == (409, {(pointer, "taken")}), given


async def test_a_topic_is_named_once(make: Make, admin: Client) -> None:
    topic = await make.topic(key="migration")

    refused = await admin.post("/v1/statements", json=PLAIN | {"topics": ["migration", topic.id]})

    assert wrong(refused) == (422, {("/topics/1", "repeated")})


@pytest.mark.parametrize(
    "summary",
    ["True love: how they met", "Many false coins are out", "Falsehoods: a list", "Mixed up"],
)
async def test_a_summary_may_speak_of_truth_without_rating(summary: str, make: Make) -> None:
    made = await make.statement(summary=summary)

    assert made.body["summary"] == summary
