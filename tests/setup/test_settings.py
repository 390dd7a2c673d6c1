"""Settings: read, checked, and documented."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr, ValidationError

from app.foundation import settings, spelled
from app.foundation.settings import Settings, WrongSetting
from app.tables.api_key import Role

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the settings of whoever runs the tests, and their .env."""
    for name in settings.variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_it_works() -> None:
    chosen = settings.load()

    assert (chosen.host, chosen.port, chosen.data_dir) == ("127.0.0.1", 8000, Path(".data"))
    assert chosen.database_url is None
    assert chosen.cors_origins == ()


def test_options_go_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("ONRECORD_PORT=1\nONRECORD_HOST=file\nONRECORD_WORKERS=3\nOTHER=x\n")
    monkeypatch.setenv("ONRECORD_PORT", "2")
    monkeypatch.setenv("ONRECORD_HOST", "environment")

    chosen = settings.load(port=4, host=None)

    assert (chosen.port, chosen.host, chosen.workers) == (4, "environment", 3)


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_PORT", "")
    monkeypatch.setenv("DATABASE_URL", "")

    assert (settings.load().port, settings.load().database_url) == (8000, None)


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_public_address_has_no_slash_at_its_end(
    monkeypatch: pytest.MonkeyPatch, slash: str
) -> None:
    monkeypatch.setenv("ONRECORD_PUBLIC_URL", f"https://facts.example.org:8443{slash}")

    assert settings.load().public_url == "https://facts.example.org:8443"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        settings.load().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "url",
    [
        "postgres://me:pass@host/db",
        "postgresql://me:pass@host/db",
        "postgresql+asyncpg://me:pass@host/db",
    ],
)
def test_every_usual_spelling_of_a_database_is_taken(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    assert settings.load().database_url == SecretStr("postgresql://me:pass@host/db")
    assert "pass" not in repr(settings.load())


def test_several_hosts_are_a_database_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@one:5432,two:5433/db")

    assert settings.load().database_url is not None


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_CORS_ORIGINS", "https://a.example, http://b.example:3000,")
    monkeypatch.setenv("ONRECORD_TRUSTED_PROXIES", "10.0.0.0/8, ::1")

    chosen = settings.load()

    assert chosen.cors_origins == ("https://a.example", "http://b.example:3000")
    assert chosen.trusted_proxies == ("10.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ONRECORD_PORT", "http", "valid integer"),
        ("ONRECORD_PORT", "70000", "less than or equal to 65535"),
        ("ONRECORD_WORKERS", "0", "greater than or equal to 1"),
        ("ONRECORD_DEMO", "perhaps", "valid boolean"),
        ("ONRECORD_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("ONRECORD_CORS_ORIGINS", "https://a.example/path", "origins such as https://example.org"),
        ("ONRECORD_PUBLIC_URL", "https://facts.example.org/?a=b", "should look like https://facts"),
        ("ONRECORD_TRUSTED_PROXIES", "proxy", "'proxy' does not appear to be"),
        ("ONRECORD_SECRET", "hushhush", "at least 32"),
        ("ONRECORD_PUBLIC_URL", "facts.example.org", "with no path"),
        ("ONRECORD_PUBLIC_URL", "https://facts.example.org/api", "with no path"),
        ("ONRECORD_PUBLIC_URL", "https://me:pass@facts.example.org", "with no path"),
        ("ONRECORD_PUBLIC_URL", "ftp://facts.example.org", "with no path"),
        ("ONRECORD_OIDC_ISSUER", "http://login.example.org", "this machine only"),
        ("ONRECORD_OIDC_ISSUER", "login.example.org", "should look like https://"),
        ("ONRECORD_OIDC_ISSUER", "https://login.example.org/?a=b", "should look like https://"),
        ("ONRECORD_OIDC_ROLES", "editor", "pairs such as desk=reviewer"),
        ("ONRECORD_OIDC_ROLES", "=editor", "pairs such as desk=reviewer"),
        ("ONRECORD_OIDC_ROLES", "desk=king", "'reader', 'contributor'"),
        ("DATABASE_URL", "mysql://me:hushhush@host/db", "postgresql://user:password@host"),
        ("DATABASE_URL", "postgresql://me:hush/hush@host/db", "a port that isn't a number"),
        ("DATABASE_URL", "hushhush", "postgresql://user:password@host"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSetting) as wrong:
        settings.load()

    said = str(wrong.value)
    assert said.startswith(f"{name}: ")
    assert why in said
    assert "\n" not in said
    assert "hush" not in said


@pytest.mark.parametrize("name", ["ONRECORD_OIDC_ISSUER", "ONRECORD_OIDC_AUDIENCE"])
def test_an_issuer_and_its_audience_come_together(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "https://login.example.org")

    with pytest.raises(WrongSetting, match="ISSUER and ONRECORD_OIDC_AUDIENCE come together"):
        settings.load()


def test_roles_of_an_issuer_are_mapped_in_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "ONRECORD_OIDC_ROLES", "newsroom-editors=editor, The desk = reviewer,a=b=admin"
    )

    expected = {"newsroom-editors": "editor", "The desk": "reviewer", "a=b": "admin"}
    assert settings.load().oidc_roles == expected


def test_the_roles_that_can_be_mapped_to_are_all_that_there_are() -> None:
    assert set(get_args(spelled.RoleName)) == {role.value for role in Role}


def test_every_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_PORT", "a")
    monkeypatch.setenv("ONRECORD_WORKERS", "b")

    with pytest.raises(WrongSetting, match=r"^ONRECORD_PORT: .*; ONRECORD_WORKERS: [^;]*$"):
        settings.load()


def test_a_misspelt_setting_in_the_file_is_refused() -> None:
    Path(".env").write_text("ONRECORD_PROT=1\n")

    with pytest.raises(WrongSetting, match=r"^ONRECORD_PROT: there is no such setting"):
        settings.load()


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", DOCUMENT.read_text(), re.MULTILINE)

    assert rows == [
        (settings.variable(name), shown(Settings.model_fields[name].default), field.description)
        for name, field in Settings.model_fields.items()
    ]


def shown(default: object) -> str:
    """Write a default as one would set it."""
    if default is None or default == ():
        return "none"
    if isinstance(default, tuple):
        return f"`{', '.join(map(str, default))}`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
