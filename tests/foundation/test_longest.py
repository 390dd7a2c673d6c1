"""The longest texts and lists: what the OpenAPI document allows is taken, and one more is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.making import Client, everything

DOCUMENT = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "openapi.json").read_text("utf-8")
)
LONG = 20
BODIES = {
    "NewStatement": "/v1/statements",
    "NewVerdict": "/v1/verdicts",
    "NewContact": "/v1/contacts",
    "NewSpeaker": "/v1/speakers",
    "NewSource": "/v1/sources",
    "NewTopic": "/v1/topics",
    "NewRatingScale": "/v1/rating-scales",
}


def limits() -> list[tuple[str, str, str, int]]:
    """List every field of a body that has a limit: its path, name, sort of limit, and limit."""
    schemas = DOCUMENT["components"]["schemas"]
    return [
        (path, name, limit, schema[limit])
        for model, path in BODIES.items()
        for name, schema in schemas[model]["properties"].items()
        for limit in ("maxLength", "maxItems")
        if schema.get(limit, 0) >= LONG
    ]


def of_length(limit: str, length: int) -> Any:
    """Make a text or list of a length."""
    return "x" * length if limit == "maxLength" else [None] * length


def test_long_texts_and_lists_were_found() -> None:
    found = {(path, name): most for path, name, _, most in limits()}

    assert found["/v1/statements", "text"] == 5000
    assert found["/v1/verdicts", "explanation"] == 100_000
    assert found["/v1/statements", "appearances"] == 200


@pytest.mark.parametrize(("path", "name", "limit", "most"), limits())
async def test_what_is_one_too_long_is_refused(
    editor: Client, admin: Client, path: str, name: str, limit: str, most: int
) -> None:
    too_long = await admin.post(path, json={name: of_length(limit, most + 1)})
    longest = await admin.post(path, json={name: of_length(limit, most)})

    codes = {"too_long", "string_too_long"}
    assert too_long.status_code == 422
    assert codes & {c for at, c in everything(too_long.json()["errors"]) if at == f"/{name}"}
    assert not codes & {c for _, c in everything(longest.json().get("errors", []))}
