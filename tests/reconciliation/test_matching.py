"""What a name may stand for: how it is scored, and when it is safe to take it."""

from typing import Any

import pytest

from tests.making import Client, Json, Made, Make, archive
from tests.reconciliation.conftest import Service
from tests.reconciliation.specified import check


def brief(found: list[Json]) -> list[tuple[str, bool]]:
    """Tell what was found, and whether it may be taken."""
    return [(one["id"], one["match"]) for one in found]


def features(one: Json) -> dict[str, Any]:
    """Give the features of a candidate by their ids."""
    return {feature["id"]: feature["value"] for feature in one["features"]}


@pytest.mark.parametrize("name", ["Токаев", "Tokaev", "Тоқаев Касым-Жомарт", "Tokayev"])
async def test_a_name_is_found_in_every_spelling_and_taken_in_none_but_its_own(
    name: str, known: dict[str, Made], service: Service
) -> None:
    found = await service.match(query=name, type="speaker")

    assert brief(found)[0] == (known["tokayev"].id, False)
    assert 40 <= found[0]["score"] <= 100


@pytest.mark.parametrize("name", ["kassym-jomart  TOKAYEV", "Tokaïev", "\uff34okaïev"])
async def test_exactly_its_name_or_another_of_its_names_is_taken(
    name: str, known: dict[str, Made], service: Service
) -> None:
    found = await service.match(query=name)

    assert brief(found)[0] == (known["tokayev"].id, True)
    assert features(found[0])["same_name"] is True
    assert found[0]["type"] == [
        {"id": "speaker.person", "name": "Person"},
        {"id": "speaker", "name": "Speaker"},
    ]
    assert found[0]["description"] == "Person · KZ · President"


async def test_a_listed_misspelling_finds_and_proves_nothing(
    known: dict[str, Made], service: Service
) -> None:
    assert brief(await service.match(query="Tokajew"))[0] == (known["tokayev"].id, False)


async def test_of_two_with_the_same_name_none_is_taken_until_something_tells_them_apart(
    known: dict[str, Made], make: Make, service: Service
) -> None:
    other = await make.speaker(name="Kassym-Jomart Tokayev", country="FR")
    name = {"query": "Kassym-Jomart Tokayev"}
    in_france = [{"pid": "country", "v": "FR"}]
    by_item = [{"pid": "wikidata", "v": "Q23530"}]

    both = await service.match(**name)
    french = await service.match(**name, properties=in_france)
    item = await service.match(**name, properties=by_item)

    assert {one["match"] for one in both} == {False}
    assert {one["id"] for one in both} == {known["tokayev"].id, other.id}
    assert french[0]["id"] == other.id
    assert (features(french[0])["country"], french[0]["match"]) == (True, False)
    assert features(french[1])["country"] is False
    assert (french[1]["score"], french[1]["match"]) == (80.0, False)
    assert brief(item)[0] == (known["tokayev"].id, True)


@pytest.mark.parametrize("rival", ["José Gil", "Baron Gil of Wirral Jose Gil"])
async def test_a_name_is_not_taken_where_another_is_nearly_as_like(
    rival: str, make: Make, service: Service
) -> None:
    own = await make.speaker(name="Jose Gil")
    alone = await service.match(query="Jose Gil")

    other = await make.speaker(name=rival)
    found = await service.match(query="Jose Gil")

    assert brief(alone) == [(own.id, True)]
    assert {one["id"]: one["match"] for one in found} == {own.id: False, other.id: False}
    assert (features(found[0])["name_likeness"], found[1]["score"] >= 85) == (1.0, True)


async def test_a_rival_is_seen_also_where_only_one_is_wanted(
    known: dict[str, Made], make: Make, service: Service
) -> None:
    await make.speaker(name="Akorda")

    (first,) = await service.match(query="Akorda", limit=1)

    assert (first["score"], first["match"]) == (100.0, False)


