"""The OpenAPI document: what FastAPI finds, and what it can't know."""

import inspect
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.openapi.utils import get_openapi
from fastapi.params import Header, Path
from fastapi.routing import APIRoute

from app.foundation.problems import ProblemDetails

Schema = dict[str, Any]
_VERSIONED = "/v1/"
_PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}
_PUBLIC_FAILURES = (401, 406, 422, 500, 503)
_WORDS = {
    304: "The reader has it already.",
    400: "The request can't be read, or its cursor is not one of ours.",
    401: "The key is unknown, expired or revoked, or missing where one is needed.",
    403: "The key may not do this.",
    404: "There is nothing here, or nothing that you may see.",
    406: "None of the media types asked for is one that this address has.",
    409: "It conflicts with what is there.",
    410: "It was archived.",
    412: "It was changed since you read it.",
    413: "The body is too large.",
    415: "The body's media type is none that is taken here.",
    422: "Something in the input is not as it must be.",
    428: "A change needs If-Match.",
    500: "Something went wrong on our side.",
    503: "The database can't be reached, or is too busy.",
}
_ETAG = {"description": "The version of what is shown.", "schema": {"type": "string"}}


def document(app: FastAPI) -> Schema:
    """Write the document, once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        for route in app.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in methods_of(route):
                    _complete(made["paths"][route.path_format][method.lower()], route)
        schemas = made["components"]["schemas"]
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas |= _problem_schemas()
        made["components"]["securitySchemes"] = {
            "apiKey": {"type": "http", "scheme": "bearer", "description": "A key: `onr_…`."}
        }
        _strip_titles(schemas)
        app.openapi_schema = made
    return app.openapi_schema


def _problem_schemas() -> Schema:
    schema = ProblemDetails.model_json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    return {**schema.pop("$defs"), "ProblemDetails": schema}


def _complete(operation: Schema, route: APIRoute) -> None:
    first_line = inspect.cleandoc(route.endpoint.__doc__ or "").split("\n")[0]
    operation["summary"] = first_line.split(". ")[0].rstrip(".")
    scope = needed_scope(route.dependant)
    operation["security"] = _security(route, scope)
    responses = operation["responses"]
    responses.pop("422", None)
    for status in sorted(_failures(route, scope)):
        responses[str(status)] = {
            "description": _WORDS[status],
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
    if "GET" in methods_of(route) and route.path.endswith("}"):
        responses["304"] = {"description": _WORDS[304]}
    for made in ("200", "201"):
        if made in responses and ("GET" not in methods_of(route) or route.path.endswith("}")):
            responses[made]["headers"] = {"ETag": _ETAG}
    body = operation.get("requestBody")
    if body and "PATCH" in methods_of(route):
        body["content"] = {"application/merge-patch+json": body["content"]["application/json"]}
    operation["responses"] = dict(sorted(responses.items()))


def _security(route: APIRoute, scope: str | None) -> list[dict[str, list[str]]]:
    """Say which keys a route takes: one with a scope, any or none, or that it looks at none."""
    if not route.path.startswith(_VERSIONED):
        return []
    return [{"apiKey": [scope]}] if scope else [{}, {"apiKey": []}]


def methods_of(route: APIRoute) -> set[str]:
    """Give the methods of a route."""
    return route.methods or set()


def needed_scope(dependant: Dependant) -> str | None:
    """Find out which scope a route needs, from its dependencies."""
    for one in _flat(dependant):
        scope = getattr(one.call, "scope", None)
        if scope is not None:
            return str(scope.value)
    return None


def _flat(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for below in dependant.dependencies:
        yield from _flat(below)


def _params(route: APIRoute, kind: type) -> list[str]:
    flat = get_flat_params(route.dependant)
    return [param.alias for param in flat if isinstance(param.field_info, kind)]


def _failures(route: APIRoute, scope: str | None) -> set[int]:
    if not route.path.startswith(_VERSIONED):
        return {406, 422, 500, 503}
    found = set(_PUBLIC_FAILURES)
    if scope is not None:
        found |= {403}
    if _params(route, Path):
        found |= {404, 410}
    if route.body_field is not None:
        found |= {400, 409, 413, 415}
    if "If-Match" in _params(route, Header):
        found |= {409, 412, 428}
    if "GET" in methods_of(route) and not route.path.endswith("}"):
        found |= {400}
    return found


def _strip_titles(schemas: Schema) -> None:
    """Take away the titles that Pydantic gives each property: they say the name once more."""
    for schema in schemas.values():
        schema.pop("title", None)
        for one in schema.get("properties", {}).values():
            one.pop("title", None)
