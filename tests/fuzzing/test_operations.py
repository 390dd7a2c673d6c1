"""Made-up requests by the thousand: nothing breaks, and everything is as documented.

Schemathesis makes them up from the OpenAPI document: sound ones, some at every edge, wrong ones,
and sequences in which one is about what another made. They are the same in each run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzzing.conftest import Served
from tests.fuzzing.soundness import ABOUT

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
PATIENCE = 240.0


def run(served: Served, folder: Path, key: str | None, *options: str) -> str:
    """Let Schemathesis run, and give what it tells. All its checks must pass."""
    headers = ["--header", f"Authorization: Bearer {key}"] if key else []
    ran = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run",
            f"{served.url}/openapi.json", "--no-color", "--continue-on-failure", "--seed", "7",
            *headers, *options,
        ],
        env=os.environ | {
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.fuzzing.soundness",
            ABOUT: json.dumps(served.about),
        },
        cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize("method", ["GET", "POST", "PUT,PATCH,DELETE"])
def test_an_administrator_finds_every_operation_as_documented(
    anyio_backend: object, served: Served, keys: dict[str, str], tmp_path: Path, method: str
) -> None:
    methods = [option for one in method.split(",") for option in ("--include-method", one)]

    told = run(
        served, tmp_path, keys["admin"], "--phases", "examples,coverage,fuzzing",
        "--max-examples", "6", *methods,
    )  # fmt: skip

    for phase in ("Coverage", "Fuzzing"):
        assert f"✅  {phase}" in told, told


def test_the_public_finds_every_operation_as_documented(
    anyio_backend: object, served: Served, tmp_path: Path
) -> None:
    told = run(
        served, tmp_path, None, "--phases", "examples,coverage,fuzzing", "--max-examples", "6",
        "--include-method", "GET",
    )  # fmt: skip

    assert "✅  Coverage" in told, told


def test_what_was_made_is_there_and_what_was_archived_is_gone(
    anyio_backend: object, served: Served, keys: dict[str, str], tmp_path: Path
) -> None:
    told = run(
        served, tmp_path, keys["admin"], "--phases", "stateful", "--mode", "positive",
        "--max-examples", "10", "--max-time", "20",
    )  # fmt: skip

    assert "✅  Stateful" in told, told
