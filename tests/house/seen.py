"""Going through documents along their schema: what was seen null, what filled, what empty."""

from collections.abc import Iterator
from typing import Any

from jsonschema_rs import Draft202012Validator

Schema = dict[str, Any]
_REF = "#/components/schemas/"


class Seen:
    """Checks documents against their components, and remembers what was seen where."""

    def __init__(self, openapi: Schema) -> None:
        """Take the components of an OpenAPI document."""
        self.document = openapi
        self.schemas: Schema = openapi["components"]["schemas"]
        self.nulls: set[str] = set()
        self.values: set[str] = set()
        self.empty: set[str] = set()
        self.items: set[str] = set()
        self.roots: set[str] = set()
        self._checking: dict[str, Draft202012Validator] = {}

    def look(self, component: str, document: Any) -> None:
        """Check a document, and remember what is in it."""
        if component not in self._checking:
            schema = {"$ref": _REF + component, "components": {"schemas": self.schemas}}
            self._checking[component] = Draft202012Validator(schema, validate_formats=True)
        errors = self._checking[component].iter_errors(document)
        wrong = [f"{error.instance_path}: {error.message}" for error in errors]
        assert wrong == [], f"{component} is not as its schema says"
        self.roots.add(component)
        self._object(component, document)

    def places(self) -> Iterator[tuple[str, bool, bool]]:
        """Go through every field that can be null or is a list, of everything looked at."""
        waiting, done = sorted(self.roots), set[str]()
        while waiting:
            component = waiting.pop()
            if component in done:
                continue
            done.add(component)
            for name, schema in self.schemas[component].get("properties", {}).items():
                branches = list(_branches(schema))
                listed = [branch["items"] for branch in branches if branch.get("type") == "array"]
                yield f"{component}.{name}", {"type": "null"} in branches, bool(listed)
                waiting += [_named(one) for one in (*branches, *listed) if "$ref" in one]

    def components(self) -> set[str]:
        """Name every object that is shown in what was looked at."""
        return {place.partition(".")[0] for place, _, _ in self.places()}

    def _object(self, component: str, document: Schema) -> None:
        for name, schema in self.schemas[component].get("properties", {}).items():
            if name in document:
                self._value(f"{component}.{name}", schema, document[name])

    def _value(self, place: str, schema: Schema, value: Any) -> None:
        if value is None:
            self.nulls.add(place)
            return
        self.values.add(place)
        for branch in _branches(schema):
            if "$ref" in branch:
                self._object(_named(branch), value)
            elif branch.get("type") == "array":
                (self.items if value else self.empty).add(place)
                for item in value:
                    if "$ref" in branch["items"]:
                        self._object(_named(branch["items"]), item)


def _branches(schema: Schema) -> Iterator[Schema]:
    yield from schema.get("anyOf", [schema])


def _named(schema: Schema) -> str:
    name: str = schema["$ref"].removeprefix(_REF)
    return name
