"""What every problem looks like, and bodies sent as they are."""

from typing import Any

from httpx2 import Response

from tests.making import Client

PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "instance", "request_id", "errors"}
JSON = {"Content-Type": "application/json"}
NOBODY = "01900000-0000-7000-8000-000000000000"


def problem(answer: Response, status: int, slug: str) -> dict[str, Any]:
    """See that an answer is this problem, in its full shape, and give its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert body.keys() >= MEMBERS
    assert (body["type"], body["status"]) == (f"/problems/{slug}", status)
    assert body["title"].lower().replace(" ", "-") == slug
    assert body["detail"]
    assert body["instance"] == answer.url.path
    assert body["request_id"] == answer.headers["X-Request-Id"]
    for error in body["errors"]:
        assert error.keys() == {"pointer", "parameter", "header", "code", "detail"}
    assert answer.headers["Cache-Control"] == "no-store"
    return body


def where(body: dict[str, Any]) -> list[tuple[str | None, str]]:
    """List where the errors of a problem are, and what they are."""
    return [
        (error["pointer"] if error["pointer"] is not None
         else error["parameter"] or error["header"], error["code"])
        for error in body["errors"]
    ]  # fmt: skip


async def post(client: Client, path: str, content: bytes | str, **headers: str) -> Response:
    """Send a body as it is, as JSON unless said otherwise."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(path, content=content, headers=JSON | given)
