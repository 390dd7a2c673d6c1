"""Methods and addresses: what each path has, and how the rest is refused."""

import pytest

from tests.foundation.answers import NOBODY, problem
from tests.making import Client, Make

COLLECTIONS = (
    "speakers", "sources", "topics", "measures", "rating-scales", "organizations", "statements",
    "verdicts",
)  # fmt: skip
ONE = f"/v1/statements/{NOBODY}"


def methods(allow: str) -> set[str]:
    """Read an Allow header."""
    return set(allow.split(", "))


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_head_is_get_without_a_body(anonymous: Client, make: Make, collection: str) -> None:
    await make.published()
    path = f"/v1/{collection}?limit=1&count=true"

    got, head = await anonymous.get(path), await anonymous.head(path)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "Cache-Control", "Vary", "Link"):
        assert head.headers.get(name) == got.headers.get(name), name
    assert int(head.headers["Content-Length"]) == len(got.content)


async def test_head_of_one_thing_has_its_etag(anonymous: Client, make: Make) -> None:
    said = await make.statement()

    head = await anonymous.head(said.path)
    known = await anonymous.head(said.path, headers={"If-None-Match": head.headers["ETag"]})

    assert head.headers["ETag"] == (await anonymous.get(said.path)).headers["ETag"]
    assert (known.status_code, known.content) == (304, b"")


async def test_head_of_nothing_is_404_without_a_body(anonymous: Client) -> None:
    head = await anonymous.head(ONE)

    assert (head.status_code, head.content) == (404, b"")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"])
async def test_head_is_wherever_get_is(anonymous: Client, path: str) -> None:
    head = await anonymous.head(path)

    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/v1/statements", {"GET", "HEAD", "OPTIONS", "POST"}),
        (ONE, {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"}),
        (f"{ONE}/links", {"GET", "HEAD", "OPTIONS", "POST"}),
        (f"{ONE}/links/{NOBODY}", {"GET", "HEAD", "OPTIONS", "PATCH"}),
        (f"/v1/verdicts/{NOBODY}/transitions", {"OPTIONS", "POST"}),
        ("/v1/api-keys", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/healthz", {"GET", "HEAD", "OPTIONS"}),
        ("/openapi.json", {"GET", "HEAD", "OPTIONS"}),
    ],
)
async def test_options_and_405_list_every_method_of_the_path(
    anonymous: Client, path: str, allow: set[str]
) -> None:
    options = await anonymous.options(path)
    refused = await anonymous.put(path, json={})

    assert (options.status_code, options.content) == (204, b"")
    assert methods(options.headers["Allow"]) == allow
    problem(refused, 405, "method-not-allowed")
    assert methods(refused.headers["Allow"]) == allow


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "QUERY", "FROBNICATE"])
async def test_an_unheard_of_method_is_405(anonymous: Client, method: str) -> None:
    refused = await anonymous.request(method, "/v1/statements")

    problem(refused, 405, "method-not-allowed")
    assert "GET" in methods(refused.headers["Allow"])


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/", "/v2/statements", "/v1/statement", "/favicon.ico", "/v1/statements/a/b/c"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD"])
async def test_an_unknown_address_is_404(anonymous: Client, path: str, method: str) -> None:
    answer = await anonymous.request(method, path)

    if method == "HEAD":
        assert (answer.status_code, answer.content) == (404, b"")
    else:
        problem(answer, 404, "not-found")


@pytest.mark.parametrize("path", ["/v1/statements/", "/healthz/", f"{ONE}/", "//v1/statements"])
async def test_a_slash_too_many_is_404_and_no_redirect(anonymous: Client, path: str) -> None:
    problem(await anonymous.get(f"http://test{path}"), 404, "not-found")


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_what_is_not_there_is_404_and_what_is_no_id_422(
    admin: Client, collection: str
) -> None:
    problem(await admin.get(f"/v1/{collection}/{NOBODY}"), 404, "not-found")
    refused = await admin.get(f"/v1/{collection}/not-an-id")
    body = problem(refused, 422, "invalid-input")
    assert body["errors"][0]["parameter"].endswith("_id")
    if collection != "verdicts":
        gone = await admin.patch(f"/v1/{collection}/{NOBODY}", json={}, headers={"If-Match": "*"})
        problem(gone, 404, "not-found")


@pytest.mark.parametrize("identifier", ["%00", "%ED%A0%80", "..%2F..%2Fetc", "%FF", "a" * 5000])
async def test_an_odd_identifier_is_refused_and_never_fails(
    anonymous: Client, identifier: str
) -> None:
    answer = await anonymous.get(f"/v1/statements/{identifier}")

    assert answer.status_code in {404, 422}, answer.text
