"""An address, in whatever spelling, is one source's."""

import asyncio
import json

import pytest

from tests.making import Client, Make, change, ids, wrong

PATH = "/v1/sources"
SPELLINGS = [
    "https://example.org/a/b?x=1",
    "HTTPS://EXAMPLE.org/a/b?x=1",
    "https://example.org:443/a/b?x=1",
    "https://example.org/a/./c/../b?x=1",
    "https://example.org/%61/b?x=1",
]
OTHERS = [
    "http://example.org/a/b?x=1",
    "https://example.org/a/b",
    "https://example.org/a/b?x=2",
    "https://example.org/A/b?x=1",
    "https://example.org/a/b/?x=1",
    "https://www.example.org/a/b?x=1",
    "https://example.org:8443/a/b?x=1",
    "https://example.org/a/b?x=1#there",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_the_same_address_in_another_spelling_is_the_same(
    spelling: str, make: Make, admin: Client
) -> None:
    made = await make.source(url=spelling)
    again = {"kind": "article", "name": "Again"}

    assert made.body["url"] == SPELLINGS[0]
    for other in SPELLINGS:
        refused = await admin.post(PATH, json=again | {"url": other})
        assert wrong(refused) == (409, {("/url", "taken")})
        assert await ids(admin, PATH, url=other) == [made.id]


@pytest.mark.parametrize("other", OTHERS)
async def test_other_addresses_are_other_sources(other: str, make: Make, admin: Client) -> None:
    await make.source(url=SPELLINGS[0])

    made = await make.source(url=other)

    assert await ids(admin, PATH, url=other) == [made.id]


async def test_an_address_may_be_in_any_script(make: Make, anonymous: Client) -> None:
    made = await make.source(url="https://пример.рф/новости?ключ=да")

    assert await ids(anonymous, PATH, url="https://xn--e1afmkfd.xn--p1ai/новости?ключ=да") == [
        made.id
    ]
    assert await ids(anonymous, PATH, url=made.body["url"]) == [made.id]


async def test_an_alias_is_nobody_elses_address_and_the_other_way_round(
    make: Make, admin: Client
) -> None:
    one, two = "https://example.org/1", "https://example.org/2"
    await make.source(url=one, url_aliases=[two])
    new = {"kind": "article", "name": "New"}

    for given, pointer in (
        ({"url": two}, "/url"),
        ({"url_aliases": ["https://example.org/3", one]}, "/url_aliases/1"),
        ({"url_aliases": ["https://EXAMPLE.org/2"]}, "/url_aliases/0"),
    ):
        assert wrong(await admin.post(PATH, json=new | given)) == (409, {(pointer, "taken")})


async def test_a_source_has_an_address_once(admin: Client) -> None:
    body = {"kind": "article", "name": "A", "url": "https://example.org/a"}

    refused = await admin.post(PATH, json=body | {"url_aliases": ["https://EXAMPLE.org/a"]})

    assert wrong(refused) == (409, {("/url_aliases/0", "taken")})


async def test_an_address_and_an_alias_may_change_places(make: Make, admin: Client) -> None:
    one, two = "https://example.org/1", "https://example.org/2"
    made = await make.source(url=one, url_aliases=[two])

    changed = await change(admin, made, url=two, url_aliases=[one])

    assert (changed.json()["url"], changed.json()["url_aliases"]) == (two, [one])
    assert await ids(admin, PATH, url=one) == await ids(admin, PATH, url=two) == [made.id]


async def test_a_change_doesnt_take_anothers_address(make: Make, admin: Client) -> None:
    await make.source(url="https://example.org/1")
    other = await make.source()

    refused = await change(admin, other, url="https://example.org/1")

    assert wrong(refused) == (409, {("/url", "taken")})
    assert "GET /v1/sources?url=" in refused.json()["detail"]


async def test_an_address_that_was_given_up_is_free(make: Make, admin: Client) -> None:
    made = await make.source(url="https://example.org/1")
    await change(admin, made, url=None)

    other = await make.source(url="https://example.org/1")

    assert await ids(admin, PATH, url="https://example.org/1") == [other.id]


async def test_where_it_is_archived_is_kept_as_given(make: Make) -> None:
    address = "https://web.archive.example/2022/HTTPS://Example.org:443/a"

    assert (await make.source(archive_url=address)).body["archive_url"] == address


SHARED = "https://shared.example/page"
TWICE = (
    {"kind": "article", "name": "A", "url": SHARED},
    {"kind": "article", "name": "B", "url_aliases": [SHARED]},
)


@pytest.mark.parametrize("order", [1, -1])
async def test_a_batch_gives_an_address_to_one_source_alone(editor: Client, order: int) -> None:
    answer = await editor.post(
        "/v1/sources/batch", params={"atomic": "false"}, json={"items": TWICE[::order]}
    )

    assert [result["status"] for result in answer.json()["results"]] == [201, 409]
    found = await editor.get("/v1/sources", params={"url": SHARED})
    assert len(found.json()["items"]) == 1


async def test_two_at_once_cannot_have_the_same_address(editor: Client) -> None:
    for number in range(5):
        bodies = [json.loads(json.dumps(body).replace("page", f"page-{number}")) for body in TWICE]

        answers = await asyncio.gather(*(editor.post("/v1/sources", json=body) for body in bodies))

        assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_an_address_may_change_places_within_a_source(editor: Client, make: Make) -> None:
    made = await make.source(url="https://one.example/", url_aliases=["https://two.example/"])
    swapped = {"url": "https://two.example/", "url_aliases": ["https://one.example/"]}

    changed = await editor.patch(made.path, json=swapped, headers=made.if_match)

    assert changed.status_code == 200, changed.text
    assert changed.json()["url"] == "https://two.example/"
