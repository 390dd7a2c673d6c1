"""The demo, loaded once, as the public reads it."""

from typing import Any, TypeAlias

import pytest

from app.demo import load
from tests.making import Client, Json

Demo: TypeAlias = dict[str, dict[str, Json]]
COLLECTIONS = ("statements", "speakers", "sources", "topics", "verdicts")


@pytest.fixture(scope="module")
def answers() -> Demo:
    """Keep what was answered, for all tests of a file."""
    return {}


@pytest.fixture
async def demo(anonymous: Client, database_url: str, answers: Demo) -> Demo:
    """Have what the public sees of the demo, by collection and ref."""
    if not answers:
        assert await load.is_wanted(database_url)
        assert await load.load(database_url) >= 9
        for name in COLLECTIONS:
            page = (await anonymous.get(f"/v1/{name}", params={"limit": 100})).json()
            answers[name] = {item["ref"] or item["id"]: item for item in page["items"]}
        answers["links"] = {
            ref: (await anonymous.get(f"/v1/statements/{made['id']}/links")).json()
            for ref, made in answers["statements"].items()
        }
    return answers


def everything(value: Any) -> list[Any]:
    """List every value inside of a document that holds nothing itself."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in everything(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in everything(item)]
    return [value]
