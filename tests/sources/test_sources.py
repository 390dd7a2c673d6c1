"""Where statements can be looked up: outlets, and the documents that they publish."""

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

PATH = "/v1/sources"
NOTHING = "0192d3a4-0000-7000-8000-000000000000"
FULL: Json = {
    "ref": "report",
    "kind": "report",
    "name": "Rapport du FSB",
    "names": [{"name": "Отчёт", "kind": "alias", "language": "ru", "script": "Cyrl"}],
    "authors": ["FSB", "Ещё кто-то"],
    "url": "https://example.org/report",
    "url_aliases": ["https://example.org/r/1", "https://example.org/r/2"],
    "archive_url": "https://archive.example/HTTPS://Example.org/report",
    "published_on": "2022-09",
    "language": "ru",
    "country": "RU",
    "is_primary": True,
    "access": "offline",
    "external_ids": [{"scheme": "doi", "value": "10.1000/182"}],
    "note": "Known only from the article",
}
OUTLETS = [
    "news_agency", "newspaper", "magazine", "broadcaster", "website", "social_platform",
    "government", "company", "ngo", "other_outlet",
]  # fmt: skip
DOCUMENTS = [
    "article", "wire", "press_release", "report", "transcript", "speech", "interview", "video",
    "audio", "social_post", "dataset", "law", "letter", "leak", "photo", "other_document",
]  # fmt: skip


async def test_what_was_given_is_what_is_kept(make: Make) -> None:
    made = (await make.post(PATH, FULL)).body

    assert {name: made[name] for name in FULL} == FULL
    assert (made["publisher"], made["publisher_id"]) == (None, None)


async def test_a_source_of_which_only_the_name_is_known(make: Make) -> None:
    made = (await make.post(PATH, {"kind": "wire", "name": "A wire"})).body

    assert (made["access"], made["is_primary"]) == ("open", False)
    nothing = ("url", "archive_url", "published_on", "language", "country", "note", "publisher")
    assert [made[name] for name in nothing] == [None] * len(nothing)
    lists = ("names", "authors", "url_aliases", "external_ids")
    assert [made[name] for name in lists] == [[]] * len(lists)


async def test_a_new_publisher_is_recorded_with_what_it_published(
    make: Make, anonymous: Client
) -> None:
    outlet = {"kind": "newspaper", "name": "L'Indépendant", "country": "FR"}

    made = (await make.source(publisher=outlet)).body

    publisher = (await anonymous.get(f"{PATH}/{made['publisher_id']}")).json()
    assert {name: publisher[name] for name in outlet} == outlet
    assert made["publisher"] == outlet | {"id": publisher["id"]}


@pytest.mark.parametrize("kind", OUTLETS)
async def test_outlets_publish(kind: str, make: Make) -> None:
    outlet = await make.source(kind=kind)

    made = await make.source(publisher_id=outlet.id)

    assert made.body["publisher"]["kind"] == kind


@pytest.mark.parametrize("kind", DOCUMENTS)
async def test_documents_dont_publish(kind: str, make: Make, admin: Client) -> None:
    document = await make.source(kind=kind)
    body = {"kind": "article", "name": "A"}

    named = await admin.post(PATH, json=body | {"publisher_id": document.id})
    nested = await admin.post(PATH, json=body | {"publisher": {"kind": kind, "name": "B"}})

    assert wrong(named) == (422, {("/publisher_id", "publisher")})
    assert wrong(nested) == (422, {("/publisher", "publisher")})


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"kind": "rumour"}, "/kind", "enum"),
        ({"name": None}, "/name", "string_type"),
        ({"publisher_id": NOTHING}, "/publisher_id", "reference"),
        ({"publisher_id": NOTHING, "publisher": {"kind": "ngo", "name": "A"}}, None, "one_of"),
        ({"publisher": {"kind": "ngo"}}, "/publisher/name", "missing"),
        ({"publisher": {"kind": "ngo", "name": "A", "publisher_id": NOTHING}}, None, None),
        ({"url": "example.org/a"}, "/url", "url"),
        ({"url": "javascript:alert(1)"}, "/url", "url"),
        ({"url": "https://user@example.org/"}, "/url", "url_credentials"),
        ({"url": "https://exa mple.org/"}, "/url", "url"),
        ({"url": "https://"}, "/url", "url"),
        ({"url_aliases": ["https://example.org/", "no"]}, "/url_aliases/1", "url"),
        ({"published_on": "2022-9"}, "/published_on", "string_pattern_mismatch"),
        ({"authors": ["A", ""]}, "/authors/1", "string_too_short"),
        ({"is_primary": 1}, "/is_primary", "bool_type"),
        ({"access": "secret"}, "/access", "enum"),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str | None, code: str | None, admin: Client
) -> None:
    refused = await admin.post(PATH, json={"kind": "article", "name": "A"} | given)

    expected = (pointer, code) if code else ("/publisher/publisher_id", "unknown_field")
    assert wrong(refused) == (422, {expected})


