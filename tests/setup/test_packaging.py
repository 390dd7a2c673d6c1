"""What `make` does, and what it installs."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
MAKE = shutil.which("make") or "make"


def pinned(name: str) -> dict[str, str]:
    """Read the packages and versions of a compiled file."""
    found = re.findall(
        r"^([a-z0-9-]+)(?:\[\w+\])?==(\S+)", (PROJECT / name).read_text(), re.MULTILINE
    )
    return dict(found)


def named(requirements: list[str]) -> dict[str, str]:
    """Read packages and versions out of pyproject.toml."""
    return dict(
        re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==(\S+)$", "\n".join(requirements), re.MULTILINE)
    )


def test_what_pyproject_names_is_what_is_pinned() -> None:
    project = PYPROJECT["project"]
    runtime = named(project["dependencies"]) | named(project["optional-dependencies"]["build"])
    dev = named(project["optional-dependencies"]["dev"])

    assert runtime.items() <= pinned("requirements.txt").items()
    assert (runtime | dev).items() <= pinned("requirements-dev.txt").items()
    assert pinned("requirements.txt").items() <= pinned("requirements-dev.txt").items()
    assert PYPROJECT["build-system"]["requires"] == project["optional-dependencies"]["build"]


def test_every_pin_has_a_hash_and_no_file_names_a_place() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (PROJECT / name).read_text()
        entries = re.split(r"^(?=[a-z0-9-]+(?:\[\w+\])?==)", text, flags=re.MULTILINE)

        assert all("--hash=sha256:" in entry for entry in entries[1:])
        assert "://" not in text
        assert "index" not in re.sub(r"\S*index\S*==", "", text)
        assert "/" not in "".join(line for line in text.splitlines() if line.startswith("#"))


def test_make_says_what_can_be_made() -> None:
    said = make("help").stdout

    for target in ("run", "test", "format", "migration", "openapi", "bench", "requirements"):
        assert f"make {target} " in said
    assert make().stdout == said


def test_every_target_is_explained() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)

    assert phony is not None
    for target in phony[1].split():
        assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE), target


def test_an_old_python_is_refused_in_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    shutil.copy(PROJECT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "pyproject.toml").touch()

    done = make(f"PYTHON={old}", "run", cwd=tmp_path)

    assert done.returncode == 2
    assert "onrecord needs Python 3.11 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_migration_needs_a_sentence() -> None:
    assert "Say what it does" in make("-o", ".venv/.dev", "migration").stderr


def test_a_project_that_was_moved_gets_a_new_environment(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "Makefile", tmp_path)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".place").write_text("/where/it/was\n")

    make("help", cwd=tmp_path)

    assert not (tmp_path / ".venv").exists()


def test_the_continuous_integration_runs_what_anyone_runs() -> None:
    assert (PROJECT / ".ci" / "run").read_text().endswith("exec make test\n")
    assert (PROJECT / ".ci" / "run").stat().st_mode & 0o111


def make(*arguments: str, cwd: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """Run make, without what a make around the tests has set."""
    return subprocess.run(
        ["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", MAKE, *arguments],  # noqa: S607 -- env is env
        check=False,
        cwd=cwd,
        capture_output=True,
        text=True,
    )
