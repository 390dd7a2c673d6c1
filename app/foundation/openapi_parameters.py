"""Parameters in the OpenAPI document: each described, orders named, shared headers said once."""

from app.foundation.openapi_answers import Operation, is_page, is_resource
from app.foundation.openapi_schemas import SCHEMAS, Schema, tidy, without_null
from app.foundation.positions import EXAMPLE as POSITION_EXAMPLE
from app.foundation.positions import HEADER as POSITION

SHARED: Schema = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A name for this request, of your choosing. Sent again with the same name, "
        "within 24 hours, it is carried out no second time: you get the first answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of what you have. If it is still so, the answer is 304.",
        "schema": {"type": "string"},
        "example": '"1-6f1ed002ab559585"',
    },
    "OnrecordWritten": {
        "name": POSITION,
        "in": "header",
        "required": False,
        "description": "The same header of the answer to a write, which this read must see.",
        "schema": {"type": "string"},
        "example": POSITION_EXAMPLE,
    },
}
_SORT = "Which comes first; `-` before a field turns its order round."


def complete(operation: Operation, answer: str | None, schemas: Schema) -> None:
    """Describe each parameter of an operation, and add those that hold for all like it."""
    given = operation.found.setdefault("parameters", [])
    for one in given:
        one["schema"] = without_null(_tidied(one["schema"]))
        own = one["schema"].pop("description", None)
        one["description"] = one.get("description") or own or _by_name(one) or ""
        if one["name"] == "sort":
            one["schema"] = _named_order(one["schema"], operation, answer, schemas)
        if one["name"] == "If-Match":
            one["required"] = one["description"].endswith("Required.")
    names = {one["name"] for one in given}
    if operation.method == "POST" and operation.is_versioned and "Idempotency-Key" not in names:
        given.append({"$ref": "#/components/parameters/IdempotencyKey"})
    has_tag = is_resource(answer, schemas) or "304" in operation.found["responses"]
    if operation.method == "GET" and has_tag and "If-None-Match" not in names:
        given.append({"$ref": "#/components/parameters/IfNoneMatch"})
    if operation.takes_position:
        given.append({"$ref": "#/components/parameters/OnrecordWritten"})
    if not given:
        del operation.found["parameters"]


def _tidied(schema: Schema) -> Schema:
    tidy(schema)
    return schema


def _by_name(parameter: Schema) -> str | None:
    """Describe what says all with its name: the ids in a path, and the order of a list."""
    name: str = parameter["name"]
    if name == "sort":
        return _SORT
    if parameter["in"] == "path" and name.endswith("_id"):
        return f"The id of the {name.removesuffix('_id').replace('_', ' ')}."
    return None


def _named_order(
    schema: Schema, operation: Operation, answer: str | None, schemas: Schema
) -> Schema:
    """Give the orders of a list a name, and each of them one, so that generated code reads well."""
    orders = schema.pop("enum", None)
    if orders is None:
        return schema
    noun = answer.removesuffix("Page") if answer and is_page(answer, schemas) else None
    name = f"{noun or operation.name_in_pascal_case}Sort"
    schemas[name] = {
        "type": "string",
        "enum": orders,
        "x-enum-varnames": [_order(one) for one in orders],
        "description": _SORT,
    }
    return {"$ref": SCHEMAS + name, "default": schema["default"]}


def _order(value: str) -> str:
    field = value.removeprefix("-").upper()
    return f"{field}_DESCENDING" if value.startswith("-") else field