async def test_of_many_with_the_same_name_the_one_that_agrees_comes_first(
    make: Make, service: Service
) -> None:
    made = [
        await make.source(name="Weather", publisher={"kind": "website", "name": f"Paper {number}"})
        for number in range(12)
    ]

    for number in (0, 11):
        known = [{"pid": "publisher", "v": f"Paper {number}"}]
        assert (await service.match(query="Weather", properties=known))[0]["id"] == made[number].id


async def test_nothing_is_taken_where_identifiers_lead_to_several(
    known: dict[str, Made], service: Service
) -> None:
    akorda, tokayev = known["akorda"].id, known["tokayev"].id

    two = await service.match(properties=[{"pid": "wikidata", "v": ["Q23530", "Q1153459"]}])
    another = await service.match(query="Akorda", properties=[{"pid": "wikidata", "v": "Q23530"}])

    assert {one["id"]: one["match"] for one in two} == {tokayev: False, known["ria"].id: False}
    assert brief(another) == [(akorda, False), (tokayev, False)]
    assert [one["score"] for one in another] == [100.0, 60.0]


@pytest.mark.parametrize(
    ("pid", "value"),
    [
        ("wikidata", "Q23530"),
        ("wikidata", "http://www.wikidata.org/entity/Q23530"),
        ("wikidata", "wikidata:Q23530"),
        ("external_id", "wikidata:Q23530"),
        ("external_id:wikidata", ["Q1", "Q23530"]),
    ],
)
async def test_an_identifier_finds_without_a_name(
    pid: str, value: Any, known: dict[str, Made], service: Service
) -> None:
    found = await service.match(properties=[{"pid": pid, "v": value}])

    assert brief(found) == [(known["tokayev"].id, True)]
    assert (found[0]["score"], features(found[0])["identifier"]) == (100.0, True)


async def test_the_query_itself_may_be_an_id_an_identifier_or_an_address(
    known: dict[str, Made], service: Service
) -> None:
    asked = {
        known["tokayev"].id: "tokayev",
        "wikidata:Q1153459": "ria",
        "https://news.example:443/hemorragie": "article",
    }
    for query, name in asked.items():
        assert brief(await service.match(query=query)) == [(known[name].id, True)], query


async def test_another_identifier_speaks_against_the_same_name(
    known: dict[str, Made], service: Service
) -> None:
    name = "Kassym-Jomart Tokayev"
    other = await service.match(query=name, properties=[{"pid": "wikidata", "v": "Q1"}])
    elsewhere = await service.match(query=name, properties=[{"pid": "viaf", "v": "Q1"}])
    in_all = await service.match(query=name, properties=[{"pid": "external_id", "v": "viaf:1"}])

    assert (other[0]["score"], other[0]["match"]) == (50.0, False)
    assert (elsewhere[0]["score"], elsewhere[0]["match"]) == (100.0, True)
    assert (in_all[0]["score"], in_all[0]["match"]) == (100.0, True)


async def test_an_identifier_under_an_unlike_name_is_shown_and_not_taken(
    known: dict[str, Made], service: Service
) -> None:
    found = await service.match(
        query="Emmanuel Macron", properties=[{"pid": "wikidata", "v": "Q23530"}]
    )

    assert brief(found) == [(known["tokayev"].id, False)]
    assert found[0]["score"] == 60.0


