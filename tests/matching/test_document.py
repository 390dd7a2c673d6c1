"""Matching an article, sentence by sentence: POST /v1/match/document."""

import json
from typing import Any

import pytest

from tests.making import Client, Json, Make, wrong

PATH = "/v1/match/document"
LINES = {"Accept": "application/x-ndjson"}
ENTERED = "About 98,000 Russians have entered Kazakhstan since 21 September"
ARTICLE = (
    "Oh dear.  Who pays for this?\n\nThe minister was clear: “98,000 Russians have entered"
    " Kazakhstan since 21 September.” Mr. Smith 🙂 of the U.S. Embassy\n disagreed with him."
)


async def sentences(client: Client, text: str, **given: Any) -> list[Json]:
    """Ask for an article, and give its sentences."""
    answer = await client.post(PATH, json={"text": text, "language": "en", **given})
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["sentences"]
    return found


async def test_each_sentence_has_its_place_in_the_text(anonymous: Client, make: Make) -> None:
    found = await sentences(anonymous, ARTICLE)
    assert [one["text"] for one in found] == [ARTICLE[one["start"] : one["end"]] for one in found]
    joined = "".join(one["text"] for one in found)
    assert joined.replace(" ", "") == ARTICLE.replace(" ", "").replace("\n\n", "")


async def test_what_cannot_be_a_claim_is_skipped_and_says_why(anonymous: Client) -> None:
    found = await sentences(anonymous, "Oh dear. Who pays for this? 12. He left the country then.")
    assert [one["skipped"] for one in found[:2]] == ["too_short", "question"]
    assert found[-1]["skipped"] is None
    assert all(one["matches"] == [] for one in found if one["skipped"])


async def test_a_sentence_is_matched_with_what_was_checked(anonymous: Client, make: Make) -> None:
    made = await make.statement(text=ENTERED)
    found = await sentences(anonymous, ARTICLE, limit=1, min_score=0)
    by_text = {one["text"]: one["matches"] for one in found}
    claims = [one for text, one in by_text.items() if "98,000" in text]
    assert [one["statement"]["id"] for one in claims[0]] == [made.id]


@pytest.mark.parametrize(
    "text",
    ["Он въехал 27 сент. вечером домой. Потом уехал обратно.", "彼は帰国した。彼女も帰国した。"],
)
async def test_sentences_of_other_languages_are_told_apart(text: str, anonymous: Client) -> None:
    language = "ru" if "Он" in text else "ja"
    found = await sentences(anonymous, text, language=language)
    assert len(found) == 2


async def test_lines_come_one_by_one_and_the_last_says_how_it_was_looked_for(
    anonymous: Client, make: Make
) -> None:
    await make.statement(text=ENTERED)
    whole = await anonymous.post(PATH, json={"text": ARTICLE})
    streamed = await anonymous.post(PATH, json={"text": ARTICLE}, headers=LINES)
    assert streamed.headers["Content-Type"] == "application/x-ndjson"
    *found, last = [json.loads(line) for line in streamed.text.splitlines()]
    body = whole.json()
    assert found == body.pop("sentences")
    assert last == body


async def test_lines_are_the_same_when_the_request_is_repeated(
    contributor: Client, make: Make
) -> None:
    await make.statement(text=ENTERED)
    headers = LINES | {"Idempotency-Key": "lines"}
    first = await contributor.post(PATH, json={"text": ARTICLE}, headers=headers)
    again = await contributor.post(PATH, json={"text": ARTICLE}, headers=headers)
    assert again.content == first.content
    assert again.headers["Content-Type"] == "application/x-ndjson"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": "  "}, "/text"),
        ({"text": "a" * 100_001}, "/text"),
        ({"text": "He has left the country. " * 401}, "/text"),
        ({"text": "a", "limit": 101}, "/limit"),
        ({"texts": "a"}, "/text"),
    ],
)
async def test_wrong_input_is_told(body: Json, pointer: str, anonymous: Client) -> None:
    status, errors = wrong(await anonymous.post(PATH, json=body, headers=LINES))
    assert (status, pointer in {where for where, _ in errors}) == (422, True)
