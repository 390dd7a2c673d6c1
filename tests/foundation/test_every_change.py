"""Every operation that changes something asks which version it is meant for: none is forgotten."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response

from tests.foundation.answers import problem, where
from tests.making import Client, Made, Make

Making = Callable[[Make], Awaitable[Made]]
_NUMBERS = count(1)
MAKING: dict[str, Making] = {
    "api_key": lambda make: make.api_key(),
    "webhook": lambda make: make.webhook(),
    "correction_request": lambda make: make.correction_request(name="Ada"),
    "comment": lambda make: make.comment(),
    "contact": lambda make: make.contact(),
    "measure": lambda make: make.measure(),
    "organization": lambda make: make.organization(),
    "rating_map": lambda make: make.rating_map(),
    "rating_scale": lambda make: make.scale(),
    "source": lambda make: make.source(ref=f"cms-{next(_NUMBERS)}"),
    "speaker": lambda make: make.speaker(ref=f"cms-{next(_NUMBERS)}"),
    "statement": lambda make: make.statement(ref=f"cms-{next(_NUMBERS)}"),
    "statement_link": lambda make: make.link(),
    "topic": lambda make: make.topic(),
    "verdict": lambda make: make.verdict(ref=f"cms-{next(_NUMBERS)}"),
}
PATCHES: dict[str, dict[str, object]] = {
    "api_key": {"name": "Another"},
    "webhook": {"description": "Another"},
    "correction_request": {"assignee": "Another"},
    "comment": {"text": "Another"},
    "contact": {"note": "Another"},
    "measure": {"unit": "person"},
    "organization": {"name": "Another"},
    "rating_map": {"normalized": "false"},
    "rating_scale": {"description": "Another"},
    "source": {"name": "Another"},
    "speaker": {"name": "Another"},
    "statement": {"occasion": "Another"},
    "statement_link": {"reason": "Another"},
    "topic": {"labels": {"en": "Another"}},
    "verdict": {"headline": "Another"},
}
KEPT = {"api_key", "rating_map", "statement_link"}
"""What is not archived: a key is revoked, a link rejected, a label mapped otherwise."""
WHOLE: dict[str, tuple[str, ...]] = {
    "source": ("kind", "name"),
    "speaker": ("kind", "name"),
    "statement": ("text", "language", "speaker_id"),
    "verdict": ("statement_id", "check_type"),
}


@dataclass(frozen=True)
class Change:
    """An operation that changes one resource."""

    kind: str
    method: str
    suffix: str = ""
    body: dict[str, object] | None = None
    by_ref: bool = False

    async def send(self, client: Client, made: Made, *lines: str) -> Response:
        """Send it, with these lines of If-Match."""
        headers = [(b"If-Match", line.encode()) for line in lines]
        path, body = f"{made.path}{self.suffix}", self.body
        if self.by_ref:
            path = f"{made.path.rpartition('/')[0]}/by-ref/{made.body['ref']}"
            body = {name: made.body[name] for name in WHOLE[self.kind]} | (body or {})
        return await client.request(self.method, path, json=body, headers=headers)


CHANGES = {
    **{f"change_{kind}": Change(kind, "PATCH", body=body) for kind, body in PATCHES.items()},
    **{f"archive_{kind}": Change(kind, "DELETE") for kind in PATCHES if kind not in KEPT},
    **{
        f"put_{kind}_by_ref": Change(kind, "PUT", body=PATCHES[kind], by_ref=True) for kind in WHOLE
    },
    "revoke_api_key": Change("api_key", "DELETE"),
    "rotate_api_key": Change("api_key", "POST", "/rotate", {"overlap_seconds": 60}),
    "rotate_webhook_secret": Change("webhook", "POST", "/rotate", {"overlap_seconds": 60}),
    "move_statement": Change("statement", "POST", "/transitions", {"to": "open"}),
    "move_verdict": Change("verdict", "POST", "/transitions", {"to": "in_review"}),
    "move_correction_request": Change(
        "correction_request", "POST", "/transitions", {"to": "in_review"}
    ),
    "erase_requester": Change("correction_request", "DELETE", "/requester"),
}
MAY_SAY = {"merge_speaker", "unmerge_speaker"}
"""Operations that look at If-Match when it is there, and don't ask for it."""
ELSEWHERE = {"discard_verdict_revision", "cancel_import"}
"""Operations on what has a history already; tests/verdicts/test_revising.py looks at theirs. An
import has another version with every step, and is cancelled whatever it is at."""
ALL_THE_SAME = {"ping_webhook", "replay_webhook", "replay_webhook_delivery"}
"""Operations that send something, and change nothing else."""
each_change = pytest.mark.parametrize("operation", CHANGES)


