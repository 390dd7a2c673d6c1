"""The page about clients: generated, type-checked and run as it is printed, against a service."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.page import (
    HERE,
    HOUSE,
    PAGE,
    SHOWN,
    TOOLS,
    acts,
    answers,
    prepare,
    rewritten,
    section,
    shown,
)
from tests.docs.readme import comparable
from tests.setup.processes import Command, Onrecord

TEXT = PAGE.read_text("utf-8")
needs_tools = pytest.mark.skipif(
    not TOOLS.with_name(".clients").exists(), reason="make clients installs the generators"
)
needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="there is no curl, or bash"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have the folder of somebody who has typed `make run` in it, and has copied the files."""
    made = tmp_path_factory.mktemp("newcomer")
    if TOOLS.exists():
        prepare(made)
    return made


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Command]:
    """Have the service running with the demo, its data in `.data` of the folder."""
    onrecord = Onrecord(folder, folder / ".data")
    try:
        yield onrecord.serve("--demo")
    finally:
        onrecord.end_all()


@needs_tools
@needs_curl
@pytest.mark.parametrize("name", ["Python", "TypeScript"])
def test_a_generated_client_type_checks_and_tells_the_whole_story(
    name: str, folder: Path, service: Command
) -> None:
    (act,) = acts(section(TEXT, name))

    given = answers([act.command], folder, service.port)

    committed = json.loads((HOUSE / "docs" / "openapi.json").read_text("utf-8"))
    assert json.loads((folder / "openapi.json").read_text("utf-8")) == committed
    assert comparable(given) == comparable([act.answer])
    assert "recorded /v1/statements/" in given[0]
    assert given[0].endswith("204 archived\n410 /problems/gone\n")


@needs_curl
def test_the_commands_with_curl_answer_what_is_printed(folder: Path, service: Command) -> None:
    printed = acts(section(TEXT, "curl"))

    given = answers([act.command for act in printed], folder, service.port)

    expected = comparable([act.answer for act in printed])
    assert "\n".join(comparable(given)) == "\n".join(expected)
    assert len(printed) == 7


@pytest.mark.parametrize(("language", "name"), SHOWN.items())
def test_the_page_shows_the_files_that_the_tests_use(language: str, name: str) -> None:
    assert shown(TEXT, language) == (HERE / name).read_text("utf-8"), "python -m tests.clients.page"


def test_writing_the_page_anew_changes_nothing_but_answers() -> None:
    printed = [act.answer for act in acts(TEXT)]

    assert rewritten(TEXT, printed) == TEXT
    assert [act.answer for act in acts(rewritten(TEXT, ["new\n"] * len(printed)))] == [
        "new\n"
    ] * len(printed)


def test_the_page_names_the_versions_that_the_tests_use() -> None:
    pinned = dict(
        re.findall(
            r"^([a-z0-9-]+)==(\S+)", (HOUSE / "requirements-clients.txt").read_text(), re.MULTILINE
        )
    )
    package = json.loads((HERE / "package.json").read_text("utf-8"))["devDependencies"]
    (from_pypi,) = re.findall(r"^pip install (.+)$", TEXT, re.MULTILINE)
    (from_npm,) = re.findall(r"^npm install --save-exact (.+)$", TEXT, re.MULTILINE)

    for one in from_pypi.split():
        name, _, version = one.partition("==")
        assert pinned[name] == version
    for one in from_npm.split():
        name, _, version = one.rpartition("@")
        assert package[name] == version
