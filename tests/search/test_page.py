"""What docs/search.md says is found, is found."""

import re
from pathlib import Path

import pytest

from tests.making import Client, Make
from tests.search.looking import statements

PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    """Read the rows of a table of examples."""
    found = re.search(
        rf"<!-- examples: {name} -->\n(.*?)<!-- examples: until here -->", PAGE, re.DOTALL
    )
    assert found is not None, name
    lines = found[1].strip().splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture
async def examples(make: Make) -> dict[str, str]:
    """Have the statements of the page: their ids by number."""
    return {
        number: (await make.statement(text=text, language=language, speaker_is_anonymous=True)).id
        for number, language, text in rows("statements")
    }


async def test_queries_find_what_the_page_says(examples: dict[str, str], anonymous: Client) -> None:
    numbers = {made: number for number, made in examples.items()}
    expected = {query: set(found.split()) for query, found, _ in rows("queries")}

    found = {
        query: {numbers[one] for one in await statements(anonymous, query)} for query in expected
    }

    assert len(expected) >= 20
    assert found == expected


async def test_names_are_found_as_the_page_says(make: Make, anonymous: Client) -> None:
    for name in ("Kassym-Jomart Tokayev", "Aslan Atalykov", "Olga Zhabrovets"):
        await make.speaker(name=name)
    for name in ("RIA Novosti", "Le Monde"):
        await make.source(kind="news_agency", name=name)

    for query, expected in rows("names"):
        for place in ("/v1/speakers", "/v1/sources"):
            answer = await anonymous.get(place, params={"q": query})
            found = [item["name"] for item in answer.json()["items"]]
            of_it = [expected] if (expected == "RIA Novosti") == (place == "/v1/sources") else []
            assert found[:1] == [one for one in of_it if one], (query, place)
