"""How the code itself is laid out: who commits, where imports stand, how long things are."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.finding import inputs, upkeep
from app.foundation import migrations, turns

APP = Path(__file__).resolve().parents[2] / "app"
FILES = sorted(APP.rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base_service", "shared"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def name_of(file: Path) -> str:
    """Name a file within the application."""
    return str(file.relative_to(APP))


each_file = pytest.mark.parametrize("file", FILES, ids=name_of)


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Go through the functions of a file."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, FUNCTIONS):
            yield node


def test_there_is_an_application_to_look_at() -> None:
    assert len(FILES) > 50


def test_nobody_commits_but_the_transaction_of_the_request() -> None:
    """Transactions are opened by `begin()`, which commits at its end, so nothing calls it."""
    commits = [
        f"{name_of(file)}:{node.lineno}"
        for file in FILES
        if not name_of(file).startswith("foundation/")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]

    assert commits == []


@each_file
def test_no_import_stands_inside_a_function(file: Path) -> None:
    inside = [
        node.lineno
        for function in functions(file)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


@each_file
def test_a_file_fits_in_the_head_and_a_function_in_the_eye(file: Path) -> None:
    lines = len(file.read_text("utf-8").splitlines())
    long = [
        function.name
        for function in functions(file)
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]

    assert lines <= LONGEST_FILE
    assert long == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    names = {part for file in FILES for part in file.relative_to(APP).with_suffix("").parts}

    assert names & VAGUE == set()


def test_every_room_has_a_sign_on_its_door_and_nothing_else() -> None:
    for file in FILES:
        if file.name == "__init__.py" and name_of(file) != "tables/__init__.py":
            body = ast.parse(file.read_text("utf-8")).body
            assert len(body) == 1, name_of(file)
            assert isinstance(body[0], ast.Expr), name_of(file)


def test_every_advisory_lock_has_a_number_of_its_own() -> None:
    numbers = [turns.LOCK, migrations.LOCK, inputs.SHELVING, upkeep.LOCK]

    written = [found for file in FILES for found in re.findall(r"= (60317\d+)\n", file.read_text())]

    assert sorted(map(int, written)) == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
