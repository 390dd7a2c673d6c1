"""The OpenAPI document: current, valid, and of use to those who read it or generate from it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from schemathesis.specs.openapi import definitions

from app.demo import examples
from app.documents.glossary import FIELDS
from app.foundation.settings import Settings
from app.main import create_app
from tests.docs.problems import known
from tests.making import Client, Made, Make

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
PROBLEM = "application/problem+json"
METHOD_NOT_ALLOWED = 405
METHODS = {"get", "post", "patch", "delete", "put"}
RUNNING = {"/healthz", "/readyz"}
OPEN = {
    ("post", "/v1/correction-requests"),
    ("post", "/v1/quantities/compare"),
    ("post", "/v1/match"),
    ("post", "/v1/match/document"),
    ("post", "/reconcile"),
}
"""What anybody may POST: all but the first only read, the last as others have specified it."""
OTHERS = {"/reconcile"}
"""Whose POST only reads, and so needs no key to be sent again."""
SHADOWING = {
    "Any", "Date", "Error", "Exception", "File", "Function", "Import", "List", "Map", "Match",
    "None", "Number", "Object", "Optional", "Promise", "Request", "Response", "Self", "Set",
    "String", "Symbol", "Type", "Union",
}  # fmt: skip
VERBS = {
    "archive", "cancel", "change", "compare", "create", "discard", "erase", "get", "list", "match",
    "merge", "move", "ping", "put", "reconcile", "replay", "revoke", "rotate", "search", "unmerge",
}  # fmt: skip
# What is recorded by an example, where, and the example of the answer, whose id stands for it.
SENT = [
    ("NewSpeaker", "/v1/speakers", "Speaker"),
    ("NewSource", "/v1/sources", "Source"),
    ("NewTopic", "/v1/topics", "Topic"),
    ("NewMeasure", "/v1/measures", "Measure"),
    ("NewOrganization", "/v1/organizations", "Organization"),
    ("NewRatingScale", "/v1/rating-scales", "RatingScale"),
    ("NewApiKey", "/v1/api-keys", "ApiKey"),
    ("NewStatement", "/v1/statements", "Statement"),
    ("NewVerdict", "/v1/verdicts", "Verdict"),
    ("NewTransition", "/v1/verdicts/{Verdict}/transitions", "Verdict"),
    ("NewStatementTransition", "/v1/statements/{Statement}/transitions", "Statement"),
    ("NewCorrectionRequest", "/v1/correction-requests", "CorrectionRequest"),
    (
        "NewCorrectionRequestTransition",
        "/v1/correction-requests/{CorrectionRequest}/transitions",
        "CorrectionRequest",
    ),
    ("NewContact", "/v1/contacts", "Contact"),
    ("NewComment", "/v1/statements/{Statement}/comments", "Comment"),
    ("NewWebhook", "/v1/webhooks", "Webhook"),
]


@pytest.fixture(scope="module")
def document() -> Json:
    """Have the application's OpenAPI document."""
    return create_app(Settings(_env_file=None)).openapi()


def operations(document: Json) -> list[tuple[str, str, Json]]:
    """List every operation with its path and method."""
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def resolved(document: Json, node: Json) -> Json:
    """Follow references."""
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


CHECKING: dict[tuple[int, str], Draft202012Validator] = {}


