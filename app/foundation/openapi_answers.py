"""Answers in the OpenAPI document: words, headers, and every problem under a name of its own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.foundation.openapi_schemas import SCHEMAS, Schema
from app.foundation.positions import EXAMPLE as POSITION_EXAMPLE
from app.foundation.positions import HEADER as POSITION
from app.foundation.problems import Problem, every

Problems: TypeAlias = Mapping[int, list[type[Problem]]]
TOO_MANY = 429
RUNNING = "running it"
"""The tag of what isn't the API, but for whoever runs it."""
_OWN = __name__.partition(".")[0]
_WORDS = {
    400: ("BadRequest", "The request can't be read, or its cursor is not one of ours."),
    401: (
        "Unauthorized",
        "The credentials are unknown, expired or revoked, or missing.",
    ),
    403: ("Forbidden", "You see it, and may not do this."),
    404: ("NotFound", "There is nothing here, or nothing that you may see."),
    406: ("NotAcceptable", "None of the media types asked for is one that this address has."),
    409: ("Conflict", "It conflicts with what is there."),
    410: ("Gone", "It was archived."),
    412: ("PreconditionFailed", "It isn't as `If-Match` or `If-None-Match` says."),
    413: ("BodyTooLarge", "The body is too large."),
    415: ("UnsupportedMediaType", "The body's media type is none that is taken here."),
    422: ("InvalidInput", "Something in the input is not as it must be."),
    428: ("PreconditionRequired", "A change needs `If-Match`."),
    TOO_MANY: (
        "TooManyRequests",
        "There were too many requests; wait as long as `Retry-After` says.",
    ),
    500: ("Internal", "Something went wrong on our side."),
    501: ("NotImplemented", "It can't be answered in the format that is asked for."),
    503: ("Unavailable", "The database can't be reached, or is too busy; try again shortly."),
}
_ALWAYS = ("X-Request-Id",)
_LIMITED = ("RateLimit", "RateLimit-Policy")
_WITH = {401: ("WWW-Authenticate",), 409: ("Retry-After",), 412: ("ETag",)}
_WITH |= {TOO_MANY: ("Retry-After",), 503: ("Retry-After",)}
_SAID_BY_ROUTES = {"304": ("ETag",), "308": ("Location",)}
"""Answers that a route describes itself, and their headers."""
_REQUIRED = {"X-Request-Id"}
_HEADERS = {
    "ETag": ("The version of what is shown, and a digest of it.", '"1-6f1ed002ab559585"'),
    "Idempotent-Replayed": ("`true` when this is the first answer, given again.", "true"),
    "Link": (
        "The address of the next page (RFC 8288); not there on the last one.",
        '</v1/statements?limit=20&cursor=WyIvdjEvc3RhdGVtZW50cyJd>; rel="next"',
    ),
    "Location": ("Where it is from now on.", "/v1/statements/01a20470-f7d1-7338-b238-e2669ef3aa40"),
    POSITION: (
        "How far was written, for a read that must see this; not there without a replica.",
        POSITION_EXAMPLE,
    ),
    "RateLimit": ("What is left of your limit, and for how long.", '"key";r=299999;t=37'),
    "RateLimit-Policy": ("The limit that you are under.", '"key";q=300000;w=60'),
    "Retry-After": ("After how many seconds to try again.", "1"),
    "WWW-Authenticate": ("What is asked for (RFC 6750).", 'Bearer realm="onrecord"'),
    "X-Request-Id": (
        "The name under which the request is logged.",
        "desk-1.4711",
    ),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the document."""

    method: str
    path: str
    found: Schema
    takes_position: bool = False
    """Whether a read may say how far it must see."""
    tells_position: bool = False
    """Whether the answer says how far was written."""

    @property
    def is_versioned(self) -> bool:
        """Say whether it is part of our own API, not of one that others have specified."""
        return self.path.startswith("/v1/")

    @property
    def is_of_the_api(self) -> bool:
        """Say whether it is part of the API, not of running it: callers are looked at."""
        return RUNNING not in self.found["tags"]

    @property
    def name_in_pascal_case(self) -> str:
        """Name it as classes are named."""
        return "".join(word.capitalize() for word in self.found["operationId"].split("_"))


def success(operation: Operation) -> Schema | None:
    """Give the schema of what an operation answers when all is well."""
    for status in ("200", "201"):
        content = operation.found["responses"].get(status, {}).get("content", {})
        if content:
            schema: Schema = next(iter(content.values())).get("schema", {})
            return schema
    return None


def is_resource(component: str | None, schemas: Schema) -> bool:
    """Say whether it is a resource, which has an ETag."""
    return {"id", "version", "created_at"} <= _fields(component, schemas)


def is_page(component: str | None, schemas: Schema) -> bool:
    """Say whether it is a page of a list."""
    return {"items", "next"} <= _fields(component, schemas)


def _fields(component: str | None, schemas: Schema) -> set[str]:
    return set(schemas.get(component or "", {}).get("properties", ()))


def problems() -> Problems:
    """List the service's types of problems by status, without those that tests make up."""
    found: dict[int, list[type[Problem]]] = {}
    for one in every(Problem):
        if one.__module__.startswith(f"{_OWN}."):
            found.setdefault(one.status, []).append(one)
    return found


def complete(operation: Operation, answer: str | None, schemas: Schema, known: Problems) -> None:
    """Describe the answers of an operation that went well, and their headers."""
    responses = operation.found["responses"]
    general = [*_ALWAYS, *(_LIMITED if TOO_MANY in known and operation.is_of_the_api else ())]
    for status, response in responses.items():
        names = [*general, *response.pop("headers", ())]
        if status in _SAID_BY_ROUTES:
            response["headers"] = _headers([*names, *_SAID_BY_ROUTES[status]])
            continue
        response["description"] = _description(status, answer, schemas)
        if is_resource(answer, schemas) or "304" in responses:
            names += ["ETag", *(["Location"] if status == "201" else [])]
        if is_page(answer, schemas):
            names.append("Link")
        if operation.method == "POST" and operation.is_versioned:
            names.append("Idempotent-Replayed")
        if operation.tells_position:
            names.append(POSITION)
        response["headers"] = _headers(names)
    if operation.method == "GET" and is_resource(answer, schemas):
        responses["304"] = {
            "description": "You have it already.",
            "headers": _headers([*general, "ETag"]),
        }


def _description(status: str, answer: str | None, schemas: Schema) -> str:
    if answer is None:
        return "Done; there is nothing to say." if status == "204" else "Done."
    words = " ".join(re.findall(r"[A-Z][a-z]*", answer)).lower().replace("api", "API")
    if is_resource(answer, schemas):
        return f"The {words}, as recorded." if status == "201" else f"The {words}."
    return str(schemas[answer].get("description", words)).split("\n\n")[0]


def _headers(names: list[str]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names)}


