"""What is found comes in the order in which a fact-checker would want it."""

from typing import Any

from tests.making import Client, Make
from tests.search.looking import found, statements


async def test_an_exact_phrase_comes_before_words_near_and_far_and_some_of_them(
    make: Make, anonymous: Client
) -> None:
    far = "Border guards said nothing at all of what the many new reports say had closed last week"
    texts = {
        "some": "The border is long",
        "far": far,
        "near": "The guards closed a border yesterday",
        "phrase": "They say that border guards closed the road",
    }
    made = {name: (await make.statement(text=text)).id for name, text in texts.items()}

    assert await statements(anonymous, "border guards closed") == [
        made["phrase"], made["near"], made["far"], made["some"],
    ]  # fmt: skip


async def test_own_words_come_before_translations_context_and_verdicts(
    make: Make, anonymous: Client
) -> None:
    verdict = await make.published(headline="A quagmire of numbers")
    context = await make.statement(occasion="At the quagmire")
    translation = {"language": "en", "text": "It is a quagmire", "translator": "human"}
    translated = await make.statement(text="C'est autre chose", language="fr",
                                      translations=[translation])  # fmt: skip
    own = await make.statement(text="This is a quagmire")

    assert await statements(anonymous, "quagmire") == [
        own.id, translated.id, context.id, verdict.body["statement_id"],
    ]  # fmt: skip


async def test_a_word_as_it_was_typed_comes_before_other_forms_and_twice_before_once(
    make: Make, anonymous: Client
) -> None:
    texts = ("A levy was raised", "Levies of all sorts were raised", "The levy is a levy")
    once, another, twice = [(await make.statement(text=text)).id for text in texts]

    assert await statements(anonymous, "levy") == [twice, once, another]


async def test_among_equals_the_newest_comes_first(make: Make, anonymous: Client) -> None:
    days = ["2021-03-04", "2023-01-01", "2022-12-31", "2019"]
    made = {day: (await make.statement(text="A stalemate", said_on=day)).id for day in days}

    assert await statements(anonymous, "stalemate") == [made[day] for day in sorted(days)[::-1]]


async def test_scores_fall_and_lie_between_0_and_1(make: Make, anonymous: Client) -> None:
    for text in ("Rivers rise", "Rivers and lakes rise", "Rivers fall, and lakes rise"):
        await make.statement(text=text)

    scores = [item["score"] for item in (await found(anonymous, "rivers rise"))["items"]]

    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


async def test_speakers_and_sources_are_found_by_name_beside_statements(
    make: Make, anonymous: Client
) -> None:
    speaker = await make.speaker(name="Kassym-Jomart Tokayev")
    source = await make.source(kind="news_agency", name="Tokayev News")
    statement = await make.statement(text="Mobilisation is not planned", speaker_id=speaker.id)

    page = await found(anonymous, "Tokaïev")
    by_type: dict[str, Any] = {item["type"]: item for item in page["items"]}

    assert {item["id"] for item in page["items"]} == {speaker.id, source.id, statement.id}
    assert by_type["speaker"]["speaker"]["name"] == "Kassym-Jomart Tokayev"
    assert by_type["source"]["source"]["id"] == source.id
    assert by_type["statement"]["statement"]["speaker_id"] == speaker.id
    assert by_type["speaker"]["statement"] is None


async def test_types_and_filters_narrow_what_is_found(make: Make, anonymous: Client) -> None:
    speaker = await make.speaker(name="Olga Zhabrovets")
    one = await make.statement(text="It rains", speaker_id=speaker.id, language="en")
    await make.statement(text="Il pleut", speaker_id=speaker.id, language="fr")

    assert {item["type"] for item in (await found(anonymous, "Zhabrovets"))["items"]} == {
        "speaker", "statement",
    }  # fmt: skip
    only = await found(anonymous, "Zhabrovets", types="speaker")
    assert [item["id"] for item in only["items"]] == [speaker.id]
    narrowed = await found(anonymous, "Zhabrovets", language="en")
    assert [item["id"] for item in narrowed["items"]] == [one.id]


async def test_a_name_is_a_signal_for_statements(make: Make, anonymous: Client) -> None:
    speaker = await make.speaker(name="Kassym-Jomart Tokayev")
    both = await make.statement(text="There will be no mobilisation", speaker_id=speaker.id)
    await make.statement(text="There will be no mobilisation here")

    assert (await statements(anonymous, "Tokaïev mobilisation"))[0] == both.id