def changing(app: FastAPI) -> dict[str, APIRoute]:
    """Find the operations that change something by its id: all but reading and adding."""
    return {
        str(route.operation_id): route
        for route in app.routes
        if isinstance(route, APIRoute)
        and "/{" in route.path
        and (route.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        and not str(route.operation_id).startswith("create_")
        and route.operation_id not in MAY_SAY | ELSEWHERE | ALL_THE_SAME
    }


async def stale(client: Client, made: Made, kind: str) -> Made:
    """Let somebody change it meanwhile; give it as it is now."""
    answer = await client.patch(made.path, json=PATCHES[kind], headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["version"]) == (200, 2), answer.text
    return Made(made.path, answer.json(), answer.headers["ETag"])


async def test_the_table_has_every_operation_that_changes_something(app: FastAPI) -> None:
    assert set(changing(app)) == set(CHANGES)
    for operation, route in changing(app).items():
        assert CHANGES[operation].method in (route.methods or set())


async def test_every_such_operation_is_documented_with_if_match_and_its_refusals(
    app: FastAPI,
) -> None:
    document = app.openapi()
    operations = {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
    }
    for name in CHANGES:
        parameters = [
            document["components"]["parameters"][one["$ref"].rpartition("/")[2]]
            if "$ref" in one
            else one
            for one in operations[name]["parameters"]
        ]
        assert "If-Match" in [one["name"] for one in parameters if one["in"] == "header"], name
        assert operations[name]["responses"].keys() >= {"400", "410", "412", "428"}, name


@each_change
async def test_it_is_refused_without_the_present_version(
    admin: Client, make: Make, operation: str
) -> None:
    change = CHANGES[operation]
    before = await MAKING[change.kind](make)
    now = await stale(admin, before, change.kind)

    missing = problem(await change.send(admin, before), 428, "precondition-required")
    assert where(missing) == [("If-Match", "missing")]
    for lines in ((before.etag,), (f"W/{now.etag}",), (before.etag, f"W/{now.etag}"), ('"x"',)):
        answer = await change.send(admin, before, *lines)
        assert problem(answer, 412, "stale-version")["version"] == now.body["version"]
        assert answer.headers["ETag"] == now.etag
    for lines in (("2",), ("*", now.etag), ("",)):
        garbage = problem(await change.send(admin, before, *lines), 400, "malformed-request")
        assert where(garbage) == [("If-Match", "malformed")]
    assert (await admin.get(before.path)).json() == now.body


@each_change
async def test_it_is_done_when_one_of_those_named_is_the_present_one(
    admin: Client, make: Make, operation: str
) -> None:
    change = CHANGES[operation]
    for lines in (
        lambda tag: (f'W/"7-x", "8-y", {tag}',),
        lambda tag: ('"7-x"', tag, 'W/"8-y"'),
        lambda _: ("*",),
    ):
        made = await MAKING[change.kind](make)
        answer = await change.send(admin, made, *lines(made.etag))
        assert answer.status_code in {200, 204}, answer.text


@each_change
async def test_what_a_stranger_may_not_see_is_not_told_by_a_precondition(
    admin: Client, anonymous: Client, make: Make, operation: str
) -> None:
    change = CHANGES[operation]
    made = await MAKING[change.kind](make)

    for lines in ((), (made.etag,), ('"x"',), ("*",), ("garbage",)):
        problem(await change.send(anonymous, made, *lines), 401, "unauthorized")
    assert (await admin.get(made.path)).json()["version"] == 1
