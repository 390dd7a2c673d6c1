"""What the OpenAPI document shows as examples: the demo's article, by component."""

from functools import cache
from typing import Any

from app.demo import written


@cache
def read() -> dict[str, Any]:
    """Read the examples, by the name of the component that they are of."""
    found: dict[str, Any] = written.read("examples")
    return found
