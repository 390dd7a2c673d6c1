"""The command `onrecord`: what it says, and to whom it says no."""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli
from app.foundation import logging, settings
from app.keys import first_start
from app.words import dictionary
from tests.access.issuing import AUDIENCE, LocalIssuer
from tests.setup.processes import free_port, is_stopped, psql

NewDatabase = Callable[[str], str]
COMMANDS = ("serve", "migrate", "demo", "create-key", "openapi", "reindex", "embed", "check")


@pytest.fixture
def cluster(made_once: Path) -> Path:
    """Begin with a cluster that isn't migrated."""
    return made_once


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the settings of whoever runs the tests."""
    for name in settings.variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(logging, "configure", lambda _: None)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def empty(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give an empty database that the settings name."""
    url = new_database("")
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def run(*arguments: str) -> tuple[int, str]:
    """Run a command in this process; give the exit code, and what it said."""
    done = CliRunner().invoke(cli.app, arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the command as a shell would, and give the one line it ends with."""
    monkeypatch.setattr(sys, "argv", ["onrecord", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    said = capsys.readouterr().err
    assert re.fullmatch(r"onrecord: [^\n]+\n", said), said
    return said


def test_the_help_names_every_command_and_option() -> None:
    code, said = run("--help")

    assert code == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command}  +\w", said, re.MULTILINE)
    serve = run("serve", "--help")[1]
    for option in ("--host", "--port", "--workers", "--demo", "--no-demo"):
        assert option in serve


def test_a_wrong_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONRECORD_WORKERS", "many")

    assert "ONRECORD_WORKERS: " in told(monkeypatch, capsys, "migrate")


def test_a_database_that_is_away_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hushhush@127.0.0.1:1/db")

    monkeypatch.setenv("ONRECORD_PORT", str(free_port()))

    for command in (["serve"], ["migrate"], ["demo"], ["create-key", "--name", "x"]):
        said = told(monkeypatch, capsys, *command)
        assert "hushhush" not in said


def test_what_the_database_refuses_is_one_line(
    empty: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("migrate")
    psql(empty, "DROP TABLE organization CASCADE")

    said = told(monkeypatch, capsys, "create-key", "--name", "x", "--role", "reader")

    assert 'The database refused: relation "organization" does not exist' in said


@pytest.mark.usefixtures("empty")
def test_a_database_that_is_not_migrated_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["demo"], ["create-key", "--name", "x"]):
        assert "run onrecord migrate" in told(monkeypatch, capsys, *command)


@pytest.mark.usefixtures("empty")
def test_migrate_says_where_from_and_where_to() -> None:
    assert run("migrate")[1].startswith("Migrated from an empty database to ")
    assert run("migrate")[1].startswith("Nothing to migrate: the database is at ")


@pytest.mark.usefixtures("empty")
def test_check_says_what_is_ok_and_what_to_do() -> None:
    code, said = run("check")
    assert code == 1
    assert "ok settings\n" in said
    assert "ok PostgreSQL 18\n" in said
    assert re.search(
        r"^!! the database is at migration None, .* → run onrecord migrate$", said, re.MULTILINE
    )

    run("migrate")
    code, said = run("check")
    assert code == 0
    assert all(line.startswith("ok ") for line in said.splitlines())


def test_check_looks_at_the_embedded_database_too(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(data_dir))

    code, said = run("check")

    assert code == 1
    assert "ok trigrams of Cyrillic words\n" in said
    assert "run onrecord migrate" in said
    assert is_stopped(data_dir)


@pytest.mark.usefixtures("empty")
def test_check_looks_for_the_issuer_its_keys_and_its_organization(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issuer = LocalIssuer()
    run("migrate")
    run("demo")
    monkeypatch.setenv("ONRECORD_OIDC_ISSUER", issuer.url)
    monkeypatch.setenv("ONRECORD_OIDC_AUDIENCE", AUDIENCE)

    found = run("check")
    monkeypatch.setenv("ONRECORD_OIDC_ORGANIZATION", "Nobody")
    unnamed = run("check")
    issuer.stop()
    away = run("check")

    assert f"ok OIDC issuer {issuer.url}, keys: 1\n" in found[1]
    assert "ok who comes with a token belongs to My newsroom\n" in found[1]
    assert "!! there is no organisation Nobody, or several → set ONRECORD_OIDC_OR" in unnamed[1]
    assert re.search(r"^!! OIDC issuer: .* can't be reached .* → see that", away[1], re.MULTILINE)
    assert (found[0], unnamed[0], away[0]) == (0, 1, 1)


def test_check_names_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_PORT", "http")

    code, said = run("check")

    assert code == 1
    assert re.fullmatch(r"!! ONRECORD_PORT: .* → see docs/settings.md\n", said)


def test_check_names_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@127.0.0.1:1/db")

    code, said = run("check")

    assert code == 1
    assert "!! The database can't be reached" in said


@pytest.mark.usefixtures("empty")
def test_the_demo_is_for_an_empty_database_and_makes_the_first_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run("migrate")
    code, said = run("demo")
    assert code == 0
    assert (tmp_path / "data" / "admin.key").read_text() in said
    assert re.search(r"^Loaded \d+ statements$", said, re.MULTILINE)

    assert "There are statements already" in told(monkeypatch, capsys, "demo")


@pytest.mark.usefixtures("empty")
def test_a_key_is_printed_and_nothing_else() -> None:
    run("migrate")
    load = settings.load()
    assert load.database_url is not None
    asyncio.run(first_start.first_start(load.database_url.get_secret_value(), load))

    code, said = run(
        "create-key", "--name", "CMS", "--role", "editor", "--expires-at", "2030-01-01"
    )

    assert code == 0
    assert re.fullmatch(r"onr_\S+\n", said)


def test_openapi_is_written_or_printed(tmp_path: Path) -> None:
    code, said = run("openapi")
    assert code == 0
    assert json.loads(said)["openapi"].startswith("3.1")

    assert run("openapi", "--output", str(tmp_path / "openapi.json")) == (0, "")
    assert (tmp_path / "openapi.json").read_text() == said


def test_a_file_that_cannot_be_written_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = told(monkeypatch, capsys, "openapi", "--output", str(tmp_path / "no" / "file"))

    assert "No such file or directory" in said


def test_reindexing_analyses_what_is_left_and_says_how_much(empty: str) -> None:
    run("migrate")
    run("demo")
    psql(empty, "DELETE FROM statement_search; DELETE FROM name_key")
    statements = int(psql(empty, "SELECT count(*) FROM statement"))
    named = int(psql(empty, "SELECT (SELECT count(*) FROM speaker) + count(*) FROM source"))

    code, nothing = run("reindex")
    assert (code, nothing.splitlines()[-1]) == (0, "Analysed 0 statements and names")
    code, said = run("reindex", "--statements", "--names")

    assert (code, said.splitlines()[-1]) == (
        0, f"Analysed {statements + named} statements and names",
    )  # fmt: skip
    assert psql(empty, "SELECT count(*) FROM statement_search") == str(statements)
    assert int(psql(empty, "SELECT count(*) FROM name_key")) >= named
    assert psql(empty, "SELECT count(*) FROM search_due") == "0"


def test_embedding_makes_the_vectors_that_are_due_and_says_how_many(empty: str) -> None:
    run("migrate")
    run("demo")
    statements = psql(empty, "SELECT count(*) FROM statement")

    code, said = run("embed")
    assert (code, said.splitlines()[-1]) == (0, f"Embedded {statements} statements")
    assert psql(empty, "SELECT count(vector) FROM statement_meaning") == statements
    code, nothing = run("embed")

    assert (code, nothing.splitlines()[-1]) == (0, "Embedded 0 statements")


def test_embedding_without_a_model_or_with_half_of_one_is_one_line(
    empty: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("migrate")

    monkeypatch.setenv("ONRECORD_EMBEDDER", "none")
    assert "There is no model: see ONRECORD_EMBEDDER" in told(monkeypatch, capsys, "embed")
    monkeypatch.setenv("ONRECORD_EMBEDDER", "http://127.0.0.1:9/v1")
    assert "comes with ONRECORD_EMBEDDER_MODEL" in told(monkeypatch, capsys, "embed")
    monkeypatch.setenv("ONRECORD_EMBEDDER_MODEL", "words")
    monkeypatch.setenv("ONRECORD_EMBEDDER_DIMENSIONS", "16")
    _, said = run("check")
    assert "!! embedder: The model's server can't be reached (ConnectError) → see" in said
    run("demo")
    assert "server can't be reached" in told(monkeypatch, capsys, "embed")


def test_a_dictionary_of_names_that_is_not_installed_is_one_line(
    empty: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONRECORD_NAME_DICTIONARY", "true")
    monkeypatch.setattr(dictionary, "find_spec", lambda _: None)

    said = told(monkeypatch, capsys, "openapi")

    assert "ONRECORD_NAME_DICTIONARY" in said
    assert "make names" in said
