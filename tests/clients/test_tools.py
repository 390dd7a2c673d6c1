"""The tools that lint and generate: pinned, from any registry, and content with the document."""

import json
import re
import subprocess
import tomllib

from tests.clients.page import HERE, HOUSE, TOOLS
from tests.clients.test_page import needs_tools


@needs_tools
def test_the_document_has_neither_errors_nor_warnings() -> None:
    """The linter's strict rules are all on, but for those that `redocly.yaml` gives reasons for."""
    done = subprocess.run(
        [
            TOOLS / "bin" / "node",
            TOOLS / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js",
            "lint",
            HOUSE / "docs" / "openapi.json",
            f"--config={HERE / 'redocly.yaml'}",
        ],
        check=False,
        capture_output=True,
        text=True,
        env={"NO_COLOR": "1", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stderr.lower(), done.stderr


def test_every_rule_that_is_off_has_its_reason_above_it() -> None:
    lines = (HERE / "redocly.yaml").read_text("utf-8").splitlines()

    assert lines[0] == "extends: [recommended-strict]"
    rules = [number for number, line in enumerate(lines) if re.match(r"  [a-z-]+: ", line)]
    assert rules
    for number in rules:
        assert re.match(r"  # .{40,}", lines[number - 1]), lines[number]


def test_what_generates_is_pinned_with_hashes_and_no_file_names_a_registry() -> None:
    pins = (HOUSE / "requirements-clients.txt").read_text("utf-8")
    groups = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    package = json.loads((HERE / "package.json").read_text("utf-8"))
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))

    for one in groups["clients"]:
        assert re.search(rf"^{re.escape(one)} ", pins, re.MULTILINE), one
    assert "://" not in pins
    assert all(
        "--hash=sha256:" in entry for entry in re.split(r"^(?=[a-z])", pins, flags=re.MULTILINE)[1:]
    )
    for name, version in package["devDependencies"].items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    for place, entry in lock["packages"].items():
        assert "resolved" not in entry, place
        assert not place or entry["integrity"].startswith("sha512-"), place