def inside(schema: Json, where: str = "") -> Iterator[tuple[str, Json]]:
    """Go through a schema and all that is written inside of it, with the place of each."""
    yield where, schema
    for name, one in schema.get("properties", {}).items():
        yield from inside(one, f"{where}/{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from inside(schema[key], f"{where}/{key}")
    for key in ("anyOf", "oneOf", "allOf"):
        for number, one in enumerate(schema.get(key, ())):
            yield from inside(one, f"{where}/{key}/{number}")


def wrong(document: Json, schema: Json, value: Any) -> list[str]:
    """Say what is wrong with a value, by its schema."""
    errors = checking(document, schema).iter_errors(value)
    return [f"{error.instance_path}: {error.message}" for error in errors]


def checking(document: Json, schema: Json) -> Draft202012Validator:
    """Make what checks by a schema, once for each."""
    name = id(document), json.dumps(schema)
    if name not in CHECKING:
        whole = {**schema, "components": {"schemas": document["components"]["schemas"]}}
        CHECKING[name] = Draft202012Validator(whole, validate_formats=True)
    return CHECKING[name]


def test_the_committed_document_is_the_applications(document: Json) -> None:
    committed = (ROOT / "docs" / "openapi.json").read_text("utf-8")

    assert json.loads(committed) == document, "write it anew: make openapi"


def test_it_is_valid_openapi_3_1(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    definitions.OPENAPI_31_VALIDATOR.validate(document)


def test_every_reference_leads_somewhere(document: Json) -> None:
    text = json.dumps(document)

    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in document["components"]["schemas"], name


def test_no_component_is_there_for_nothing(document: Json) -> None:
    text = json.dumps(document)

    for name in document["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name


def test_every_operation_has_an_id_of_its_own_a_summary_and_a_description(document: Json) -> None:
    ids = []
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        ids.append(operation["operationId"])
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"]), where
        assert operation["summary"].strip(), where
        assert operation["description"].strip(), where
        assert operation["tags"], where

    assert len(ids) == len(set(ids))


def test_every_tag_is_explained(document: Json) -> None:
    explained = {tag["name"]: tag["description"] for tag in document["tags"]}

    for path, _, operation in operations(document):
        for tag in operation["tags"]:
            assert explained.get(tag), f"{path}: {tag}"


def test_every_operation_declares_what_it_can_refuse(document: Json) -> None:
    for path, method, operation in operations(document):
        expected = {"406", "500", "503"} | ({"422"} if path not in RUNNING else set())
        if path not in RUNNING:
            expected |= {"401", "429"}
        if "{" in path:
            expected |= {"404", "410"}
        if "requestBody" in operation:
            expected |= {"400", "409", "413", "415"}
            expected |= {"403"} if {} not in operation["security"] else set()
        if method in {"patch", "delete"}:
            expected |= {"400", "403", "409", "412", "428"}
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert expected <= refusals, f"{method} {path}: {expected - refusals}"
        for status in refusals:
            answer = resolved(document, operation["responses"][status])
            assert list(answer["content"]) == [PROBLEM], path


def test_every_type_of_problem_has_an_example_at_its_status(document: Json) -> None:
    shown = {
        example["value"]["type"]: example["value"]["status"]
        for example in document["components"]["examples"].values()
        if str(example["value"].get("type", "")).startswith("/problems/")
    }
    by_name = document["components"]["responses"]

    for slug, problem in known().items():
        if problem.status != METHOD_NOT_ALLOWED:
            assert shown[f"/problems/{slug}"] == problem.status
    for name, response in by_name.items():
        statuses = {
            resolved(document, example)["value"]["status"]
            for example in response["content"][PROBLEM]["examples"].values()
        }
        assert len(statuses) == 1, name


def test_a_patch_is_a_merge_patch_in_which_nothing_is_required(document: Json) -> None:
    for path, method, operation in operations(document):
        if method == "patch":
            (media,) = operation["requestBody"]["content"].items()
            assert media[0] == "application/merge-patch+json", path
            component = media[1]["schema"]["$ref"].rpartition("/")[2]
            assert "required" not in document["components"]["schemas"][component]


def test_what_needs_a_key_says_which_scope(document: Json) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["bearer"]["description"]

    for path, method, operation in operations(document):
        if path in RUNNING:
            assert operation["security"] == []
        elif {} in operation["security"]:
            assert method == "get" or (method, path) in OPEN
        else:
            scopes = ", ".join(f"`{one['bearer'][0]}`" for one in operation["security"])
            words = f"Needs {'one of the scopes' if ',' in scopes else 'the scope'} {scopes}."
            assert words in operation["description"], f"{method} {path}"


def test_lists_are_named_pages_and_enums_named_schemas(document: Json) -> None:
    for name, schema in document["components"]["schemas"].items():
        for where, one in inside(schema):
            if where:
                assert not {"enum", "properties"} & one.keys(), f"{name}{where} wants a name"
            assert not isinstance(one.get("title"), str), f"{name}{where}"
    for path, method, operation in operations(document):
        for one in operation.get("parameters", []):
            schema = resolved(document, one)["schema"]
            assert "enum" not in schema, f"{method} {path}: {one['name']}"


def test_no_choice_has_only_one_branch_and_null_is_a_type(document: Json) -> None:
    schemas = list(document["components"]["schemas"].values())
    schemas += [
        resolved(document, one)["schema"]
        for _, _, operation in operations(document)
        for one in operation.get("parameters", [])
    ]

    for schema in schemas:
        for where, one in inside(schema):
            for branches in [one[key] for key in ("anyOf", "oneOf", "allOf") if key in one]:
                assert len(branches) > 1, where
                if len(branches) == 2 and {"type": "null"} in branches:
                    assert any("$ref" in branch for branch in branches), where


def test_names_are_what_a_user_of_a_generated_client_wants(document: Json) -> None:
    for name in document["components"]["schemas"]:
        assert re.fullmatch(r"([A-Z][a-z]+)+", name), name
        assert name not in SHADOWING, name
    for path, method, operation in operations(document):
        verb, _, noun = operation["operationId"].partition("_")
        assert verb in VERBS, f"{method} {path}: {verb}"
        assert noun, path


def test_every_value_of_an_order_has_a_name(document: Json) -> None:
    orders = {
        name: schema
        for name, schema in document["components"]["schemas"].items()
        if name.endswith("Sort")
    }

    assert len(orders) > 8
    for name, schema in orders.items():
        assert len(schema["x-enum-varnames"]) == len(set(schema["x-enum-varnames"])), name
        assert len(schema["x-enum-varnames"]) == len(schema["enum"]), name
        assert all(re.fullmatch(r"[A-Z_]+", one) for one in schema["x-enum-varnames"]), name


def test_every_parameter_and_header_and_schema_says_what_it_is(document: Json) -> None:
    for path, method, operation in operations(document):
        for one in operation.get("parameters", []):
            assert resolved(document, one)["description"].strip(), f"{method} {path}: {one}"
        for status, answer in operation["responses"].items():
            assert resolved(document, answer)["description"].strip(), f"{method} {path}: {status}"
    for name, one in document["components"]["headers"].items():
        assert one["description"].strip(), name
        assert one["example"], name
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"].strip(), name
        for field, one in schema.get("properties", {}).items():
            text = json.dumps(one)
            assert one.get("description") or '"$ref"' in text, f"{name}.{field}"


def test_every_body_has_an_example_that_is_valid(document: Json) -> None:
    for path, method, operation in operations(document):
        bodies = {"body": operation.get("requestBody", {}), **operation["responses"]}
        for place, body in bodies.items():
            for media, content in resolved(document, body).get("content", {}).items():
                where = f"{method} {path} {place} {media}"
                examples = content.get("examples", {})
                values = [resolved(document, one)["value"] for one in examples.values()]
                values += [content["example"]] if "example" in content else []
                assert values, where
                for value in values:
                    assert wrong(document, content["schema"], value) == [], where


def test_the_examples_are_about_the_article(document: Json) -> None:
    shown = document["components"]["examples"]

    assert "98.000 Russes" in shown["Statement"]["value"]["text"]
    assert shown["Statement"]["value"]["speaker"]["name"] == "Aslan Atalykov"
    hops = shown["Statement"]["value"]["appearances"]
    assert hops[0]["source"]["name"] == "RIA Novosti"
    assert hops[1]["parent_id"] == hops[0]["id"]
    assert shown["StatementPage"]["value"]["items"] == [shown["Statement"]["value"]]


def test_every_example_written_by_hand_is_shown_or_part_of_one(document: Json) -> None:
    """What nobody refers to any more is to be deleted."""
    names = {*document["components"]["schemas"], *(one.__name__ for one in known().values())}

    assert set(examples.read()) - names == set()


def test_the_glossary_has_no_words_that_are_not_used(document: Json) -> None:
    used = {
        (name, field, one.get("description"))
        for name, schema in document["components"]["schemas"].items()
        for field, one in schema.get("properties", {}).items()
    }

    for key, words in FIELDS.items():
        name, _, field = key.rpartition(".")
        assert any(
            (one, words) == (field, said) and name in {"", component}
            for component, one, said in used
        ), key


def test_headers_are_there_where_they_occur(document: Json) -> None:
    for path, method, operation in operations(document):
        found = {
            status: set(resolved(document, answer).get("headers", {}))
            for status, answer in operation["responses"].items()
        }
        where = f"{method} {path}"
        assert all("X-Request-Id" in headers for headers in found.values()), where
        if "412" in found:
            assert "ETag" in found["412"], where
        if method in {"get", "patch", "put"} and "304" in found:
            assert "ETag" in found["200"] & found["304"], where
        if "201" in found:
            assert {"ETag", "Location"} <= found["201"], where
        assert {"Retry-After"} <= found["503"], where
        if path not in RUNNING:
            assert {"Retry-After"} <= found["429"], where
            good = [headers for status, headers in found.items() if status < "300"]
            assert all({"RateLimit", "RateLimit-Policy"} <= headers for headers in good), where


def test_every_post_can_be_sent_again(document: Json) -> None:
    for path, method, operation in operations(document):
        given = {resolved(document, one)["name"]: one for one in operation.get("parameters", [])}
        if method != "post" or path in OTHERS:
            assert "Idempotency-Key" not in given
            continue
        parameter = resolved(document, given["Idempotency-Key"])
        assert parameter["required"] is False
        assert (parameter["schema"]["minLength"], parameter["schema"]["maxLength"]) == (1, 255)
        assert {"409", "422"} <= operation["responses"].keys(), path
        good = [answer for status, answer in operation["responses"].items() if status < "300"]
        assert all("Idempotent-Replayed" in answer["headers"] for answer in good), path


def test_who_changes_something_must_say_what_they_have_seen(document: Json) -> None:
    """A client in which it can be forgotten would find out by 428."""
    for path, method, operation in operations(document):
        if "428" in operation["responses"]:
            given = {resolved(document, one)["name"]: one for one in operation["parameters"]}
            assert given["If-Match"]["required"] is (method != "put"), path


async def out(verdict_id: str, make: Make) -> None:
    """Publish a verdict, once it is in review: what follows is about what the public sees."""
    path = f"/v1/verdicts/{verdict_id}"
    body = (await make.client.get(path)).json()
    if body["state"] == "in_review":
        approved = await make.move(Made(path, body, "*"), "approved", by=make.approver)
        await make.move(approved, "published")


async def test_the_examples_of_what_is_sent_are_taken(
    document: Json, admin: Client, make: Make
) -> None:
    """Each in turn; where one names something by its id, what was recorded before it is named."""
    bodies = {
        name: one["value"]
        for name, one in document["components"]["examples"].items()
        if name.startswith("New")
    }
    ids: dict[str, str] = {}
    for name, path, of in SENT:
        text = json.dumps(bodies[name])
        for one, made in ids.items():
            text = text.replace(one, made)
        body = json.loads(text)
        answer = await admin.post(path.format(**ids), json=body, headers={"If-Match": "*"})
        assert answer.status_code in {200, 201}, f"{name}: {answer.text}"
        ids[str(document["components"]["examples"][of]["value"]["id"])] = answer.json()["id"]
        ids[of] = answer.json()["id"]
        if of == "Verdict":
            await out(ids[of], make)
