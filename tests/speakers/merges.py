"""Merging and unmerging in tests, and looking at what came of it."""

from typing import Any

from httpx2 import Response

from tests.making import Client, Made


async def merge(client: Client, one: Made, into: Made, **given: Any) -> Response:
    """Merge a speaker into another one."""
    return await client.post(f"{one.path}/merge", json={"into": into.id} | given)


async def merged(client: Client, one: Made, into: Made, **given: Any) -> Response:
    """Merge a speaker into another one, which must go well."""
    answer = await merge(client, one, into, **given)
    assert answer.status_code == 200, answer.text
    return answer


async def unmerged(client: Client, one: Made, **given: Any) -> Response:
    """Take a merge back, which must go well."""
    answer = await client.post(f"{one.path}/unmerge", json=given)
    assert answer.status_code == 200, answer.text
    return answer


async def fetched(client: Client, made: Made) -> Made:
    """Fetch something as it is now."""
    answer = await client.get(made.path)
    assert answer.status_code == 200, answer.text
    return Made(made.path, answer.json(), answer.headers["ETag"])


async def history(client: Client, made: Made) -> list[Any]:
    """List what was done to something, the last first."""
    answer = await client.get(f"{made.path}/history")
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items
