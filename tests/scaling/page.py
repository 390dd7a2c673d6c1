"""The configurations that docs/scaling.md shows, which the tests run."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"


def documented(language: str) -> str:
    """Read the configuration in a language from the page."""
    (found,) = re.findall(
        rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(found)


def placed(configuration: str, *changes: tuple[str, str]) -> str:
    """Put the test's addresses in the place of the documented ones; all else stays."""
    for there, here in changes:
        assert configuration.count(there) == 1, there
        configuration = configuration.replace(there, here)
    return configuration
