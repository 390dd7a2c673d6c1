"""Looking at what may be meant: suggestions, small pages, and properties to fetch."""

import pytest

from tests.making import Client, Made, Make
from tests.reconciliation.conftest import Service
from tests.reconciliation.specified import check

SHOWN = ("speakers", "sources", "statements", "verdicts")
HOSTILE = "<script>alert(1)</script>\"'&"


async def suggested(service: Service, what: str, prefix: str, **given: object) -> list[str]:
    """Type something, and give the ids of what is suggested."""
    answer = await service.get(f"/suggest/{what}", prefix=prefix, **given)
    kinds = {"entity": "entities", "type": "types", "property": "properties"}
    check(f"suggest-{kinds[what]}-response", answer)
    return [one["id"] for one in answer["result"]]


async def test_entities_are_suggested_by_the_beginning_of_any_word_in_any_script(
    known: dict[str, Made], service: Service
) -> None:
    tokayev = known["tokayev"].id
    for prefix in ("kas", "Toka", "Тока", "tokayev", tokayev):
        assert await suggested(service, "entity", prefix) == [tokayev], prefix
    assert await suggested(service, "entity", "Tokaiyev") == [tokayev]
    assert await suggested(service, "entity", "toka", type="source") == []
    assert await suggested(service, "entity", "ria", type="outlet") == [known["ria"].id]
    assert await suggested(service, "entity", "") == []


async def test_a_cursor_skips_what_was_told(make: Make, service: Service) -> None:
    made = {(await make.speaker(name=f"Olga {number:02}")).id for number in range(25)}

    first = await suggested(service, "entity", "olga")
    second = await suggested(service, "entity", "olga", cursor=20)

    assert (len(first), len(second)) == (20, 5)
    assert {*first, *second} == made
    assert await suggested(service, "entity", first[0], cursor=1) == []


async def test_whole_names_come_first_and_speakers_and_sources_take_turns(
    make: Make, service: Service
) -> None:
    within = (await make.speaker(name="Zhan Ata")).id
    longer = (await make.speaker(name="Ata Bek of Almaty")).id
    shorter = (await make.speaker(name="Ata Bek")).id
    source = (await make.source(name="The very long name of the Ata Times")).id

    found = await suggested(service, "entity", "ata")

    assert {*found[:2]} == {shorter, source}
    assert found[2:] == [longer, within]


async def test_types_and_properties_are_suggested_and_all_of_them_for_nothing(
    service: Service,
) -> None:
    assert await suggested(service, "type", "news") == ["source.news_agency", "source.newspaper"]
    assert await suggested(service, "type", "agency") == ["source.news_agency"]
    assert (await suggested(service, "type", "speaker"))[0] == "speaker"
    assert await suggested(service, "property", "wiki") == ["wikidata"]
    assert await suggested(service, "property", "external_id:isni") == ["external_id:isni"]
    every = [await suggested(service, "type", "", cursor=skipped) for skipped in (0, 20)]
    assert {"speaker.unknown", "source.ngo", "outlet"} <= {*every[0], *every[1]}
    answer = await service.get("/suggest/type", prefix="newspaper")
    assert answer["result"][0]["broader"] == [{"id": "outlet", "name": "Outlet"}]


async def test_properties_are_proposed_by_type(service: Service) -> None:
    of_all = await service.get("/properties")
    of_speakers = await service.get("/properties", type="speaker.office")
    of_sources = await service.get("/properties", type="document", limit=3)

    for answer in (of_all, of_speakers, of_sources):
        check("data-extension-property-proposal", answer)
    names = {one["id"] for one in of_speakers["properties"]}
    assert {"affiliation", "verdicts", "wikidata"} <= names
    assert not names & {"publisher", "url"}
    assert {"affiliation", "publisher"} <= {one["id"] for one in of_all["properties"]}
    assert (len(of_sources["properties"]), of_sources["limit"]) == (3, 3)


async def test_properties_of_speakers_are_fetched(
    known: dict[str, Made], make: Make, service: Service
) -> None:
    roles = [{"organization_id": known["akorda"].id, "role": "Head"},
             {"organization_name": "A party"}]  # fmt: skip
    person = await make.speaker(name="Ada", affiliations=roles, image_url="https://a.example/b.jpg")
    said = await make.statement(speaker_id=person.id)
    await make.statement(speaker_id=person.id, visibility="internal")
    await make.published(statement_id=said.id)
    draft = {"check_type": "attribution", "rating": {"key": "denied"}}
    await make.verdict(statement_id=said.id, **draft)
    tokayev = known["tokayev"].id

    answer = await service.extend(
        [person.id, tokayev, "nobody"], "affiliation", "image_url", "statements", "verdicts",
        "names", "external_id", "wikidata", "external_id:isni", "description", "publisher",
    )  # fmt: skip

    meta = {one["id"]: one for one in answer["meta"]}
    assert meta["affiliation"]["type"] == {"id": "speaker", "name": "Speaker"}
    ada, president, nobody = (answer["rows"][one] for one in (person.id, tokayev, "nobody"))
    assert ada["affiliation"] == [
        {"id": known["akorda"].id, "name": "Akorda"},
        {"str": "A party"},
    ]
    assert ada["image_url"] == [{"str": "https://a.example/b.jpg"}]
    assert (ada["statements"], ada["verdicts"]) == ([{"int": 1}], [{"int": 1}])
    assert president["names"] == [{"str": "Tokaïev"}, {"str": "Tokajew"}]
    assert president["external_id"] == [{"str": "wikidata:Q23530"}]
    assert president["wikidata"] == [{"str": "Q23530"}]
    assert president["external_id:isni"] == president["publisher"] == []
    assert president["description"] == [{"str": "President"}]
    assert set(map(len, nobody.values())) == {0}


