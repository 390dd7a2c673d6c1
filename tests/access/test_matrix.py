"""Who may do what: every operation, asked by everybody.

The tables say what people want, and say it in full; nothing in them comes from the code.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import ASGITransport, Response

from app.foundation.settings import Settings
from app.main import create_app
from tests.access.asking import EXAMPLES, SECRET, Asked, Things
from tests.access.issuing import AUDIENCE, LocalIssuer
from tests.foundation.answers import problem
from tests.making import Client, Make

WRITES_NOTHING = {"compare_quantities", "match_claims", "match_document"}
"""What is asked by a POST, and leaves everything as it was."""
REFUSALS = {401: "unauthorized", 403: "forbidden", 404: "not-found"}
WHO = (
    "anonymous", "guest", "reader", "contributor", "checker", "reviewer", "editor", "admin",
    "stranger",
)  # fmt: skip
"""`guest` is one of ours, by a token of our issuer, without any role and so without any scope;
`stranger` administers another organisation; the others have keys with the roles of ours."""
#                          anon gues read cont chec revi edit admi stra
OPEN = {
    "list_statements":        "200 200 200 200 200 200 200 200 200",
    "create_statement":       "401 403 403 201 201 201 201 201 201",
    "create_statement_batch": "401 403 403 200 200 200 200 200 200",
    "get_statement_by_ref":   "404 200 200 200 200 200 200 200 404",
    "put_statement_by_ref":   "401 403 403 201 201 201 201 201 201",
    "get_statement":          "200 200 200 200 200 200 200 200 200",
    "change_statement":       "401 403 403 200 200 200 200 200 403",
    "archive_statement":      "401 403 403 204 204 204 204 204 403",
    "list_statement_history": "200 200 200 200 200 200 200 200 200",
    "get_statement_provenance": "200 200 200 200 200 200 200 200 200",
    "move_statement":         "401 403 403 200 200 200 200 200 403",
    "list_statement_links":   "200 200 200 200 200 200 200 200 200",
    "create_statement_link":  "401 403 403 201 201 201 201 201 201",
    "get_statement_link":     "200 200 200 200 200 200 200 200 200",
    "change_statement_link":  "401 403 403 200 200 200 200 200 403",
    "list_verdicts":          "200 200 200 200 200 200 200 200 200",
    "create_verdict":         "401 403 403 201 201 201 201 201 201",
    "get_verdict_by_ref":     "404 200 200 200 200 200 200 200 404",
    "put_verdict_by_ref":     "401 403 403 201 201 201 201 201 201",
    "get_verdict":            "200 200 200 200 200 200 200 200 200",
    "list_verdict_history":   "200 200 200 200 200 200 200 200 200",
    "change_verdict":         "401 403 403 200 200 200 200 200 404",
    "archive_verdict":        "401 403 403 204 204 204 204 204 404",
    "move_verdict":           "401 403 403 200 200 200 200 200 404",
    "discard_verdict_revision": "401 403 403 204 204 204 204 204 403",
    "list_verdict_versions":  "200 200 200 200 200 200 200 200 200",
    "get_verdict_version":    "200 200 200 200 200 200 200 200 200",
    "compare_verdict_versions": "200 200 200 200 200 200 200 200 200",
    "list_corrections":       "200 200 200 200 200 200 200 200 200",
    "list_quantities":        "200 200 200 200 200 200 200 200 200",
    "match_claims":           "200 200 200 200 200 200 200 200 200",
    "match_document":         "200 200 200 200 200 200 200 200 200",
    "compare_quantities":     "200 200 200 200 200 200 200 200 200",
    "get_claim_review":       "200 200 200 200 200 200 200 200 200",
    "get_verdict_card":       "200 200 200 200 200 200 200 200 200",
    "get_embedding":          "200 200 200 200 200 200 200 200 200",
    "get_claim_review_feed":  "200 200 200 200 200 200 200 200 200",
    "get_verdict_feed":       "200 200 200 200 200 200 200 200 200",
    "get_correction_feed":    "200 200 200 200 200 200 200 200 200",
    "get_desk":               "401 403 200 200 200 200 200 200 200",
    "search_everything":      "200 200 200 200 200 200 200 200 200",
    "get_suggestions":        "200 200 200 200 200 200 200 200 200",
    "list_correction_requests":  "200 200 200 200 200 200 200 200 200",
    "create_correction_request": "201 201 201 201 201 201 201 201 201",
    "get_correction_request":    "404 404 200 200 200 200 200 200 404",
    "change_correction_request": "401 403 403 403 403 200 200 200 404",
    "archive_correction_request": "401 403 403 403 403 204 204 204 404",
    "move_correction_request":   "401 403 403 403 403 200 200 200 404",
    "get_requester":             "401 403 403 403 403 200 200 200 404",
    "erase_requester":           "401 403 403 403 403 204 204 204 404",
    "list_correction_request_history": "404 404 200 200 200 200 200 200 404",
    "list_contacts":          "200 200 200 200 200 200 200 200 200",
    "create_contact":         "401 403 403 201 201 201 201 201 422",
    "get_contact":            "200 200 200 200 200 200 200 200 200",
    "change_contact":         "401 403 403 200 200 200 200 200 403",
    "archive_contact":        "401 403 403 204 204 204 204 204 403",
    "list_contact_history":   "200 200 200 200 200 200 200 200 200",
    "list_statement_comments": "200 200 200 200 200 200 200 200 200",
    "create_statement_comment": "401 403 403 201 201 201 201 201 201",
    "list_verdict_comments":  "200 200 200 200 200 200 200 200 200",
    "create_verdict_comment": "401 403 403 201 201 201 201 201 201",
    "get_comment":            "404 404 200 200 200 200 200 200 404",
    "change_comment":         "401 403 403 200 200 200 200 200 404",
    "archive_comment":        "401 403 403 403 403 403 403 204 404",
    "list_comment_history":   "404 404 200 200 200 200 200 200 404",
    "list_speakers":          "200 200 200 200 200 200 200 200 200",
    "create_speaker":         "401 403 403 201 201 201 201 201 201",
    "create_speaker_batch":   "401 403 403 200 200 200 200 200 200",
    "get_speaker_by_ref":     "404 200 200 200 200 200 200 200 404",
    "put_speaker_by_ref":     "401 403 403 201 201 201 201 201 201",
    "get_speaker":            "200 200 200 200 200 200 200 200 200",
    "change_speaker":         "401 403 403 200 200 200 200 200 200",
    "archive_speaker":        "401 403 403 204 204 204 204 204 204",
    "list_speaker_history":   "200 200 200 200 200 200 200 200 200",
    "merge_speaker":          "401 403 403 200 200 200 200 200 200",
    "unmerge_speaker":        "401 403 403 200 200 200 200 200 200",
    "get_speaker_stats":      "200 200 200 200 200 200 200 200 200",
    "list_sources":           "200 200 200 200 200 200 200 200 200",
    "create_source":          "401 403 403 201 201 201 201 201 201",
    "create_source_batch":    "401 403 403 200 200 200 200 200 200",
    "get_source_by_ref":      "404 200 200 200 200 200 200 200 404",
    "put_source_by_ref":      "401 403 403 201 201 201 201 201 201",
    "get_source":             "200 200 200 200 200 200 200 200 200",
    "change_source":          "401 403 403 200 200 200 200 200 200",
    "archive_source":         "401 403 403 204 204 204 204 204 204",
    "list_source_history":    "200 200 200 200 200 200 200 200 200",
    "list_topics":            "200 200 200 200 200 200 200 200 200",
    "create_topic":           "401 403 403 201 201 201 201 201 201",
    "get_topic":              "200 200 200 200 200 200 200 200 200",
    "change_topic":           "401 403 403 200 200 200 200 200 200",
    "archive_topic":          "401 403 403 204 204 204 204 204 204",
    "list_topic_history":     "200 200 200 200 200 200 200 200 200",
    "list_measures":          "200 200 200 200 200 200 200 200 200",
    "create_measure":         "401 403 403 201 201 201 201 201 201",
    "get_measure":            "200 200 200 200 200 200 200 200 200",
    "change_measure":         "401 403 403 200 200 200 200 200 200",
    "archive_measure":        "401 403 403 204 204 204 204 204 204",
    "list_measure_history":   "200 200 200 200 200 200 200 200 200",
    "list_rating_scales":     "200 200 200 200 200 200 200 200 200",
    "create_rating_scale":    "401 403 403 403 403 403 403 201 201",
    "get_rating_scale":       "200 200 200 200 200 200 200 200 200",
    "change_rating_scale":    "401 403 403 403 403 403 403 200 403",
    "archive_rating_scale":   "401 403 403 403 403 403 403 204 403",
    "list_rating_scale_history": "200 200 200 200 200 200 200 200 200",
    "list_organizations":     "200 200 200 200 200 200 200 200 200",
    "create_organization":    "401 403 403 403 403 403 403 201 201",
    "get_organization":       "200 200 200 200 200 200 200 200 200",
    "change_organization":    "401 403 403 403 403 403 403 200 403",
    "archive_organization":   "401 403 403 403 403 403 403 204 403",
    "list_organization_history": "200 200 200 200 200 200 200 200 200",
    "list_api_keys":          "401 403 403 403 403 403 403 200 200",
    "create_api_key":         "401 403 403 403 403 403 403 201 201",
    "get_api_key":            "401 403 403 403 403 403 403 200 404",
    "change_api_key":         "401 403 403 403 403 403 403 200 404",
    "revoke_api_key":         "401 403 403 403 403 403 403 204 404",
    "rotate_api_key":         "401 403 403 403 403 403 403 200 404",
    "list_api_key_history":   "401 403 403 403 403 403 403 200 404",
    "list_changes":           "200 200 200 200 200 200 200 200 200",
    "get_export":             "200 200 200 200 200 200 200 200 200",
    "list_imports":           "401 403 200 200 200 200 200 200 200",
    "create_import":          "401 403 403 201 201 201 201 201 201",
    "get_import":             "401 403 200 200 200 200 200 200 404",
    "get_import_report":      "401 403 200 200 200 200 200 200 404",
    "cancel_import":          "401 403 403 200 200 200 200 200 404",
    "list_rating_maps":       "200 200 200 200 200 200 200 200 200",
    "create_rating_map":      "401 403 403 403 403 403 201 201 422",
    "get_rating_map":         "200 200 200 200 200 200 200 200 200",
    "change_rating_map":      "401 403 403 403 403 403 200 200 403",
    "list_rating_map_history": "200 200 200 200 200 200 200 200 200",
    "list_webhooks":          "401 403 403 403 403 403 403 200 200",
    "create_webhook":         "401 403 403 403 403 403 403 201 201",
    "get_webhook":            "401 403 403 403 403 403 403 200 404",
    "change_webhook":         "401 403 403 403 403 403 403 200 404",
    "archive_webhook":        "401 403 403 403 403 403 403 204 404",
    "list_webhook_history":   "401 403 403 403 403 403 403 200 404",
    "rotate_webhook_secret":  "401 403 403 403 403 403 403 200 404",
    "ping_webhook":           "401 403 403 403 403 403 403 200 404",
    "replay_webhook":         "401 403 403 403 403 403 403 200 404",
    "list_webhook_deliveries": "401 403 403 403 403 403 403 200 404",
    "get_webhook_delivery":   "401 403 403 403 403 403 403 200 404",
    "replay_webhook_delivery": "401 403 403 403 403 403 403 200 404",
}  # fmt: skip
"""What everybody gets, on what the public sees, or on a draft where a verdict is to be changed."""
HIDDEN = {
    "get_statement_by_ref":   "404 404 200 200 200 200 200 200 404",
    "get_statement":          "404 404 200 200 200 200 200 200 404",
    "change_statement":       "401 403 403 200 200 200 200 200 404",
    "archive_statement":      "401 403 403 204 204 204 204 204 404",
    "list_statement_history": "404 404 200 200 200 200 200 200 404",
    "get_statement_provenance": "404 404 200 200 200 200 200 200 404",
    "move_statement":         "401 403 403 200 200 200 200 200 404",
    "list_statement_links":   "404 404 200 200 200 200 200 200 404",
    "create_statement_link":  "401 403 403 201 201 201 201 201 404",
    "get_statement_link":     "404 404 200 200 200 200 200 200 404",
    "change_statement_link":  "401 403 403 200 200 200 200 200 404",
    "create_verdict":         "401 403 403 201 201 201 201 201 422",
    "put_verdict_by_ref":     "401 403 403 201 201 201 201 201 422",
    "get_verdict_by_ref":     "404 404 200 200 200 200 200 200 404",
    "get_verdict":            "404 404 200 200 200 200 200 200 404",
    "list_verdict_history":   "404 404 200 200 200 200 200 200 404",
    "list_verdict_versions":  "404 404 200 200 200 200 200 200 404",
    "get_verdict_version":    "404 404 200 200 200 200 200 200 404",
    "compare_verdict_versions": "404 404 200 200 200 200 200 200 404",
    "compare_quantities":     "404 404 200 200 200 200 200 200 404",
    "get_claim_review":       "404 404 404 404 404 404 404 404 404",
    "get_verdict_card":       "404 404 404 404 404 404 404 404 404",
    "get_embedding":          "404 404 401 401 401 401 401 401 404",
    "create_contact":         "401 403 403 201 201 201 201 201 422",
    "get_contact":            "404 404 200 200 200 200 200 200 404",
    "change_contact":         "401 403 403 200 200 200 200 200 404",
    "archive_contact":        "401 403 403 204 204 204 204 204 404",
    "list_contact_history":   "404 404 200 200 200 200 200 200 404",
    "list_statement_comments": "404 404 200 200 200 200 200 200 404",
    "create_statement_comment": "401 403 403 201 201 201 201 201 404",
    "list_verdict_comments":  "404 404 200 200 200 200 200 200 404",
    "create_verdict_comment": "401 403 403 201 201 201 201 201 404",
    "get_source_by_ref":      "404 200 200 200 200 200 200 200 404",
    "get_source":             "200 200 200 200 200 200 200 200 200",
    "change_source":          "401 403 403 200 200 200 200 200 403",
    "archive_source":         "401 403 403 204 204 204 204 204 403",
    "list_source_history":    "200 200 200 200 200 200 200 200 200",
}  # fmt: skip
"""What everybody gets on what the public doesn't see: an internal statement, a draft, a link that
is only suggested, an internal contact, a confidential source. Of that source its kind is public,
and nothing else."""
LATER = {"create_import", "cancel_import"}
"""What records nothing itself: what an import records is recorded when it is carried out."""
ABOUT_HIDDEN = ("statement_id", "verdict_id", "contact_id", "source_id")
"""What can be hidden, as paths name it. A key is seen by its own organisation's admin alone, and a
correction request and a comment by its own organisation's people; what they get on these is in the
first table."""


@dataclass(frozen=True)
class People:
    """Everybody who may ask, by their keys."""

    app: FastAPI
    keys: dict[str, str]

    async def ask(self, who: str, asked: Asked) -> Response:
        """Have somebody ask."""
        key = self.keys.get(who)
        headers = asked.headers | ({"Authorization": f"Bearer {key}"} if key else {})
        async with Client(transport=ASGITransport(self.app), base_url="http://test") as client:
            return await client.request(asked.method, asked.path, json=asked.json, headers=headers)


@pytest.fixture(scope="module")
async def everybody(
    settings: Settings, seeded: dict[str, list[Any]], keys: dict[str, str]
) -> AsyncIterator[People]:
    """Have a service that trusts an issuer, and everybody who may ask it."""
    issuer = LocalIssuer()
    update = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE}
    app = create_app(settings.model_copy(update=update))
    async with app.router.lifespan_context(app):
        yield People(app, keys | {"guest": issuer.token(roles=[], exp=int(time.time()) + 86_400)})
    issuer.stop()


@pytest.fixture
def people(everybody: People, clean: None) -> People:
    """Have everybody, and what they did deleted in the end."""
    return everybody


def operations() -> dict[str, APIRoute]:
    """Find every operation of the API."""
    app = create_app(Settings(_env_file=None))
    return {
        str(route.operation_id): route
        for route in app.routes
        if isinstance(route, APIRoute) and route.path.startswith(("/v1/", "/oembed"))
    }


def wanted(row: str) -> dict[str, int]:
    """Read a row of a table."""
    statuses = [int(status) for status in row.split()]
    return dict(zip(WHO, statuses, strict=True))


async def recorded(database: asyncpg.Connection) -> int:
    """Count what is in the log of changes."""
    found: int = await database.fetchval("SELECT count(*) FROM change")
    return found


def test_no_operation_is_left_out() -> None:
    assert set(operations()) == set(OPEN) == set(EXAMPLES)


def test_no_operation_on_what_can_be_hidden_is_left_out() -> None:
    about = {
        name
        for name, route in operations().items()
        if any(f"{{{part}" in route.path for part in ABOUT_HIDDEN) or name.startswith("get_s")
    }
    always_drafts = {"change_verdict", "archive_verdict", "move_verdict"}
    always_drafts |= {"discard_verdict_revision"}

    shown = {"get_speaker", "get_speaker_by_ref", "get_speaker_stats", "get_suggestions"}
    assert about - set(HIDDEN) - always_drafts == shown


async def everybody_asks(
    people: People, things: Things, database: asyncpg.Connection, name: str, row: str
) -> None:
    """Have everybody ask, and see what they get and what it did.

    Who reads, or was refused, changed nothing, so that the next may ask for the same.
    """
    asked = await EXAMPLES[name](things)
    for who, status in wanted(row).items():
        before = await recorded(database)

        answer = await people.ask(who, asked)

        assert answer.status_code == status, f"{who}: {answer.text}"
        changed = await recorded(database) - before
        writes = asked.method != "GET"
        told = writes and name not in WRITES_NOTHING | LATER
        assert (changed > 0) == (told and status < 400), who
        if status in REFUSALS:
            assert SECRET not in problem(answer, status, REFUSALS[status])["detail"]
        if who in {"anonymous", "guest", "stranger"} and things.are_hidden:
            assert SECRET not in answer.text, who
        if writes and status < 400:
            asked = await EXAMPLES[name](things)


@pytest.mark.parametrize("name", OPEN)
async def test_everybody_may_do_what_is_theirs_to_do_and_nothing_else(
    people: People, make: Make, database: asyncpg.Connection, name: str
) -> None:
    await everybody_asks(people, Things(make), database, name, OPEN[name])


@pytest.mark.parametrize("name", HIDDEN)
async def test_what_is_hidden_is_not_there_for_strangers(
    people: People, make: Make, database: asyncpg.Connection, name: str
) -> None:
    await everybody_asks(people, Things(make, are_hidden=True), database, name, HIDDEN[name])


async def test_no_list_and_no_feed_shows_strangers_what_is_hidden(
    people: People, make: Make
) -> None:
    things = Things(make, are_hidden=True)
    link, statement = await things.link(), await things.statement()
    await things.verdict(statement_id=statement.id)
    await EXAMPLES["compare_quantities"](things)
    await things.source()
    await things.correction_request()
    await things.contact()
    comment = await make.comment(await make.statement(), text=SECRET)
    await make.api_key(name=SECRET)
    await things.webhook()
    lists = {route.path_format for route in operations().values() if is_list(route)}
    paths = [*lists, link.path.rpartition("/")[0], f"{statement.path}/links"]
    paths.append(f"/v1/statements/{comment.body['statement_id']}/comments")

    found = {
        who: [path for path in paths if SECRET in (await people.ask(who, Asked("GET", path))).text]
        for who in WHO
    }

    assert {who for who, shown in found.items() if not shown} == {"anonymous", "guest", "stranger"}
    seen = {"/v1/statements", "/v1/verdicts", "/v1/sources", "/v1/contacts", paths[-3], paths[-1]}
    seen |= {"/v1/correction-requests", "/v1/desk", "/v1/quantities", "/v1/export"}
    assert seen == set(found["reader"])
    assert seen | {"/v1/api-keys", "/v1/webhooks"} == set(found["admin"])


def is_list(route: APIRoute) -> bool:
    """Say whether it is read without naming anything."""
    return "GET" in (route.methods or ()) and "{" not in route.path
