"""The service with the demo, as the README has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.setup.processes import Command, Onrecord


@dataclass(frozen=True)
class Newcomer:
    """Somebody who has typed `make run` in a folder."""

    folder: Path
    service: Command


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    """Have the service running with the demo, its data in `.data` of the folder."""
    onrecord = Onrecord(tmp_path, tmp_path / ".data")
    try:
        yield Newcomer(tmp_path, onrecord.serve("--demo"))
    finally:
        onrecord.end_all()
