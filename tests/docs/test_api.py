"""The page of the API says what the service does."""

import re
from pathlib import Path

from annotated_types import MaxLen

from app.statements.schemas import NewStatement
from tests.making import Client, Make

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


def row(first: str) -> list[str]:
    """Read a row of a table by its first cell."""
    found = re.search(rf"^\| `{first}` \|(.*)\|$", PAGE, re.MULTILINE)
    assert found is not None
    return [cell.strip() for cell in found[1].split("|")]


async def test_the_built_in_scales_are_those_of_the_page(anonymous: Client) -> None:
    scales = (await anonymous.get("/v1/rating-scales")).json()["items"]

    for scale in scales:
        check_types, on_axis, off_axis = row(scale["key"])
        ratings = sorted(
            (one for one in scale["ratings"] if one["ordinal"]), key=lambda one: one["ordinal"]
        )
        assert ", ".join(scale["check_types"]) == check_types
        assert ", ".join(f"{one['key']} {one['ordinal']}" for one in ratings) == on_axis
        assert ", ".join(one["key"] for one in scale["ratings"] if not one["ordinal"]) == off_axis


async def test_confirmed_is_not_true(anonymous: Client) -> None:
    scales = (await anonymous.get("/v1/rating-scales")).json()["items"]
    normalized = {
        (scale["key"], one["key"]): one["normalized"]
        for scale in scales
        for one in scale["ratings"]
    }

    others = {("attribution", "confirmed"), ("attribution", "denied")}
    others |= {rating for rating in normalized if rating[0] == "promise"}
    assert {rating for rating, words in normalized.items() if words == "other"} == others
    assert normalized["attribution", "not_found"] == "unverifiable"
    assert all(
        rating[1] == words for rating, words in normalized.items() if rating[0] == "veracity"
    )


async def test_the_defaults_of_a_statement_are_those_of_the_page(contributor: Client) -> None:
    body = {"text": "So it is.", "language": "en", "speaker_is_anonymous": True}

    made = (await contributor.post("/v1/statements", json=body)).json()

    made["checkability"] = made["checkability"]["state"]
    sentence = re.search(r"\*\*Defaults\*\* of a new statement: (.*?)\.", PAGE)
    assert sentence is not None
    defaults = re.findall(r"`(\w+)` (\w+)", sentence[1])
    assert [(name, made[name]) for name, _ in defaults] == defaults
    assert len(defaults) == 6


def test_a_statement_has_as_many_parts_as_the_page_says() -> None:
    for name in ("translations", "quantities", "appearances", "topics"):
        bound = next(
            one.max_length
            for one in NewStatement.model_fields[name].metadata
            if isinstance(one, MaxLen)
        )
        assert f"{bound} {name}" in PAGE


async def test_an_address_that_is_recorded_is_refused_with_the_way_to_it(
    make: Make, editor: Client
) -> None:
    source = {"kind": "article", "name": "It", "url": "https://news.example/it"}
    await make.source(**source)

    answer = await editor.post(
        "/v1/statements",
        json={
            "text": "So it is.",
            "language": "en",
            "speaker_is_anonymous": True,
            "appearances": [{"role": "outlet", "mode": "summary", "source": source}],
        },
    )

    error = answer.json()["errors"][0]
    assert (answer.status_code, error["pointer"]) == (409, "/appearances/0/source/url")
    assert "GET /v1/sources?url=" in error["detail"]
    assert "GET /v1/sources?url=" in PAGE
