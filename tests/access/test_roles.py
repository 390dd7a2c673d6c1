"""Scopes and roles: that they are looked at before anything else, and what they hold."""

import pytest
from fastapi import FastAPI

from app.foundation.settings import Settings
from app.main import create_app
from tests.foundation.answers import NOBODY, problem
from tests.making import Client, Make

ROLES = {
    "reader": {"read"},
    "contributor": {"read", "write"},
    "checker": {"read", "write"},
    "reviewer": {"read", "write", "review"},
    "editor": {"read", "write", "review", "publish"},
    "admin": {"read", "write", "review", "publish", "admin"},
}
REPORTS = "/v1/correction-requests"
OPEN = {
    ("post", REPORTS),
    ("post", "/v1/quantities/compare"),
    ("post", "/v1/match"),
    ("post", "/v1/match/document"),
    ("post", "/reconcile"),
}
"""What anybody may do, besides reading."""
EXCEPTIONS = {
    ("get", "/v1/desk"): "read",
    ("get", "/v1/imports"): "read",
    ("get", "/v1/imports/{import_id}"): "read",
    ("get", "/v1/imports/{import_id}/report"): "read",
    ("post", "/v1/rating-maps"): "publish",
    ("patch", "/v1/rating-maps/{map_id}"): "publish",
    ("get", "/v1/correction-requests/{correction_request_id}/requester"): "review",
    ("delete", "/v1/correction-requests/{correction_request_id}/requester"): "review",
}
ADMINS = ("/v1/api-keys", "/v1/rating-scales", "/v1/organizations")


def operations() -> list[tuple[str, str]]:
    """List every operation under /v1, as method and path."""
    document = create_app(Settings(_env_file=None)).openapi()
    return [
        (method, path)
        for path, item in document["paths"].items()
        for method in item
        if path.startswith("/v1")
    ]


def needed(method: str, path: str) -> str | None:
    """Say which scope an operation should need."""
    if (method, path) in EXCEPTIONS:
        return EXCEPTIONS[method, path]
    if path.startswith((ADMINS[0], "/v1/webhooks")):
        return "admin"
    if method == "get" or (method, path) in OPEN:
        return None
    if path.startswith(REPORTS):
        return "review"
    return "admin" if path.startswith(ADMINS) else "write"


@pytest.mark.parametrize(("method", "path"), operations())
async def test_who_may_not_is_told_so_whatever_they_send_and_who_may_is_not(
    app: FastAPI, keys: dict[str, str], anonymous: Client, method: str, path: str
) -> None:
    address = path.replace("{", "").replace("}", "")
    address = "/".join(NOBODY if part.endswith("_id") else part for part in address.split("/"))
    body = None if method in {"get", "delete"} else {"nonsense": True}
    scope = needed(method, path)

    for role, scopes in {"nobody": set[str](), **ROLES}.items():
        headers = {"Authorization": f"Bearer {keys[role]}"} if role in keys else {}
        answer = await anonymous.request(method, address, json=body, headers=headers)
        if scope is None or scope in scopes:
            assert answer.status_code not in {401, 403}, f"{role}: {answer.text}"
        elif role == "nobody":
            problem(answer, 401, "unauthorized")
        else:
            detail = problem(answer, 403, "forbidden")["detail"]
            assert f"'{scope}'" in detail, role


def test_the_openapi_document_says_the_same() -> None:
    document = create_app(Settings(_env_file=None)).openapi()

    for method, path in operations():
        scope = needed(method, path)
        security = document["paths"][path][method]["security"]
        expected = [{"bearer": [scope]}] if scope else [{}, {"bearer": []}]
        if path == "/v1/verdicts/{verdict_id}/transitions":
            expected += [{"bearer": ["review"]}, {"bearer": ["publish"]}]
        assert security == expected, f"{method} {path}"


async def test_scopes_given_one_by_one_are_all_that_a_key_may(
    anonymous: Client, make: Make
) -> None:
    said = await make.statement(visibility="internal")
    writing = (await make.api_key(scopes=["write"])).body["key"]
    headers = {"Authorization": f"Bearer {writing}"}

    written = await anonymous.post("/v1/speakers", json={"name": "A"}, headers=headers)
    read = await anonymous.get(said.path, headers=headers)

    assert written.status_code == 201
    problem(read, 404, "not-found")


async def test_publishing_takes_an_editor(
    contributor: Client, reviewer: Client, editor: Client, make: Make
) -> None:
    draft = await make.approve(await make.verdict())
    path, to = f"{draft.path}/transitions", {"to": "published"}

    for client in (contributor, reviewer):
        problem(await client.post(path, json=to, headers=draft.if_match), 403, "forbidden")
    assert (await editor.post(path, json=to, headers=draft.if_match)).status_code == 200
