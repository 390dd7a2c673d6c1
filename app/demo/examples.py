"""What the OpenAPI document shows as examples: the demo's article, by component."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def read() -> dict[str, Any]:
    """Read the examples, by the name of the component that they are of."""
    text = files("app.demo").joinpath("data/examples.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
