"""What breaks who built on a release is found, and there is none of it."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from tests.clients.breaking import breaks
from tests.clients.page import HOUSE

Json = dict[str, Any]
RELEASED = max(
    (HOUSE / "docs" / "releases").glob("openapi-*.json"),
    key=lambda path: [int(part) for part in path.stem.removeprefix("openapi-").split(".")],
)
# What is named as breaking, and isn't. The list is emptied with each release.
ACCEPTED = {
    r": header If-Match is required now$": "It always was: without it, the answer was 428.",
    r": pattern is \^\[\^\\u0000.* was \\S$": "The same texts are taken: NUL and, in one "
    "line, control characters were refused before, too, and it wasn't said.",
    r"Quantity.*: pattern is \^-\?\[0-9\].* was none$": "It always was: it had been left out.",
}


def read(path: str) -> Json:
    """Read one of the documents."""
    document: Json = json.loads((HOUSE / path).read_text("utf-8"))
    return document


def test_nothing_breaks_who_built_on_the_last_release() -> None:
    found = breaks(json.loads(RELEASED.read_text("utf-8")), read("docs/openapi.json"))

    assert [one for one in found if not any(re.search(known, one) for known in ACCEPTED)] == []
    for known in ACCEPTED:
        assert any(re.search(known, one) for one in found), f"nothing is like this: {known}"


OLD: Json = {
    "paths": {
        "/things": {
            "get": {
                "operationId": "list_things",
                "security": [{}, {"key": []}],
                "parameters": [
                    {
                        "name": "kind",
                        "in": "query",
                        "schema": {
                            "anyOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "null"}]
                        },
                    }
                ],
                "responses": {
                    "200": {
                        "headers": {"Link": {}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                        },
                    },
                    "304": {},
                    "404": {"$ref": "#/components/responses/NotFound"},
                },
            },
            "post": {
                "operationId": "create_thing",
                "security": [{"key": ["write"]}],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}
                    }
                },
                "responses": {"201": {}},
            },
        }
    },
    "components": {
        "responses": {
            "NotFound": {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
        },
        "schemas": {
            "Kind": {"type": "string", "enum": ["person", "group"]},
            "Thing": {
                "type": "object",
                "required": ["name", "made_at"],
                "properties": {
                    "name": {"type": "string"},
                    "made_at": {"type": "string", "format": "date-time"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "size": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                },
            },
            "NewThing": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 100, "minLength": 1},
                    "size": {"type": "integer", "maximum": 10},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    "topics": {
                        "type": "array",
                        "maxItems": 5,
                        "items": {
                            "oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Kind"}]
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip


class New:
    """A copy of the old document, to be changed."""

    def __init__(self) -> None:
        """Copy it, and name its places."""
        self.document: Json = copy.deepcopy(OLD)
        self.operations: Json = self.document["paths"]["/things"]
        self.schemas: Json = self.document["components"]["schemas"]
        self.parameter: Json = self.operations["get"]["parameters"][0]
        self.sent: Json = self.schemas["NewThing"]["properties"]
        self.answered: Json = self.schemas["Thing"]["properties"]


Change: TypeAlias = Callable[[New], object]


def broken_by(change: Change) -> list[str]:
    """Change a copy of the old document; give what that breaks."""
    new = New()
    change(new)
    return breaks(OLD, new.document)


GET, POST = "GET /things", "POST /things"
BREAKING: dict[str, tuple[Change, str]] = {
    "an operation is gone": (lambda new: new.operations.pop("post"), f"{POST}: is gone"),
    "a path is gone": (lambda new: new.document["paths"].clear(), f"{GET}: is gone"),
    "another function name": (
        lambda new: new.operations["get"].update(operationId="get_things"),
        f"{GET}: is called get_things, no more list_things",
    ),
    "what was public needs a key": (
        lambda new: new.operations["get"].update(security=[{"key": []}]),
        f"{GET}: asks for more credentials",
    ),
    "another scope is needed": (
        lambda new: new.operations["post"].update(security=[{"key": ["admin"]}]),
        f"{POST}: asks for more credentials",
    ),
    "a parameter is gone": (
        lambda new: new.operations["get"].update(parameters=[]),
        f"{GET}: query kind is gone",
    ),
    "a parameter is required": (
        lambda new: new.parameter.update(required=True),
        f"{GET}: query kind is required now",
    ),
    "a new parameter is required": (
        lambda new: new.operations["get"]["parameters"].append(
            {"name": "q", "in": "query", "required": True, "schema": {}}
        ),
        f"{GET}: query q is new, and required",
    ),
    "a value that could be sent is gone": (
        lambda new: new.schemas["Kind"].update(enum=["person"]),
        "sent Kind: group is no value any more",
    ),
    "the body is required": (
        lambda new: new.operations["post"]["requestBody"].update(required=True),
        f"{POST}: the body is required now",
    ),
    "there is no body any more": (
        lambda new: new.operations["post"].pop("requestBody"),
        f"{POST}: takes no body any more",
    ),
    "a media type is gone": (
        lambda new: new.operations["post"]["requestBody"].update(content={}),
        f"{POST}: body: application/json is gone",
    ),
    "a field to send is gone": (
        lambda new: new.sent.pop("size"),
        "sent NewThing/size: is gone",
    ),
    "a field to send is required": (
        lambda new: new.schemas["NewThing"]["required"].append("size"),
        "sent NewThing/size: is required now",
    ),
    "a text to send is shorter": (
        lambda new: new.sent["name"].update(maxLength=50),
        "sent NewThing/name: maxLength is 50, was 100",
    ),
    "a text to send is longer": (
        lambda new: new.sent["name"].update(minLength=2),
        "sent NewThing/name: minLength is 2, was 1",
    ),
    "a text to send has a pattern": (
        lambda new: new.sent["name"].update(pattern="^a"),
        "sent NewThing/name: pattern is ^a, was none",
    ),
    "a field to send is of another type": (
        lambda new: new.sent["size"].update(type="string"),
        "sent NewThing/size: was integer, is string",
    ),
    "a map's values are of another type": (
        lambda new: new.sent["labels"].update(additionalProperties={"type": "integer"}),
        "sent NewThing/labels/*: was string, is integer",
    ),
    "a choice to send is gone": (
        lambda new: new.sent["topics"]["items"]["oneOf"].pop(0),
        "sent NewThing/topics/-: one of its choices is gone",
    ),
    "a class has another name": (
        lambda new: (
            new.schemas.update(Sort=new.schemas["Kind"]),
            new.sent.update(kind={"$ref": "#/components/schemas/Sort"}),
        ),
        "sent NewThing/kind: is a Sort, no more a Kind",
    ),
    "a field of an answer is gone": (
        lambda new: new.answered.pop("size"),
        "answered Thing/size: is gone",
    ),
    "a field of an answer may be missing": (
        lambda new: new.schemas["Thing"].update(required=["name"]),
        "answered Thing/made_at: may be missing now",
    ),
    "a field of an answer may be null": (
        lambda new: new.answered["name"].update(type=["string", "null"]),
        "answered Thing/name: was string, is null, string",
    ),
    "a field of an answer has another format": (
        lambda new: new.answered["made_at"].update(format="date"),
        "answered Thing/made_at: was a date-time, is date",
    ),
    "a success is gone": (
        lambda new: new.operations["get"]["responses"].pop("304"),
        f"{GET}: 304 is gone",
    ),
    "a header is gone": (
        lambda new: new.operations["get"]["responses"]["200"].pop("headers"),
        f"{GET}: 200: header Link is gone",
    ),
    "problems have another media type": (
        lambda new: new.document["components"]["responses"]["NotFound"].update(content={}),
        f"{GET}: 404: application/problem+json is gone",
    ),
}
HARMLESS: dict[str, Change] = {
    "nothing": lambda _: None,
    "an operation is new": lambda new: new.operations.update(put=new.operations["post"]),
    "a parameter is new": lambda new: new.operations["get"]["parameters"].append(
        {"name": "q", "in": "query", "schema": {}}
    ),
    "null, which can't be sent, is out of a parameter": lambda new: new.parameter.update(
        schema={"$ref": "#/components/schemas/Kind"}
    ),
    "a value is new": lambda new: new.schemas["Kind"].update(enum=["person", "group", "office"]),
    "a field to send is new": lambda new: new.sent.update(age={"type": "integer"}),
    "a text to send may be longer": lambda new: new.sent["name"].update(maxLength=200),
    "a number to send may be broken": lambda new: new.sent["size"].update(type="number"),
    "a field to send may be null": lambda new: new.sent["size"].update(type=["integer", "null"]),
    "a field to send is required no more": lambda new: new.schemas["NewThing"].update(required=[]),
    "a choice to send is new": lambda new: new.sent["topics"]["items"]["oneOf"].append(
        {"type": "integer"}
    ),
    "a field of an answer is new": lambda new: new.answered.update(age={"type": "integer"}),
    "a field of an answer is null no more": lambda new: new.answered.update(
        size={"type": "integer"}
    ),
    "null is said in another way": lambda new: new.answered.update(
        size={"type": ["integer", "null"]}
    ),
    "a field of an answer is never missing": lambda new: new.schemas["Thing"]["required"].append(
        "size"
    ),
    "what needed a key is public": lambda new: new.operations["post"].update(security=[]),
    "a refusal is new": lambda new: new.operations["get"]["responses"].update({"429": {}}),
}


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_is_found(name: str) -> None:
    change, found = BREAKING[name]

    assert found in broken_by(change)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_breaks_nobody_is_let_pass(name: str) -> None:
    assert broken_by(HARMLESS[name]) == []