@pytest.mark.parametrize(
    ("pid", "value", "agrees"),
    [
        ("publisher", "l'indépendant", True),
        ("publisher", {"id": "paper", "name": "Le journal"}, True),
        ("publisher", "Le Monde", False),
        ("language", "fr-FR", True),
        ("language", "de", False),
        ("published_on", "2022-09", True),
        ("published_on", "2022-09-27T10:00:00Z", True),
        ("published_on", "2021", False),
        ("published_on", "2", None),
        ("published_on", "2022-0", None),
        ("published_on", "202", None),
        ("published_on", ["soon", "2022"], True),
        ("kind", "article", True),
        ("kind", "report", False),
        ("author", "Ada  LOVELACE", True),
        ("author", "Somebody", None),
        ("country", "FR", None),
        ("image_url", "https://example.org/", None),
        ("access", True, None),
    ],
)
async def test_what_is_known_of_a_source_speaks_for_or_against_it(
    pid: str, value: Any, agrees: Any, known: dict[str, Made], service: Service
) -> None:
    if isinstance(value, dict):
        value = value | {"id": known["paper"].id}
    found = await service.match(
        query="L'hémorragie se confirme", properties=[{"pid": pid, "v": value}]
    )

    one = next(one for one in found if one["id"] == known["article"].id)
    assert features(one).get(pid) is agrees
    assert one["match"] is (agrees is not False)


@pytest.mark.parametrize("country", ["KZ", "kz", "KAZ", "Kazakhstan", ["RU", "KZ"]])
async def test_a_country_may_be_written_in_several_ways(
    country: Any, known: dict[str, Made], service: Service
) -> None:
    found = await service.match(query="Akorda", properties=[{"pid": "country", "v": country}])
    nowhere = await service.match(
        query="Akorda", properties=[{"pid": "country", "v": "Utopia and elsewhere"}]
    )

    assert features(found[0])["country"] is True
    assert (features(nowhere[0]).get("country"), nowhere[0]["match"]) == (None, True)


@pytest.mark.parametrize(("code", "written"), [("RU", "Russia"), ("GB", "UK"), ("TR", "Turkey")])
async def test_a_country_is_read_by_what_it_is_called(
    code: str, written: str, make: Make, service: Service
) -> None:
    here = await make.speaker(name="Ada Zhabrovets", country=code)
    await make.speaker(name="Ada Zhabrovets", country="KZ")
    known = [{"pid": "country", "v": written}]

    found = await service.match(query="Ada Zhabrovets", properties=known)

    assert found[0]["id"] == here.id
    assert [features(one)["country"] for one in found] == [True, False]


async def test_a_namesake_is_found_by_the_country_among_very_many(
    make: Make, editor: Client, service: Service
) -> None:
    many = [{"name": f"Ivan Number{number}ov", "country": "RU"} for number in range(150)]
    answer = await editor.post("/v1/speakers/batch", json={"items": many})
    assert answer.status_code == 200, answer.text
    wanted = await make.speaker(name="Ivan Zhabrovets", country="KZ")

    found = await service.match(query="Ivan", properties=[{"pid": "country", "v": "KZ"}], limit=1)

    assert brief(found) == [(wanted.id, False)]


async def test_types_restrict_and_should_only_prefers(
    make: Make, known: dict[str, Made], service: Service
) -> None:
    spoken = await make.speaker(kind="organization", name="RIA Novosti")

    async def found(**given: Any) -> list[str]:
        return [one["id"] for one in await service.match(query="RIA Novosti", **given)]

    agency = known["ria"].id
    assert set(await found()) == {agency, spoken.id}
    assert await found(type="source") == [agency]
    assert await found(type="source.news_agency") == [agency]
    assert await found(type="source.newspaper") == []
    assert await found(type=["speaker.person", "speaker.organization"]) == [spoken.id]
    assert await found(type=["source", "outlet"], type_strict="all") == [agency]
    assert await found(type=["speaker", "outlet"], type_strict="all") == []
    assert await found(type="source", type_strict="should") == [agency, spoken.id]
    ambiguous = await service.match(query="RIA Novosti")
    assert {one["match"] for one in ambiguous} == {False}


async def test_the_best_come_first_and_no_more_than_asked(make: Make, service: Service) -> None:
    for number in range(8):
        await make.speaker(name=f"Olga Ivanova {number}")

    found = await service.match(query="Olga Ivanova", limit=3)
    whole = await service.match(query="Olga Ivanova 3", limit=100.0)

    assert len(found) == 3
    assert len(whole) == 8
    scores = [one["score"] for one in whole]
    assert scores == sorted(scores, reverse=True)


