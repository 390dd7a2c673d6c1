"""The files that the demo is written in."""

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from app.foundation.optional import later

if TYPE_CHECKING:
    import yaml
else:
    yaml = later("yaml")


def read(name: str) -> Any:  # noqa: ANN401 - whatever is in it.
    """Read one of them."""
    return yaml.safe_load(files("app.demo").joinpath("data", f"{name}.yaml").read_text("utf-8"))