async def test_a_source_doesnt_publish_itself(make: Make, admin: Client) -> None:
    outlet = await make.source(kind="newspaper")

    refused = await change(admin, outlet, publisher_id=outlet.id)

    assert wrong(refused) == (422, {("/publisher_id", "publisher")})


async def test_an_archived_outlet_publishes_nothing_new(make: Make, admin: Client) -> None:
    outlet = await make.source(kind="newspaper")
    made = await make.source(publisher_id=outlet.id)
    await archive(admin, outlet)

    new = {"kind": "article", "name": "A", "publisher_id": outlet.id}
    refused = await admin.post(PATH, json=new)
    kept = await change(admin, made, name="Corrected")

    assert wrong(refused) == (422, {("/publisher_id", "reference")})
    assert kept.json()["publisher"]["id"] == outlet.id


async def test_a_change_may_bring_another_publisher_or_none(make: Make, admin: Client) -> None:
    made = await make.source(publisher={"kind": "newspaper", "name": "One"})
    other = await make.source(kind="website", name="Other")

    nested = await change(admin, made, publisher={"kind": "ngo", "name": "Nested"})
    again = Made(made.path, nested.json(), nested.headers["ETag"])
    named = await change(admin, again, publisher_id=other.id)
    again = Made(made.path, named.json(), named.headers["ETag"])
    none = await change(admin, again, publisher_id=None)

    assert nested.json()["publisher"]["name"] == "Nested"
    assert named.json()["publisher"]["name"] == "Other"
    assert (none.json()["publisher"], none.json()["publisher_id"]) == (None, None)


async def test_an_identifier_is_one_sources(make: Make, admin: Client) -> None:
    mine = [{"scheme": "doi", "value": "1"}]
    await make.source(external_ids=mine)
    other = await make.source()
    await make.speaker(external_ids=mine)

    refused = await change(admin, other, external_ids=[{"scheme": "doi", "value": "2"}, *mine])

    assert wrong(refused) == (409, {("/external_ids/1", "taken")})


async def test_lists_filter_by_everything_that_a_source_says(make: Make, anonymous: Client) -> None:
    outlet = await make.source(kind="newspaper")
    one = await make.post(PATH, FULL | {"publisher_id": outlet.id})

    filters = {
        "kind": "report",
        "publisher_id": outlet.id,
        "language": "ru",
        "url": "https://example.org/r/1",
        "published_from": "2022-09-30",
        "published_until": "2022-09-01",
    }
    for name, value in filters.items():
        assert await ids(anonymous, PATH, **{name: value}) == [one.id], name
    assert await ids(anonymous, PATH, **filters) == [one.id]
    assert await ids(anonymous, PATH, **filters | {"kind": "leak"}) == []
    assert await ids(anonymous, PATH, published_from="2022-10") == []
    assert await ids(anonymous, PATH, published_until="2022-08-31") == []
    assert await ids(anonymous, PATH, language="ru-RU") == []
    assert await ids(anonymous, PATH) == [one.id, outlet.id]


async def test_every_newsroom_may_correct_an_open_source(make: Make, stranger: Client) -> None:
    made = await make.source()

    changed = await change(stranger, made, name="Corrected", names=[{"name": "Old"}], note="N")

    assert (changed.status_code, changed.json()["name"]) == (200, "Corrected")
