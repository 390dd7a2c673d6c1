"""Speakers and sources are found by name, across scripts and with slips, the likeliest first."""

from typing import Any

import pytest

from tests.making import Client, Make, ids


@pytest.fixture
async def known(make: Make) -> dict[str, str]:
    """Have some speakers and sources: their ids by name."""
    given_names: dict[str, Any] = {
        "Kassym-Jomart Tokayev": {"country": "KZ"},
        "Aslan Atalykov": {"country": "KZ", "names": [{"name": "Бекзат", "kind": "alias"}]},
        "Emmanuel Macron": {"country": "FR"},
        "Ministry of Internal Affairs": {"kind": "office", "country": "KZ"},
    }
    speakers = {
        name: (await make.speaker(name=name, **given)).id for name, given in given_names.items()
    }
    sources = {
        name: (await make.source(kind="news_agency", name=name)).id
        for name in ("RIA Novosti", "Agence France-Presse")
    }
    return speakers | sources


@pytest.mark.parametrize(
    "typed", ["Tokayev", "Tokaïev", "Tokaev", "Toqaev", "Токаев", "Тоқаев", "tokayev kassym"]
)
async def test_a_name_is_found_in_every_spelling(
    typed: str, known: dict[str, str], anonymous: Client
) -> None:
    found = await ids(anonymous, "/v1/speakers", q=typed)

    assert found[0] == known["Kassym-Jomart Tokayev"]


async def test_slips_aliases_and_outlets_are_found(
    known: dict[str, str], anonymous: Client
) -> None:
    assert await ids(anonymous, "/v1/speakers", q="Atalykovn") == [known["Aslan Atalykov"]]
    assert await ids(anonymous, "/v1/speakers", q="Bekzat") == [known["Aslan Atalykov"]]
    assert (await ids(anonymous, "/v1/sources", q="РИА Новости"))[0] == known["RIA Novosti"]


async def test_nonsense_finds_nobody(known: dict[str, str], anonymous: Client) -> None:
    for typed in ("zzqxw", "123456", "…", ""):
        assert await ids(anonymous, "/v1/speakers", q=typed) == [], typed


async def test_filters_and_orders_go_with_a_name(
    known: dict[str, str], make: Make, anonymous: Client
) -> None:
    other = await make.speaker(name="Emmanuel Tokayev", country="FR")

    narrowed = await ids(anonymous, "/v1/speakers", q="Tokayev", country="FR")
    by_name = await ids(anonymous, "/v1/speakers", q="Tokayev", sort="-name")

    assert narrowed == [other.id]
    assert by_name == [known["Kassym-Jomart Tokayev"], other.id]


async def test_names_are_paged_and_counted(make: Make, anonymous: Client) -> None:
    made = {(await make.speaker(name=f"Olga Ivanova {number}")).id for number in "abcdefg"}

    answer = await anonymous.get(
        "/v1/speakers", params={"q": "Ivanova", "limit": 3, "count": "true"}
    )
    pages = [answer.json()]
    while pages[-1]["next"]:
        asked = {"q": "Ivanova", "limit": 3, "cursor": pages[-1]["next"]}
        pages.append((await anonymous.get("/v1/speakers", params=asked)).json())

    counted = await anonymous.get("/v1/speakers", params={"q": "Ivanova", "count": "true",
                                  "limit": 3, "cursor": pages[0]["next"]})  # fmt: skip
    assert pages[0]["count"] == counted.json()["count"] == {"value": 7, "exact": True}
    assert [len(page["items"]) for page in pages] == [3, 3, 1]
    assert {item["id"] for page in pages for item in page["items"]} == made


async def test_a_cursor_of_a_name_is_no_other_names(make: Make, anonymous: Client) -> None:
    for number in "ab":
        await make.speaker(name=f"Olga Ivanova {number}")
    page = (await anonymous.get("/v1/speakers", params={"q": "Ivanova", "limit": 1})).json()

    answer = await anonymous.get(
        "/v1/speakers", params={"q": "Petrova", "limit": 1, "cursor": page["next"]}
    )

    assert answer.status_code == 400


async def test_archived_speakers_are_not_found(
    known: dict[str, str], anonymous: Client, editor: Client
) -> None:
    path = f"/v1/speakers/{known['Emmanuel Macron']}"
    assert await ids(anonymous, "/v1/speakers", q="Macron") == [known["Emmanuel Macron"]]

    await editor.delete(path, headers={"If-Match": "*"})

    assert await ids(anonymous, "/v1/speakers", q="Macron") == []


async def test_a_full_name_is_found_among_many_that_share_a_part(
    make: Make, editor: Client, anonymous: Client
) -> None:
    others = [{"name": f"Ivan Number{number}ov"} for number in range(250)]
    answer = await editor.post("/v1/speakers/batch", json={"items": others})
    assert answer.status_code == 200, answer.text
    wanted = await make.speaker(name="Ivan Zhabrovets")
    for _ in range(11):
        await make.statement(text="It rains", speaker_id=wanted.id)

    answer = await anonymous.get("/v1/search", params={"q": "Ivan Zhabrovets"})

    assert answer.json()["items"][0]["id"] == wanted.id


async def test_a_count_of_names_says_when_not_all_were_compared(
    make: Make, editor: Client, anonymous: Client
) -> None:
    many = [{"name": f"Ivan Number{number}ov"} for number in range(90)]
    answer = await editor.post("/v1/speakers/batch", json={"items": many})
    assert answer.status_code == 200, answer.text
    await make.speaker(name="Olga Zhabrovets")

    counts = {
        typed: (await anonymous.get("/v1/speakers", params={"q": typed, "count": "true"})).json()[
            "count"
        ]["exact"]
        for typed in ("Ivan", "Zhabrovets")
    }

    assert counts == {"Ivan": False, "Zhabrovets": True}
