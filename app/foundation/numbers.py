"""Decimal numbers: they come in and go out as text, so that no client rounds them."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field


def as_text(value: Any) -> Any:  # noqa: ANN401 - a before-validator gets whatever came.
    """Write what is stored as it comes in."""
    return format(value, "f") if isinstance(value, Decimal) else value


DecimalText = Annotated[
    str,
    Field(
        pattern=r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$",
        description="A decimal number, as text.",
        examples=["98000"],
    ),
    BeforeValidator(as_text),
]
