"""Bodies that come in: whole ones, and changes to them as JSON Merge Patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, RootModel, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.foundation.problems import InputError, InvalidInput
from app.foundation.validation import input_errors

M = TypeVar("M", bound=BaseModel)
JsonObject = dict[str, Any]


class Input(BaseModel):
    """A body as it comes in. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    def applied(self, current: Self) -> Self:  # noqa: ARG002 - a merge patch needs it, too.
        """Give what shall be there: a whole body takes the place of what is there."""
        return self


def merged(target: Any, patch: Any) -> Any:  # noqa: ANN401 - RFC 7396 is about any JSON.
    """Apply a merge patch: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def whole(model: type[M], body: JsonObject) -> M:
    """Validate a whole body that we put together ourselves. Raises `InvalidInput`."""
    try:
        return model.model_validate(body)
    except ValidationError as wrong:
        raise InvalidInput(errors=input_errors(wrong.errors(), in_body=True)) from None


def listed(**about: Any) -> Any:  # noqa: ANN401 - what `Field` takes and gives.
    """Declare a list that is empty unless it is given.

    A default that is written down would be copied, deeply, for each body: that takes as long as to
    validate it.
    """
    return Field(default_factory=list, json_schema_extra={"default": []}, **about)


class MergePatch(RootModel[JsonObject]):
    """A change to a resource: what is absent stays, null removes, lists are replaced whole.

    `of` is the model that the resource must still satisfy when the change has been applied;
    `excludes` names the fields that make way for another one that says the same.
    """

    of: ClassVar[type[BaseModel]]
    excludes: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def applied(self, current: M) -> M:
        """Apply the change to what is there, and validate the result as a whole.

        Raises `InvalidInput`.
        """
        model = type(current)
        unknown = [name for name in self.root if name not in model.model_fields]
        if unknown:
            raise InvalidInput(errors=[_unknown(name) for name in unknown])
        body = current.model_dump(mode="json")
        for name, value in self.root.items():
            for other in self.excludes.get(name, ()) if value else ():
                body.pop(other, None)
        return whole(model, merged(body, self.root))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Document the change as its model with every field optional."""
        if cls is MergePatch:
            return handler(core_schema)
        model = handler.resolve_ref_schema(handler(cls.of.__pydantic_core_schema__))
        required = model.get("required", [])
        properties = {
            name: _absent(schema, nullable=name not in required)
            for name, schema in model["properties"].items()
        }
        return {
            "title": cls.__name__,
            "description": cls.__doc__,
            "type": "object",
            "additionalProperties": False,
            "properties": properties,
        }


def _absent(schema: JsonObject, *, nullable: bool) -> JsonObject:
    kept = {key: value for key, value in schema.items() if key != "default"}
    branches = kept.get("anyOf", [kept])
    if not nullable or {"type": "null"} in branches:
        return kept
    about: JsonObject = {key: kept.pop(key) for key in ("description", "title") if key in kept}
    return {"anyOf": [*kept.get("anyOf", [kept]), {"type": "null"}], **about}


def _unknown(name: str) -> InputError:
    return InputError(pointer=f"/{name}", code="unknown_field", detail="There is no such field")
