"""What Pydantic found wrong, said as our problems say it."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.foundation.problems import InputError

_CODES = {"extra_forbidden": "unknown_field", "missing": "missing"}
_WORDS = {
    "extra_forbidden": "There is no such field",
    "missing": "This is required",
}


def pointer(path: Iterable[object]) -> str:
    """Write a path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def input_errors(errors: Iterable[Mapping[str, Any]], *, in_body: bool = False) -> list[InputError]:
    """Turn Pydantic's errors into ours; `in_body` when their paths start inside the body."""
    return [_error(error, ("body", *error["loc"]) if in_body else error["loc"]) for error in errors]


def _is_internal(step: object) -> bool:
    """Tell the steps that name a branch of a model, not a place in the body."""
    return isinstance(step, str) and (step == "[key]" or step.startswith("<"))


def _error(error: Mapping[str, Any], path: tuple[Any, ...]) -> InputError:
    kind, (place, *rest) = error["type"], path
    code = _CODES.get(kind, kind)
    detail = _WORDS.get(kind) or error["msg"].removeprefix("Value error, ")
    if place == "body":
        steps = [step for step in rest if not _is_internal(step)]
        return InputError(pointer=pointer(steps), code=code, detail=detail)
    name = str(rest[0]) if rest else None
    if place == "header":
        return InputError(header=name, code=code, detail=detail)
    if kind == "extra_forbidden":
        code, detail = "unknown_parameter", "There is no such parameter"
    return InputError(parameter=name, code=code, detail=detail)