async def test_a_merged_speaker_answers_as_the_one_it_is_now(
    known: dict[str, Made], make: Make, admin: Client, service: Service
) -> None:
    old = await make.speaker(
        name="K. Tokaev", external_ids=[{"scheme": "wikidata", "value": "Q999"}]
    )
    await admin.post(f"{old.path}/merge", json={"into": known["tokayev"].id})
    now = known["tokayev"].id

    by_item = await service.match(properties=[{"pid": "wikidata", "v": "Q999"}])
    extended = await service.extend([old.id], "name")
    suggested = await service.get("/suggest/entity", prefix=old.id)

    assert brief(await service.match(query=old.id)) == [(now, True)]
    assert brief(await service.match(query="K. Tokaev"))[0] == (now, True)
    assert brief(by_item) == [(now, True)]
    assert extended["rows"] == {old.id: {"name": [{"str": "Kassym-Jomart Tokayev"}]}}
    assert [one["id"] for one in suggested["result"]] == [now]
    both = await service.extend([old.id, now], "statements", "verdicts")
    assert both["rows"][old.id] == both["rows"][now] == {
        "statements": [{"int": 0}], "verdicts": [{"int": 0}],
    }  # fmt: skip
    view = await service.client.get(f"/reconcile/entities/{old.id}")
    assert f'href="http://test/v1/speakers/{now}"' in view.text


async def test_nobody_finds_what_the_public_does_not_see(
    make: Make, service: Service, admin: Client
) -> None:
    hidden = await make.source(
        name="Nikita Zhabrovets", access="confidential", url="https://leak.example/1",
        external_ids=[{"scheme": "wikidata", "value": "Q5"}],
    )  # fmt: skip
    gone = await make.speaker(
        name="Olga Zhabrovets", external_ids=[{"scheme": "wikidata", "value": "Q6"}]
    )
    await archive(admin, gone)

    for caller in (service, Service(admin)):
        for query in ("Zhabrovets", hidden.id, gone.id, "https://leak.example/1", "wikidata:Q6"):
            assert await caller.match(query=query) == [], query
        assert await caller.match(properties=[{"pid": "wikidata", "v": "Q5"}]) == []
        rows = (await caller.extend([hidden.id, gone.id], "name", "statements"))["rows"]
        empty: Json = {"name": [], "statements": []}
        assert rows == {hidden.id: empty, gone.id: empty}
        assert (await caller.get("/suggest/entity", prefix="Zhab"))["result"] == []
        for one in (hidden, gone):
            for part in ("", "/flyout"):
                answer = await caller.client.get(f"/reconcile/entities/{one.id}{part}")
                assert answer.status_code == 404


async def test_a_publisher_that_is_confidential_is_not_told(make: Make, service: Service) -> None:
    secret = await make.source(kind="website", name="Underground", access="confidential")
    article = await make.source(name="Zhabrovets speaks", publisher_id=secret.id)

    found = await service.match(query="Zhabrovets speaks")
    extended = await service.extend([article.id], "publisher")

    assert found[0]["description"] == "Article"
    assert extended["rows"][article.id] == {"publisher": []}
    assert "Underground" not in str(await service.match(query="Underground"))


async def test_a_whole_batch_is_as_the_specification_has_it(
    known: dict[str, Made], service: Service
) -> None:
    batch = {
        f"q{number}": {"query": name, "properties": [{"pid": "country", "v": "KZ"}]}
        for number, name in enumerate(["Tokayev", "Akorda", "RIA", "'; --", "%", "𒀀"] * 8)
    }

    answer = await service.post("queries", batch)

    assert list(answer.json()) == list(batch)
    check("reconciliation-query-batch", batch)
    check("reconciliation-result-batch", answer.json())
