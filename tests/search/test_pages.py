"""Pages of what is found: everything once, in one order, with true numbers."""

from typing import Any

import asyncpg
import pytest

from app.finding import asking
from app.search import finding
from tests.making import Client, Json, Make
from tests.search.looking import found


async def _rain(make: Make, amount: int) -> list[str]:
    """Record statements of one word, on days in no order; give their ids, the newest first."""
    speaker = await make.speaker(name="Olga Zhabrovets")
    new = [
        {"text": "Rain " * (1 + number % 3) + "fell", "language": "en", "visibility": "public",
         "said_on": f"2022-{1 + number * 7 % 12:02}-{1 + number % 28:02}",
         "speaker_id": speaker.id}
        for number in range(amount)
    ]  # fmt: skip
    answer = await make.client.post("/v1/statements/batch", json={"items": new})
    made = [one["document"] for one in answer.json()["results"]]
    return [one["id"] for one in sorted(made, key=lambda one: one["said_on"], reverse=True)]


async def _all_pages(client: Client, **asked: Any) -> list[Json]:
    pages = [await found(client, **asked)]
    while pages[-1]["next"]:
        assert len(pages) < 50
        pages.append(await found(client, **asked | {"cursor": pages[-1]["next"]}))
    return pages


def _ids(pages: list[Json]) -> list[str]:
    return [item["id"] for page in pages for item in page["items"]]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take more than none for many, and gather ten at a time."""
    monkeypatch.setattr(finding, "MANY", -1)
    monkeypatch.setattr(finding, "NEWEST", 10)


async def test_pages_have_everything_once_in_one_order(make: Make, anonymous: Client) -> None:
    made = await _rain(make, 45)

    pages = await _all_pages(anonymous, q="rain", types="statement", limit=7)
    scores = [item["score"] for page in pages for item in page["items"]]

    assert sorted(_ids(pages)) == sorted(made)
    assert scores == sorted(scores, reverse=True)
    assert [page["bounded"] for page in pages] == [False] * 7


async def test_names_and_statements_are_paged_together(make: Make, anonymous: Client) -> None:
    made = await _rain(make, 5)

    one = _ids(await _all_pages(anonymous, q="Zhabrovets", limit=2))
    whole = _ids([await found(anonymous, "Zhabrovets", limit=100)])

    assert one == whole
    assert len(set(one)) == len(made) + 1


async def test_pages_stay_as_they_are_while_others_write(make: Make, anonymous: Client) -> None:
    made = await _rain(make, 20)

    first = await found(anonymous, "rain", types="statement", limit=5)
    await make.statement(text="Rain rain rain", said_on="2023-01-01")
    rest = await _all_pages(anonymous, q="rain", types="statement", limit=5, cursor=first["next"])

    assert sorted(one for one in _ids([first, *rest]) if one in made) == sorted(made)


async def test_where_many_match_the_newest_are_ranked_and_older_ones_follow(
    make: Make, anonymous: Client, many: None
) -> None:
    made = await _rain(make, 45)

    pages = await _all_pages(anonymous, q="rain", types="statement", limit=4)
    found_ids = _ids(pages)

    assert all(page["bounded"] for page in pages)
    assert [set(found_ids[at : at + 10]) for at in (0, 10, 20)] == [
        set(made[at : at + 10]) for at in (0, 10, 20)
    ]
    assert sorted(found_ids) == sorted(made)


async def test_what_comes_meanwhile_doesnt_move_what_was_gathered(
    make: Make, anonymous: Client, many: None
) -> None:
    made = await _rain(make, 30)

    first = await found(anonymous, "rain", types="statement", limit=5)
    for _ in range(3):
        await make.statement(text="Rain fell", said_on="2023-01-01")
    rest = await _all_pages(anonymous, q="rain", types="statement", limit=5, cursor=first["next"])

    assert sorted(one for one in _ids([first, *rest]) if one in made) == sorted(made)


async def test_counts_are_exact_up_to_1000_and_say_so(make: Make, anonymous: Client) -> None:
    await _rain(make, 30)

    page = await found(anonymous, "rain", types="statement", count="true", limit=1)

    assert page["count"] == {"value": 30, "exact": True}


async def test_facets_count_what_was_found(make: Make, anonymous: Client) -> None:
    outlet = await make.source(kind="newspaper", name="Morning Post")
    article = await make.source(kind="article", name="An article", publisher_id=outlet.id)
    topic = await make.topic(key="weather")
    hop = {"key": "one", "role": "outlet", "mode": "direct_quote", "source_id": article.id}
    rated = await make.statement(text="Rain fell", said_on="2022-09", topics=[topic.id],
                                 appearances=[hop])  # fmt: skip
    await make.published(statement_id=rated.id)
    await make.statement(text="Pluie et rain", language="fr", said_on="2021")
    names = "speaker,publisher,normalized_rating,check_type,topic,language,year"

    facets = (await found(anonymous, "rain", types="statement", facets=names))["facets"]
    counts = {
        name: {one["value"]: one["count"] for one in facet["values"]}
        for name, facet in facets.items()
    }

    assert counts["language"] == {"en": 1, "fr": 1}
    assert counts["year"] == {"2022": 1, "2021": 1}
    assert counts["publisher"] == {outlet.id: 1}
    assert counts["normalized_rating"] == {"false": 1}
    assert counts["check_type"] == {"content": 1}
    assert counts["topic"] == {"weather": 1}
    assert set(counts["speaker"].values()) == {1}
    assert all(facet["exact"] for facet in facets.values())


async def test_facets_that_were_bounded_say_so(make: Make, anonymous: Client, many: None) -> None:
    await _rain(make, 30)

    page = await found(anonymous, "rain", facets="year")

    assert page["facets"]["year"]["exact"] is False
    assert page["facets"]["speaker"] is None


async def test_a_facet_leads_to_what_it_counts(make: Make, anonymous: Client) -> None:
    await _rain(make, 12)
    other = await make.statement(text="Rain fell elsewhere")

    page = await found(anonymous, "rain", facets="speaker", types="statement")
    for value in page["facets"]["speaker"]["values"]:
        narrowed = await found(anonymous, "rain", speaker_id=value["value"], count="true")
        assert narrowed["count"]["value"] == value["count"]

    assert {one["value"] for one in page["facets"]["speaker"]["values"]} >= {
        other.body["speaker_id"]
    }


async def test_a_cursor_belongs_to_its_search(make: Make, anonymous: Client) -> None:
    await _rain(make, 5)
    page = await found(anonymous, "rain", limit=2)

    answer = await anonymous.get("/v1/search", params={"q": "snow", "cursor": page["next"]})

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("invalid-cursor")


async def test_lists_walk_through_what_many_have(
    make: Make, anonymous: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await _rain(make, 9)
    await make.statement(text="Sun shone")
    few = await anonymous.get("/v1/statements", params={"q": "rain", "sort": "-said_on"})
    monkeypatch.setattr(asking, "MANY", -1)

    answer = await anonymous.get("/v1/statements", params={"q": "rain", "sort": "-said_on"})

    assert {item["id"] for item in answer.json()["items"]} == set(made)
    assert answer.json()["items"] == few.json()["items"]


async def test_what_has_all_the_words_is_first_however_many_have_some(
    make: Make, anonymous: Client, database: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = await make.statement(text="Thistledown quagmire swallowed everything", said_on="2001")
    for number in range(30):
        await make.statement(text=f"Thistledown number {number}", said_on="2022")
    await database.execute("ANALYZE statement_search")
    monkeypatch.setattr(finding, "MANY", 10)
    monkeypatch.setattr(finding, "SOME", 10)

    for query in (
        "thistledown quagmire swallowed everything",
        "thistledown quagmire swallowed nothing",
    ):
        page = await found(anonymous, query, types="statement")
        assert page["items"][0]["id"] == wanted.id, query
        assert len(page["items"]) == 1


async def test_counts_say_the_same_on_every_page(
    make: Make, anonymous: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _rain(make, 25)
    few = await _all_pages(anonymous, q="rain", types="statement", limit=10, count="true")
    monkeypatch.setattr(finding, "MANY", -1)
    monkeypatch.setattr(finding, "NEWEST", 10)
    many = await _all_pages(
        anonymous, q="rain", types="statement", limit=7, count="true", facets="year"
    )

    assert {str(page["count"]) for page in few + many} == {"{'value': 25, 'exact': True}"}
    assert len(many) > 3
    assert {page["facets"]["year"]["exact"] for page in many} == {False}


async def test_a_list_goes_on_with_what_it_began_with(make: Make, anonymous: Client) -> None:
    made = {(await make.statement(text=f"Mobilisation {n}")).id for n in range(3)}
    first = (await anonymous.get("/v1/statements", params={"q": "mobil", "limit": 1})).json()
    await make.statement(text="mobil")

    listed = first["items"]
    while first["next"]:
        asked = {"q": "mobil", "limit": 1, "cursor": first["next"]}
        first = (await anonymous.get("/v1/statements", params=asked)).json()
        listed += first["items"]

    assert {item["id"] for item in listed} == made


async def test_what_became_hidden_meanwhile_does_not_end_the_pages(
    make: Make, anonymous: Client, database: asyncpg.Connection
) -> None:
    made = await _rain(make, 9)
    page = await found(anonymous, "rain", types="statement", limit=4)
    hidden = page["items"][2]["id"]
    await database.execute("UPDATE statement SET visibility = 'internal' WHERE id = $1", hidden)

    pages = await _all_pages(anonymous, q="rain", types="statement", limit=4)

    assert sorted(_ids(pages)) == sorted(set(made) - {hidden})
