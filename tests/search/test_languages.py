"""Words are found in every language and script, whatever the searcher's own is."""

import json
from pathlib import Path

import pytest

from tests.making import Client, Make
from tests.search.looking import statements

CASES = json.loads((Path(__file__).parent / "languages.json").read_text(encoding="utf-8"))


@pytest.fixture
async def documents(make: Make) -> dict[str, str]:
    """Have a statement in each of twelve languages: their ids by language."""
    return {
        language: (await make.statement(text=text, language=language, speaker_is_anonymous=True)).id
        for language, text in CASES["documents"].items()
    }


async def test_what_must_be_found_is_found(documents: dict[str, str], anonymous: Client) -> None:
    missed = [
        (language, query)
        for language, queries in CASES["must_find"].items()
        for query in queries
        if documents[language] not in await statements(anonymous, query, limit=100)
    ]

    assert missed == []


async def test_what_must_not_be_found_is_not(documents: dict[str, str], anonymous: Client) -> None:
    wrong = [
        query for query in CASES["must_not_find"] if await statements(anonymous, query, limit=100)
    ]

    assert wrong == []


async def test_lists_of_statements_find_the_same(
    documents: dict[str, str], anonymous: Client
) -> None:
    async def listed(query: str) -> list[str]:
        answer = await anonymous.get("/v1/statements", params={"q": query, "limit": 100})
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    missed = [
        (language, query)
        for language, queries in CASES["must_find"].items()
        for query in queries
        if documents[language] not in await listed(query)
    ]

    assert missed == []
    assert [query for query in CASES["must_not_find"] if await listed(query)] == []


async def test_translations_are_searched_each_in_its_language(
    make: Make, anonymous: Client
) -> None:
    translation = {
        "language": "de",
        "text": "Die Grenzen wurden geschlossen",
        "translator": "human",
    }
    made = await make.statement(
        text="Les frontières ont été fermées", language="fr", translations=[translation]
    )

    assert await statements(anonymous, "frontière fermée") == [made.id]
    assert await statements(anonymous, "Grenze schließen geschlossen") == [made.id]


async def test_a_language_is_a_hint_and_no_filter_unless_one_filters(
    make: Make, anonymous: Client
) -> None:
    french = await make.statement(text="Le président Tokaïev a parlé", language="fr")
    russian = await make.statement(text="Президент Токаев говорил", language="ru")

    assert set(await statements(anonymous, "Tokayev")) == {french.id, russian.id}
    assert await statements(anonymous, "Tokayev", language="ru") == [russian.id]
