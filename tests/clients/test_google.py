"""A client that was generated from Google's own discovery document works here unchanged."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.page import HERE, TOOLS
from tests.clients.test_page import needs_tools
from tests.setup.processes import Onrecord

STRICTLY = (
    "--strict", "--noEmit", "--skipLibCheck", "--types", "node", "--target", "es2023",
    "--module", "nodenext", "google.ts",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Have a folder with the program, and with what npm installs for it."""
    shutil.copy(HERE / "google.ts", tmp_path)
    shutil.copy(TOOLS / "package.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(TOOLS / "node_modules")
    return tmp_path


def run(folder: Path, *command: str, url: str = "") -> str:
    """Run a tool of Node's; give what it prints."""
    done = subprocess.run(
        [TOOLS / "bin" / "node", *command], cwd=folder, capture_output=True, encoding="utf-8",
        env={"ONRECORD_URL": url, "NO_COLOR": "1", "HOME": str(folder)}, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_tools
def test_googles_own_client_type_checks_and_finds_claims(folder: Path) -> None:
    onrecord = Onrecord(folder, folder / ".data")
    try:
        service = onrecord.serve("--demo")
        run(folder, str(TOOLS / "node_modules" / "typescript" / "bin" / "tsc"), *STRICTLY)
        told = run(folder, "google.ts", url=f"http://127.0.0.1:{service.port}/").splitlines()
    finally:
        onrecord.end_all()

    *claims, count, nothing, refused = told
    summary = "About 98,000 Russians have entered Kazakhstan since 21 September"
    first = f"{summary} | Aslan Atalykov | 2022-09-27T00:00:00Z | Unverifiable"
    assert first in claims
    assert count == f"{len(claims)} by pages of one"
    assert nothing == "nothing is {}"
    assert refused == "400 Either query or reviewPublisherSiteFilter must be set."
