"""What others would load, and nothing here needs, isn't loaded."""

import subprocess
import sys

import pytest

SERVED = """
import sys
import app.cli
few = {"alembic", "babel", "joserfc", "numpy", "pint", "rich", "sentencex.sentencex", "yaml.loader"}
few |= {"cryptography.hazmat.bindings._rust", "httpcore2._api", "httpx2._client"}
print(*sorted(few & sys.modules.keys()))
"""
CONVERTED = """
import sys
from app.figures.units import conversion
assert conversion("km", "m", counted=False).factor == 1000
print(*sorted({"numpy"} & sys.modules.keys()))
import numpy
"""

LATER = """
import sys
from app.foundation.optional import later
first, again = later("wave"), later("wave")
assert first is again is sys.modules["wave"]
assert "_wave_params" not in object.__getattribute__(first, "__dict__")
assert first.open and "_wave_params" in object.__getattribute__(first, "__dict__")
import wave
assert wave is first
print()
"""


@pytest.mark.parametrize(
    "code", [SERVED, CONVERTED, LATER], ids=["to serve", "to convert", "for now"]
)
def test_a_process_does_without(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr, done.stdout) == (0, "", "\n")
