"""Schemas as one would write them by hand: what Pydantic says at length, said shortly."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]
SCHEMAS = "#/components/schemas/"
_NULL = {"type": "null"}
_INSIDE = ("items", "additionalProperties", "propertyNames")
_BRANCHES = ("anyOf", "oneOf", "allOf")


def tidy(schema: Schema) -> None:
    """Mend a schema, and all that is inside of it."""
    if isinstance(schema.get("title"), str):
        # Pydantic's titles say the name once more.
        del schema["title"]
    for one in schema.get("properties", {}).values():
        tidy(one)
    for key in _INSIDE:
        if isinstance(schema.get(key), dict):
            tidy(schema[key])
    for key in _BRANCHES:
        for branch in schema.get(key, ()):
            tidy(branch)
    _name_keys(schema)
    _shorten_nullable(schema)


def _name_keys(schema: Schema) -> None:
    """Say what the values of a map are, as generators expect it, and what its keys match."""
    patterns = schema.pop("patternProperties", None)
    if patterns:
        ((pattern, values),) = patterns.items()
        tidy(values)
        schema["additionalProperties"] = values
        schema["propertyNames"] = {**schema.get("propertyNames", {}), "pattern": pattern}


def _shorten_nullable(schema: Schema) -> None:
    """Write `anyOf: [string, null]` as `type: [string, null]`."""
    branches = schema.get("anyOf", ())
    if len(branches) != len((_NULL, "and another")) or _NULL not in branches:
        return
    (other,) = [branch for branch in branches if branch != _NULL]
    if isinstance(other.get("type"), str) and "enum" not in other and "const" not in other:
        del schema["anyOf"]
        about = {**other, **schema, "type": [other["type"], "null"]}
        schema.clear()
        schema.update(about)


def explain(name: str, schema: Schema, glossary: Mapping[str, str]) -> None:
    """Describe the fields that neither describe themselves nor are of a named kind."""
    for field, one in schema.get("properties", {}).items():
        if not one.get("description") and not any(map(component_of, _kinds(one))):
            words = glossary.get(f"{name}.{field}", glossary.get(field))
            if words:
                one["description"] = words


def _kinds(schema: Schema) -> list[Schema]:
    return [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ()), schema.get("items", {})]


def without_null(schema: Schema) -> Schema:
    """Take null away: there is no such thing in a query or a header."""
    branches = [branch for branch in schema.get("anyOf", ()) if branch != _NULL]
    if len(branches) == 1:
        about = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**branches[0], **about}
    if isinstance(schema.get("type"), list):
        kept = [kind for kind in schema["type"] if kind != "null"]
        return {**schema, "type": kept[0] if len(kept) == 1 else kept}
    return schema


def component_of(schema: Schema | None) -> str | None:
    """Name the component that a schema refers to."""
    reference = (schema or {}).get("$ref", "")
    return reference.removeprefix(SCHEMAS) if reference.startswith(SCHEMAS) else None