def headers(known: Problems) -> Schema:
    """Describe the headers of answers."""
    return {
        name: {
            "description": words,
            "required": name in _REQUIRED,
            "schema": {"type": "string"},
            "example": example,
        }
        for name, (words, example) in _HEADERS.items()
        if name not in _LIMITED or TOO_MANY in known
    }


def refusal(status: int) -> Schema:
    """Refer to what is answered with this status."""
    return {"$ref": f"#/components/responses/{_WORDS[status][0]}"}


def refusals(known: Problems) -> Schema:
    """Describe what is refused, by status, with an example of each type of problem."""
    return {
        name: {
            "description": words,
            "headers": _headers([*_ALWAYS, *_WITH.get(status, ())]),
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": f"{SCHEMAS}ProblemDetails"},
                    "examples": {
                        one.__name__: {"$ref": f"#/components/examples/{one.__name__}"}
                        for one in known[status]
                    },
                }
            },
        }
        for status, (name, words) in _WORDS.items()
        if status in known
    }


def examples(known: Problems, written: Mapping[str, Any]) -> Schema:
    """Show each type of problem once."""
    return {
        one.__name__: {
            "summary": one.title(),
            "value": {
                "type": f"/problems/{one.slug()}",
                "title": one.title(),
                "status": status,
                "detail": one.summary(),
                "instance": "/v1/statements",
                "request_id": "01a20470-f7d1-7338-b238-e2669ef3aa4f",
                "errors": [],
                **written.get(one.__name__, {}),
            },
        }
        for status, types in known.items()
        if status in _WORDS
        for one in types
    }


def drop_unused(made: Schema) -> None:
    """Take away the components that nothing refers to."""
    for kind in ("headers", "responses", "parameters", "schemas", "examples"):
        there = made["components"][kind]
        text = json.dumps(made)
        for name in list(there):
            if f'"#/components/{kind}/{name}"' not in text:
                del there[name]
