"""The OpenAPI document: current, valid, and of use to those who read it or generate from it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from schemathesis.specs.openapi import definitions

from app.foundation.settings import Settings
from app.main import create_app

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
PROBLEM = "application/problem+json"
METHODS = {"get", "post", "patch", "delete", "put"}
RUNNING = {"/healthz", "/readyz"}


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
            expected |= {"401"}
        if "{" in path:
            expected |= {"404", "410"}
        if "requestBody" in operation:
            expected |= {"400", "403", "409", "413", "415"}
        if method in {"patch", "delete"}:
            expected |= {"403", "409", "412", "428"}
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert expected <= refusals, f"{method} {path}: {expected - refusals}"
        for status in refusals:
            assert list(operation["responses"][status]["content"]) == [PROBLEM], path


def test_a_patch_is_a_merge_patch_in_which_nothing_is_required(document: Json) -> None:
    for path, method, operation in operations(document):
        if method == "patch":
            (media,) = operation["requestBody"]["content"].items()
            assert media[0] == "application/merge-patch+json", path
            component = media[1]["schema"]["$ref"].rpartition("/")[2]
            assert "required" not in document["components"]["schemas"][component]


def test_what_needs_a_key_says_which_scope(document: Json) -> None:
    for path, method, operation in operations(document):
        if path in RUNNING:
            assert operation["security"] == []
        elif method == "get" and "api-keys" not in path:
            assert {} in operation["security"], path
        else:
            assert operation["security"][0]["apiKey"], f"{method} {path}"


def test_lists_are_named_pages_and_enums_named_schemas(document: Json) -> None:
    for name, schema in document["components"]["schemas"].items():
        for field, one in schema.get("properties", {}).items():
            assert "enum" not in one, f"{name}.{field} should be a schema of its own"
            assert "title" not in one, f"{name}.{field}"
