"""The pages for people, and what those who run the service ask it."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport

from app.foundation.manual import problem_types
from app.foundation.settings import Settings
from app.main import create_app
from tests.foundation.answers import problem
from tests.making import Client

ORIGIN = "https://cms.example"


class Addresses(HTMLParser):
    """Gathers every address that a page loads or links to."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of one tag."""
        self.found += [value or "" for name, value in attrs if name in {"src", "href"}]


@pytest.mark.parametrize("slug", sorted(problem_types()))
async def test_every_problem_has_a_page_that_explains_it(anonymous: Client, slug: str) -> None:
    answer = await anonymous.get(f"/problems/{slug}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert f"<h1>{slug.replace('-', ' ').capitalize()}</h1>" in answer.text
    assert re.search(r"<p>Status [45]\d\d</p>\n<p>\S.{20}", answer.text)


def test_the_problems_that_clients_meet_are_all_there() -> None:
    assert problem_types().keys() >= {
        "malformed-request", "invalid-cursor", "unauthorized", "forbidden", "not-found",
        "method-not-allowed", "not-acceptable", "conflict", "gone", "stale-version",
        "body-too-large", "unsupported-media-type", "invalid-input", "precondition-required",
        "internal", "unavailable", "illegal-transition", "gate-not-passed", "scale-in-use",
    }  # fmt: skip


async def test_an_unknown_problem_is_404(anonymous: Client) -> None:
    for slug in ("nope", "Gone", "%3Cscript%3E", "%00"):
        problem(await anonymous.get(f"/problems/{slug}"), 404, "not-found")


async def test_the_docs_load_nothing_from_elsewhere(anonymous: Client) -> None:
    page = await anonymous.get("/docs")
    addresses = Addresses()
    addresses.feed(page.text)

    assert page.headers["Content-Type"].startswith("text/html")
    assert len(addresses.found) >= 3
    for address in addresses.found:
        assert urlsplit(address).netloc == "", address
        loaded = await anonymous.get(address)
        assert loaded.status_code == 200, address
        assert loaded.content
    assert "/openapi.json" in page.text
    problem(await anonymous.get("/docs/nope.js"), 404, "not-found")
    problem(await anonymous.get("/docs/..%2F..%2Fpyproject.toml"), 404, "not-found")


async def test_the_openapi_document_is_served(anonymous: Client, app: FastAPI) -> None:
    answer = await anonymous.get("/openapi.json")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == app.openapi()


async def test_it_says_that_it_is_alive_and_ready(anonymous: Client) -> None:
    for path in ("/healthz", "/readyz"):
        answer = await anonymous.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_metrics_count_by_route_and_status_and_never_by_address(anonymous: Client) -> None:
    counted = (
        'onrecord_requests_total{method="GET",route="/v1/statements/{statement_id}",status="404"}'
    )
    before = figure(await metrics(anonymous), counted)

    for number in range(3):
        await anonymous.get(f"/v1/statements/01900000-0000-7000-8000-00000000000{number}")

    after = await metrics(anonymous)
    assert figure(after, counted) == before + 3
    assert "01900000" not in after
    assert (
        'onrecord_request_seconds_bucket{le="0.25",route="/v1/statements/{statement_id}"}' in after
    )


async def metrics(client: Client) -> str:
    """Ask for the figures."""
    answer = await client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    return answer.text


def figure(text: str, name: str) -> float:
    """Read one figure; 0 when it isn't there yet."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_cors_is_off_unless_set(anonymous: Client) -> None:
    answer = await anonymous.get("/v1/statements", headers={"Origin": ORIGIN})

    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_a_web_page_of_a_chosen_origin_may_call_and_others_may_not(
    settings: Settings,
) -> None:
    app = create_app(settings.model_copy(update={"cors_origins": (ORIGIN,)}))
    asked = {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, content-type, if-match",
    }
    async with (
        app.router.lifespan_context(app),
        Client(transport=ASGITransport(app), base_url="http://test") as client,
    ):
        allowed = await client.get("/v1/statements", headers={"Origin": ORIGIN})
        other = await client.get("/v1/statements", headers={"Origin": "https://evil.example"})
        preflight = await client.options("/v1/statements", headers={"Origin": ORIGIN, **asked})
        refused = await client.get("/v1/nowhere", headers={"Origin": ORIGIN})
        plain = await client.options("/v1/statements")

    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "ETag" in allowed.headers["Access-Control-Expose-Headers"]
    assert "Origin" in allowed.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in other.headers
    assert preflight.status_code in {200, 204}
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    assert refused.headers["Access-Control-Allow-Origin"] == ORIGIN
    problem(refused, 404, "not-found")
    assert (plain.status_code, "POST" in plain.headers["Allow"]) == (204, True)
