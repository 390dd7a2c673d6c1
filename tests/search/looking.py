"""Looking for things, as tests about searching do."""

from typing import Any

from tests.making import Client, Json


async def found(client: Client, q: str, **given: Any) -> Json:
    """Search, and give the page."""
    answer = await client.get("/v1/search", params={"q": q, **given})
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()
    return page


async def ids(client: Client, q: str, **given: Any) -> list[str]:
    """Search, and give the ids of what was found, in order."""
    return [item["id"] for item in (await found(client, q, **given))["items"]]


async def statements(client: Client, q: str, **given: Any) -> list[str]:
    """Search for statements alone, and give their ids in order."""
    return await ids(client, q, types="statement", **given)


async def highlight(client: Client, q: str, **given: Any) -> str:
    """Search, and give the highlight of what was found first."""
    first: str = (await found(client, q, **given))["items"][0]["highlight"]
    return first
