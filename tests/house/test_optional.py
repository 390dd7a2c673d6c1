"""What others would load, and nothing here needs, isn't loaded."""

import subprocess
import sys

import pytest

SERVED = """
import sys
import app.cli
print(*sorted({"alembic", "babel", "numpy", "pint"} & sys.modules.keys()))
"""
CONVERTED = """
import sys
from app.figures.units import conversion
assert conversion("km", "m", counted=False).factor == 1000
print(*sorted({"numpy"} & sys.modules.keys()))
import numpy
"""


@pytest.mark.parametrize("code", [SERVED, CONVERTED], ids=["to serve", "to convert"])
def test_a_process_does_without(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr, done.stdout) == (0, "", "\n")