async def test_properties_of_sources_are_fetched(
    known: dict[str, Made], make: Make, service: Service
) -> None:
    article = known["article"].id
    hop = {"source_id": article, "role": "outlet", "mode": "headline"}
    await make.statement(appearances=[hop])
    month = await make.source(published_on="2022-09")

    answer = await service.extend(
        [article, month.id], "publisher", "published_on", "language", "url", "author", "access",
        "statements", "verdicts", "country",
    )  # fmt: skip

    row = answer["rows"][article]
    assert row["publisher"] == [{"id": known["paper"].id, "name": "L'Indépendant"}]
    assert row["published_on"] == [{"date": "2022-09-27T00:00:00Z"}]
    assert answer["rows"][month.id]["published_on"] == [{"str": "2022-09"}]
    assert row["language"] == [{"str": "fr"}]
    assert row["url"] == [{"str": "https://news.example/hemorragie"}]
    assert row["author"] == [{"str": "Ada Lovelace"}]
    assert row["statements"] == [{"int": 1}]
    assert row["verdicts"] == row["country"] == []


@pytest.mark.parametrize(
    ("limit", "amount"),
    [("1", 1), (1, 1), (0, 2), ("0", 2), ("", 2), (None, 2), ("many", 2), ("9" * 5000, 2)],
    ids=lambda value: repr(value)[:20],
)
async def test_a_property_is_fetched_with_as_many_values_as_one_says(
    limit: object, amount: int, known: dict[str, Made], service: Service
) -> None:
    entity = known["tokayev"].id

    answer = await service.extend([entity], {"id": "names", "settings": {"limit": limit}})

    assert len(answer["rows"][entity]["names"]) == amount


async def test_a_page_about_an_entity_is_small_and_safe(
    make: Make, anonymous: Client, service: Service
) -> None:
    outlet = await make.source(kind="website", name=HOSTILE)
    names = [{"name": f"{HOSTILE}{number}"} for number in range(8)]
    article = await make.source(
        name=HOSTILE, names=names, publisher_id=outlet.id, published_on="2022"
    )
    person = await make.speaker(name=HOSTILE, description=HOSTILE)

    for one in (article, person):
        page = await anonymous.get(f"/reconcile/entities/{one.id}")
        flyout = await service.get(f"/entities/{one.id}/flyout")
        for html in (page.text, flyout["html"], (await service.match(query=one.id))[0]["name"]):
            assert "<script" not in html.replace(HOSTILE, "")
        assert "<script" not in page.text
        assert "<script" not in flyout["html"]
        assert "&lt;script&gt;" in page.text
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "frame-ancestors *" in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert f'href="http://test{one.path}"' in page.text
        assert len(page.content) < 4000
    assert "and 3 more" in (await anonymous.get(f"/reconcile/entities/{article.id}")).text


async def test_a_page_is_html_and_nothing_else(known: dict[str, Made], anonymous: Client) -> None:
    path = f"/reconcile/entities/{known['ria'].id}"

    asked = {
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": 200,
        "*/*": 200,
        "application/json": 406,
    }
    for accept, status in asked.items():
        answer = await anonymous.get(path, headers={"Accept": accept})
        assert answer.status_code == status, accept


@pytest.mark.parametrize(
    "path", ["/types/speaker.person", "/properties/country", "/properties/external_id:isni"]
)
async def test_a_few_words_are_told_of_types_and_properties(path: str, service: Service) -> None:
    answer = await service.get(f"{path}/flyout")

    assert answer["id"] == path.rpartition("/")[2]
    assert answer["html"].startswith("<p><b>")


@pytest.mark.parametrize(
    "path",
    [
        "/types/person/flyout",
        "/properties/colour/flyout",
        "/entities/01a20470-f7d1-7338-b238-e2669ef3aa40",
        "/entities/01a20470-f7d1-7338-b238-e2669ef3aa40/flyout",
        "/elsewhere",
    ],
)
async def test_what_is_not_there_is_404(path: str, anonymous: Client) -> None:
    assert (await anonymous.get(f"/reconcile{path}")).status_code == 404


async def test_caches_may_keep_what_everybody_gets(
    known: dict[str, Made], anonymous: Client, admin: Client
) -> None:
    entity = known["tokayev"].id
    paths = ["", "/suggest/entity?prefix=tok", "/properties", f"/entities/{entity}"]
    for path in paths:
        public, keyed = [await one.get(f"/reconcile{path}") for one in (anonymous, admin)]
        assert public.text == keyed.text
        for answer in (public, keyed):
            assert answer.headers["Cache-Control"].startswith("public"), path
            keys = {*answer.headers["Surrogate-Key"].split()}
            assert {f"shows/{name}" for name in SHOWN} <= keys
            whole = path == "" or "entities" in path
            assert ("Host" in answer.headers["Vary"]) is whole
