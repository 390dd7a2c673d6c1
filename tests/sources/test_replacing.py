"""A source that is put whole, by reference."""

import asyncpg
import pytest

from tests.making import Client, Json, Make, wrong

PATH = "/v1/sources/by-ref/ria-1"
WHOLE: Json = {
    "kind": "wire",
    "name": "98.000 Russes au Kazakhstan",
    "names": [{"name": "98 тысяч", "language": "ru"}],
    "authors": ["A. Author"],
    "url": "HTTPS://Ria.example:443/1",
    "url_aliases": ["https://ria.example/one"],
    "external_ids": [{"scheme": "ria", "value": "1"}],
    "publisher": {"kind": "news_agency", "name": "RIA Novosti", "url": "https://ria.example/"},
}


async def first(client: Client, body: Json = WHOLE) -> Json:
    answer = await client.put(PATH, json=body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def test_a_nested_publisher_that_is_there_already_is_not_recorded_again(
    editor: Client, database: asyncpg.Connection
) -> None:
    made = await first(editor)
    recorded = await database.fetchval("SELECT count(*) FROM change")

    again = await editor.put(PATH, json=WHOLE, headers={"If-Match": "*"})

    assert (again.status_code, again.json()) == (200, made)
    assert await database.fetchval("SELECT count(*) FROM change") == recorded


@pytest.mark.parametrize("name", ["RIA Novosti", "РИА Новости"])
async def test_a_publisher_is_known_by_its_address_whatever_it_is_called_by_now(
    name: str, editor: Client
) -> None:
    made = await first(editor)
    publisher = f"/v1/sources/{made['publisher_id']}"
    await editor.patch(publisher, json={"name": name}, headers={"If-Match": "*"})

    replaced = await editor.put(PATH, json=WHOLE | {"note": "New"}, headers={"If-Match": "*"})

    assert replaced.json()["publisher_id"] == made["publisher_id"]
    assert replaced.json()["publisher"]["name"] == name


async def test_another_publisher_is_recorded(editor: Client) -> None:
    made = await first(editor)
    body = WHOLE | {"publisher": {"kind": "news_agency", "name": "RIA Novosti"}}

    replaced = (await editor.put(PATH, json=body, headers={"If-Match": "*"})).json()

    assert replaced["publisher_id"] != made["publisher_id"]
    assert replaced["version"] == 2


async def test_what_is_left_out_is_gone(editor: Client) -> None:
    await first(editor)

    least = {"kind": "wire", "name": "98.000"}
    replaced = (await editor.put(PATH, json=least, headers={"If-Match": "*"})).json()

    assert (replaced["url"], replaced["publisher"], replaced["ref"]) == (None, None, "ria-1")
    for part in ("names", "authors", "url_aliases", "external_ids"):
        assert replaced[part] == []


async def test_an_address_that_is_taken_is_refused(make: Make, editor: Client) -> None:
    await make.source(url="https://taken.example/")
    await first(editor)

    answer = await editor.put(
        PATH, json=WHOLE | {"url": "https://taken.example/"}, headers={"If-Match": "*"}
    )

    assert wrong(answer) == (409, {("/url", "taken")})
