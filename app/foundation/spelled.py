"""How settings are spelled in environment variables, and what they are made of."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode


def listed(value: object) -> object:
    """Read `a, b` as a list of two."""
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    return value


def lower(value: object) -> object:
    """Read a word in whatever case it is written."""
    return value.lower() if isinstance(value, str) else value


def mapped(value: object) -> object:
    """Read `a=b, c=d` as a mapping of two."""
    if not isinstance(value, str):
        return value
    pairs = [item.rpartition("=") for item in value.split(",") if item.strip()]
    if not all(word.strip() for word, _, _ in pairs):
        raise ValueError("should be pairs such as desk=reviewer, chiefs=editor")
    return {word.strip(): meaning.strip() for word, _, meaning in pairs}


RoleName = Literal["reader", "contributor", "checker", "reviewer", "editor", "admin"]
Between = Annotated[float, Field(ge=0, le=3600)]
PerMinute = Annotated[int, Field(ge=0, le=1_000_000_000)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)]
Pauses = Annotated[
    tuple[Annotated[float, Field(gt=0, le=7 * 24 * 3600)], ...],
    NoDecode,
    BeforeValidator(listed),
    Field(min_length=1, max_length=50),
]
