"""A confidential source shows strangers its kind, and that it is confidential: no more."""

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids

SECRET: Json = {
    "ref": "secret",
    "kind": "leak",
    "name": "A secret name",
    "names": [{"name": "Secret", "kind": "alias", "language": None, "script": None}],
    "authors": ["Secret"],
    "url": "https://secret.example/",
    "url_aliases": ["https://secret.example/2"],
    "archive_url": "https://archive.example/secret",
    "published_on": "2022-09-27",
    "language": "ru",
    "country": "RU",
    "is_primary": True,
    "access": "confidential",
    "external_ids": [{"scheme": "secret", "value": "1"}],
    "note": "Secret",
}


@pytest.fixture
async def secret(make: Make) -> Made:
    return await make.source(**SECRET, publisher={"kind": "government", "name": "Secret Service"})


async def test_its_own_newsroom_sees_everything(secret: Made, reader: Client) -> None:
    shown = (await reader.get(secret.path)).json()

    assert {name: shown[name] for name in SECRET} == SECRET
    assert shown["publisher"]["name"] == "Secret Service"
    assert secret.id in await ids(reader, "/v1/sources")


async def test_strangers_see_its_kind_and_that_it_is_confidential(
    secret: Made, stranger: Client, anonymous: Client
) -> None:
    for outsider in (stranger, anonymous):
        shown = (await outsider.get(secret.path)).json()

        told = {"id", "version", "created_at", "updated_at", "kind", "access", "is_primary"}
        assert (shown["kind"], shown["access"]) == ("leak", "confidential")
        assert shown["is_primary"] is False
        assert not any(value for name, value in shown.items() if name not in told)


async def test_strangers_list_it_by_no_filter(
    secret: Made, stranger: Client, anonymous: Client
) -> None:
    publisher = secret.body["publisher_id"]
    filters: list[Json] = [
        {},
        {"kind": "leak"},
        {"language": "ru"},
        {"url": "https://secret.example/2"},
        {"publisher_id": publisher},
        {"published_from": "2022"},
    ]
    for given in filters:
        for outsider in (stranger, anonymous):
            assert secret.id not in await ids(outsider, "/v1/sources", **given), given


async def test_a_statement_shows_strangers_no_more_of_it(
    secret: Made, make: Make, reader: Client, stranger: Client, anonymous: Client
) -> None:
    hop = {"source_id": secret.id, "role": "origin", "mode": "summary"}
    statement = await make.statement(appearances=[hop])

    for outsider in (stranger, anonymous):
        (appearance,) = (await outsider.get(statement.path)).json()["appearances"]
        assert appearance["source"] == {
            "id": secret.id,
            "kind": "leak",
            "name": None,
            "url": None,
            "published_on": None,
            "access": "confidential",
            "is_primary": False,
            "publisher": None,
        }
        by_outlet = {"publisher_id": secret.body["publisher_id"]}
        assert await ids(outsider, "/v1/statements", **by_outlet) == []
    (appearance,) = (await reader.get(statement.path)).json()["appearances"]
    assert appearance["source"]["name"] == "A secret name"


async def test_a_confidential_outlet_is_not_named_with_what_it_published(
    make: Make, anonymous: Client, reader: Client
) -> None:
    outlet = await make.source(kind="website", name="Secret", access="confidential")
    article = await make.source(publisher_id=outlet.id)

    assert (await anonymous.get(article.path)).json()["publisher"] is None
    assert (await reader.get(article.path)).json()["publisher"]["name"] == "Secret"


async def test_strangers_neither_change_nor_archive_it(
    secret: Made, stranger: Client, reader: Client
) -> None:
    known = {"If-Match": "*"}

    changed = await stranger.patch(secret.path, json={"access": "open"}, headers=known)
    archived = await stranger.delete(secret.path, headers=known)

    assert (changed.status_code, archived.status_code) == (403, 403)
    assert (await reader.get(secret.path)).json() == secret.body


async def test_its_own_newsroom_may_open_and_archive_it(
    secret: Made, editor: Client, anonymous: Client
) -> None:
    opened = await change(editor, secret, access="open")

    assert (await anonymous.get(secret.path)).json()["name"] == "A secret name"
    again = Made(secret.path, opened.json(), opened.headers["ETag"])
    assert (await archive(editor, again)).status_code == 204
