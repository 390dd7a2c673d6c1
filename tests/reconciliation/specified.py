"""The JSON Schemas of the specification, where they are at hand: they aren't ours to copy."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator, Registry

SPECIFIED = Path(__file__).resolve().parents[3] / "shared" / "data" / "reconciliation" / "0.2"
needs_schemas = pytest.mark.skipif(
    not SPECIFIED.is_dir(),
    reason="the specification's JSON Schemas are not beside the project: no answer is held to them",
)


def _schema(name: str) -> dict[str, Any]:
    """Read a schema; its `$schema` is the address of no particular draft."""
    text = (SPECIFIED / "schemas" / f"{name}.json").read_text("utf-8")
    return {**json.loads(text), "$schema": "http://json-schema.org/draft-07/schema#"}


@cache
def _validator(name: str) -> Draft7Validator:
    others: list[tuple[str, Any]] = [
        ("http://swagger.io/v2/schema.json", _schema("openapi")),
        *((_schema(one)["$id"].rpartition("/")[0] + "/type.json", _schema("type"))
          for one in ("manifest", "suggest-types-response")),
    ]  # fmt: skip
    return Draft7Validator(_schema(name), registry=Registry(others))


def check(name: str, instance: Any) -> None:
    """See that an answer is as its schema says, if the schema is there."""
    if SPECIFIED.is_dir():
        wrong = [
            f"{error.instance_path}: {error.message}"
            for error in _validator(name).iter_errors(instance)
        ]
        assert wrong == [], name


def examples(name: str, kind: str) -> list[Any]:
    """Read the specification's examples: `valid` or `invalid`."""
    folder = SPECIFIED / "examples" / name / kind
    return [json.loads(one.read_text("utf-8")) for one in sorted(folder.glob("*.json"))]
