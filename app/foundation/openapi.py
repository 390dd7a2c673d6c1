"""The OpenAPI document: what FastAPI finds, and what it can't know."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.openapi.utils import get_openapi
from fastapi.params import Path
from fastapi.routing import APIRoute

from app.foundation import openapi_answers, openapi_parameters
from app.foundation.openapi_answers import Operation
from app.foundation.openapi_examples import Examples
from app.foundation.openapi_schemas import Schema, component_of, explain, tidy
from app.foundation.problems import ProblemDetails

_PUBLIC_FAILURES = (401, 406, 422, 500, 503)
_BAD_REQUEST = 400
_BEARER = "bearer"
_SECURITY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`onr_…`), or an access token (a JWT) of the OpenID Connect issuer "
    "that the installation trusts. An operation names the scope that it needs. What is public is "
    "read without either.",
}
_CLAUSE = re.compile(r"[.,:;](?:\s|$)| with ")
_PATCH = "application/merge-patch+json"
_LAST = ("security", "parameters", "requestBody", "responses")


def document(app: FastAPI, written: Mapping[str, Any], glossary: Mapping[str, str]) -> Schema:
    """Write the document, once.

    `written` has what to show as examples, by component, and `glossary` what fields mean.
    """
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=_paragraphs(app.description),
            routes=app.routes,
            webhooks=app.webhooks.routes,
            tags=app.openapi_tags,
            servers=[{"url": "/", "description": "The service that answers this document."}],
            license_info=app.license_info,
        )
        app.openapi_schema = _completed(made, app, written, glossary)
    return app.openapi_schema


def _completed(
    made: Schema, app: FastAPI, written: Mapping[str, Any], glossary: Mapping[str, str]
) -> Schema:
    components = made["components"]
    schemas: Schema = components["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas |= _problem_schemas()
    for name, schema in schemas.items():
        tidy(schema)
        explain(name, schema, glossary)
    problems = openapi_answers.problems()
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in methods_of(route):
                operation = made["paths"][route.path_format][method.lower()]
                told = Operation(method, route.path_format, operation, *_positions(route))
                _complete(told, route, schemas, problems)
    for route in app.webhooks.routes:
        if isinstance(route, APIRoute):
            _describe(made["webhooks"][route.path_format]["post"], route)
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {_BEARER: _SECURITY}
    examples = Examples(schemas, written)
    components["parameters"] = openapi_parameters.SHARED
    components["headers"] = openapi_answers.headers(problems)
    components["responses"] = openapi_answers.refusals(problems)
    examples.put_into(made)
    components["examples"] = dict(
        sorted((examples.shown | openapi_answers.examples(problems, written)).items())
    )
    openapi_answers.drop_unused(made)
    return made


def _problem_schemas() -> Schema:
    schema = ProblemDetails.model_json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    return {**schema.pop("$defs"), "ProblemDetails": schema}


def _complete(
    operation: Operation, route: APIRoute, schemas: Schema, problems: openapi_answers.Problems
) -> None:
    words = inspect.cleandoc(route.endpoint.__doc__ or "")
    scopes = needed_scopes(route.dependant)
    same = any(getattr(one.call, "is_same_for_all", False) for one in _flat(route.dependant))
    found = operation.found
    found["summary"] = route.summary or _CLAUSE.split(" ".join(words.split()), maxsplit=1)[0]
    found["description"] = (
        f"{_paragraphs(words)}\n\n{_who_may(operation, scopes, same=same)}".strip()
    )
    found["security"] = _security(operation, scopes)
    refused = _refused(route)
    for status in refused:
        del found["responses"][str(status)]
    answer = component_of(openapi_answers.success(operation))
    openapi_parameters.complete(operation, answer, schemas)
    openapi_answers.complete(operation, answer, schemas, problems)
    found["responses"].pop("422", None)
    for status in sorted(refused | _failures(route, operation, scopes, problems)):
        found["responses"][str(status)] = openapi_answers.refusal(status)
    found["responses"] = dict(sorted(found["responses"].items()))
    body = found.get("requestBody")
    if body and operation.method == "PATCH":
        body["content"] = {_PATCH: body["content"].pop("application/json")}
    for key in _LAST:
        if key in found:
            found[key] = found.pop(key)


def _positions(route: APIRoute) -> tuple[bool, bool]:
    """Say whether a route takes the position of a write, or tells one; none does both."""
    calls = [one.call for one in _flat(route.dependant)]
    tells = any(getattr(call, "tells_position", False) for call in calls)
    return not tells and any(getattr(call, "takes_position", False) for call in calls), tells


def _describe(sent: Schema, route: APIRoute) -> None:
    """Describe what is sent to a receiver, who answers as they like."""
    words = inspect.cleandoc(route.endpoint.__doc__ or "")
    sent["summary"] = _CLAUSE.split(" ".join(words.split()), maxsplit=1)[0]
    sent["description"] = _paragraphs(words)
    sent["security"] = []
    for one in sent["parameters"]:
        tidy(one["schema"])
    sent["responses"] = {
        "2XX": {"description": "It was taken."},
        "410": {"description": "Nothing more is wanted: the webhook is disabled."},
        "default": {"description": "It wasn't taken, and is sent again later."},
    }


def _paragraphs(words: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in words.split("\n\n"))


def _who_may(operation: Operation, scopes: tuple[str, ...], *, same: bool) -> str:
    if not operation.is_of_the_api:
        return ""
    if scopes:
        words = ", ".join(f"`{scope}`" for scope in scopes)
        one = "the scope" if len(scopes) == 1 else "one of the scopes"
        return f"Needs {one} {words}."
    if operation.method != "GET" or not operation.is_versioned:
        return "Needs no key."
    if same:
        return "Needs no key, and shows the same with one."
    return "Needs no key; with one, you also see what your organisation hasn't made public."


def _security(operation: Operation, scopes: tuple[str, ...]) -> list[dict[str, list[str]]]:
    """Say which callers are taken: one with a scope, any or none, or that nobody looks at them."""
    if not operation.is_of_the_api:
        return []
    return [{_BEARER: [scope]} for scope in scopes] or [{}, {_BEARER: []}]


def methods_of(route: APIRoute) -> set[str]:
    """Give the methods of a route."""
    return route.methods or set()


def needed_scopes(dependant: Dependant) -> tuple[str, ...]:
    """Find out which scopes a route takes, from its dependencies: one of them is needed."""
    for one in _flat(dependant):
        scopes = getattr(one.call, "scopes", ())
        if scopes:
            return tuple(str(scope.value) for scope in scopes)
    return ()


def _flat(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for below in dependant.dependencies:
        yield from _flat(below)


def _params(route: APIRoute, kind: type) -> list[str]:
    flat = get_flat_params(route.dependant)
    return [param.alias for param in flat if isinstance(param.field_info, kind)]


def _refused(route: APIRoute) -> set[int]:
    """Give the statuses that a route names itself, of what can't be told from its parameters."""
    return {int(status) for status in route.responses if int(status) >= _BAD_REQUEST}


def _conditions(operation: Operation) -> list[str]:
    """Give what is said of If-Match, where an operation takes it."""
    given = operation.found.get("parameters", ())
    return [one["description"] for one in given if one.get("name") == "If-Match"]


def _failures(
    route: APIRoute,
    operation: Operation,
    scopes: tuple[str, ...],
    problems: openapi_answers.Problems,
) -> set[int]:
    if not operation.is_of_the_api:
        return {406, 422, 500, 503}
    found = {*_PUBLIC_FAILURES, *({openapi_answers.TOO_MANY} & problems.keys())}
    if scopes:
        found |= {403}
    if _params(route, Path):
        found |= {404, 410}
    if "requestBody" in operation.found:
        found |= {400, 409, 413, 415}
    if operation.method == "POST":
        found |= {409}
    if operation.takes_position:
        found |= {400}
    for condition in _conditions(operation):
        found |= {400, 409, 412} | ({428} if "Required" in condition else set())
    if operation.method == "GET" and not operation.path.endswith("}"):
        found |= {400}
    return found | {int(status) for status in route.responses if str(status) >= "400"}
