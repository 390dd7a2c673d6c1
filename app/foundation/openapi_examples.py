"""Examples in the OpenAPI document: one for each body, whole, and made of what its parts show.

What is worth saying is written by hand, by component. What is left out there is taken from the
examples of the fields and from the examples of the components that they refer to.
"""

from collections.abc import Mapping
from typing import Any

from app.foundation.openapi_schemas import Schema, component_of

_BY_FORMAT = {
    "uuid": "01a20470-f7d1-7338-b238-e2669ef3aa40",
    "date-time": "2022-09-27T14:03:11.482615Z",
    "uri": "https://news.example/kazakhstan",
}
_BY_TYPE: Schema = {"string": "…", "integer": 1, "number": 1, "boolean": False, "object": {}}


class Examples:
    """Writes examples, and remembers those that were asked for."""

    def __init__(self, schemas: Schema, written: Mapping[str, Any]) -> None:
        """Know the components, and what was written by hand about them."""
        self.schemas = schemas
        self.written = written
        self.shown: Schema = {}

    def put_into(self, document: Schema) -> None:
        """Give every body that has none an example."""
        for item in (*document["paths"].values(), *document.get("webhooks", {}).values()):
            for operation in item.values():
                bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
                for body in bodies:
                    for media in body.get("content", {}).values():
                        self._put(media)

    def _put(self, media: Schema) -> None:
        if "example" in media or "examples" in media or "schema" not in media:
            return
        component = component_of(media["schema"])
        if component is None:
            media["example"] = self.of(media["schema"])
            return
        self.shown.setdefault(component, {"value": self.of(media["schema"])})
        media["examples"] = {component: {"$ref": f"#/components/examples/{component}"}}

    def of(self, schema: Schema) -> Any:  # noqa: ANN401 - it is whatever the schema says.
        """Make an example of a schema."""
        component = component_of(schema)
        if component is not None:
            return self._of_component(component)
        if schema.get("examples"):
            return schema["examples"][0]
        if "enum" in schema:
            return schema["enum"][0]
        if "const" in schema:
            return schema["const"]
        for branch in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            return None if {"type": "null"} in schema.get("anyOf", ()) else self.of(branch)
        return self._of_type(schema)

    def _of_component(self, component: str) -> Any:  # noqa: ANN401 - as above.
        schema = self.schemas[component]
        written = self.written.get(component)
        if "properties" not in schema:
            return self.of(schema) if written is None else written
        return self._completed(schema, written or {})

    def _of_type(self, schema: Schema) -> Any:  # noqa: ANN401 - as above.
        kind = schema.get("type")
        if isinstance(kind, list):
            return None
        if "properties" in schema:
            return self._completed(schema, {})
        if kind == "array":
            return [self.of(schema["items"])] if component_of(schema["items"]) else []
        return schema.get(
            "default", _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE.get(str(kind)))
        )

    def _completed(self, schema: Schema, written: Mapping[str, Any]) -> Schema:
        """Complete an object: what is required and not written is made from its schema."""
        required = schema.get("required", ())
        return {
            name: self._with_parts(one, written[name]) if name in written else self.of(one)
            for name, one in schema.get("properties", {}).items()
            if name in written or name in required
        } | {name: value for name, value in written.items() if name not in schema["properties"]}

    def _with_parts(self, schema: Schema, written: Any) -> Any:  # noqa: ANN401 - as above.
        """Complete what is written inside: in lists, and in objects that are components."""
        if isinstance(written, list):
            items: Schema = next((one["items"] for one in _branches(schema) if "items" in one), {})
            return [self._with_parts(items, one) for one in written]
        if isinstance(written, dict):
            for branch in _branches(schema):
                component = component_of(branch)
                if component is not None and "properties" in self.schemas[component]:
                    whole = self._of_component(component)
                    required = self.schemas[component].get("required", ())
                    kept = {key: whole[key] for key in whole if key in required}
                    return self._completed(self.schemas[component], kept | written)
        return written


def _branches(schema: Schema) -> list[Schema]:
    return [
        schema,
        *schema.get("anyOf", ()),
        *schema.get("oneOf", ()),
    ]
