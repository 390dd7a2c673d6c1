"""The files for containers, read as data: no engine is needed for that."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.foundation import settings

PROJECT = Path(__file__).parents[2]
DOCKERFILE = (PROJECT / "Dockerfile").read_text()


@pytest.fixture
def compose() -> dict[str, Any]:
    """Read docker-compose.yml."""
    read: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return read


def instructions(stage: str) -> list[tuple[str, str]]:
    """Split a stage of the Dockerfile into instructions and what they say."""
    whole = re.sub(r"\\\n\s*", " ", stage)
    lines = [line for line in whole.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def stages() -> list[list[tuple[str, str]]]:
    """Split the Dockerfile into its stages."""
    return [instructions(f"FROM {stage}") for stage in DOCKERFILE.split("\nFROM ")[1:]]


def test_every_variable_of_the_containers_is_a_setting(compose: dict[str, Any]) -> None:
    named = set(re.findall(r"\bONRECORD_[A-Z_]+|\bDATABASE_URL\b", DOCKERFILE))
    for service in ("api", "migrate"):
        named |= set(compose["services"][service]["environment"])

    assert named <= set(settings.variables())
    assert "DATABASE_URL" in named


def test_every_variable_that_compose_asks_for_is_a_setting_or_the_password() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (PROJECT / "docker-compose.yml").read_text()))

    assert asked <= set(settings.variables()) | {"POSTGRES_PASSWORD"}


def test_every_variable_of_the_example_is_a_setting_or_the_password() -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))

    assert named <= set(settings.variables()) | {"POSTGRES_PASSWORD"}


def test_no_password_is_given_and_none_is_the_default(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert services["database"]["environment"]["POSTGRES_PASSWORD"].startswith(
        "${POSTGRES_PASSWORD:?"
    )
    assert "onrecord:${POSTGRES_PASSWORD:?" in services["api"]["environment"]["DATABASE_URL"]
    assert not re.search(r"POSTGRES_PASSWORD:?[-=]", (PROJECT / "docker-compose.yml").read_text())
    assert re.search(r"^POSTGRES_PASSWORD=$", (PROJECT / ".env.example").read_text(), re.MULTILINE)


def test_the_api_waits_for_a_healthy_and_migrated_database(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert services["database"]["image"] == "pgvector/pgvector:pg18"
    assert services["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert "/readyz" in services["api"]["healthcheck"]["test"][-1]
    assert services["api"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert services["migrate"]["command"] == ["onrecord", "migrate"]


def test_data_is_kept_in_named_volumes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    data_dir = re.search(r"ONRECORD_DATA_DIR=(\S+)", DOCKERFILE)

    assert set(compose["volumes"]) == {"database", "onrecord"}
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert data_dir is not None
    assert services["api"]["volumes"] == [f"onrecord:{data_dir[1]}"]


def test_the_last_stage_runs_as_nobody_special_and_cannot_build() -> None:
    build, last = stages()
    named = dict(last)

    assert "--require-hashes" in str(build)
    assert named["USER"] == "onrecord"
    assert "pip install" not in str(last)
    assert "apt-get" not in str(last)
    assert "pip uninstall --yes setuptools pip" in str(build)
    assert named["CMD"] == '["onrecord", "serve"]'
    assert "/healthz" in named["HEALTHCHECK"]
    assert named["HEALTHCHECK"].partition("CMD ")[2].startswith('["python", "-c"')


def test_all_that_the_image_copies_is_sent_to_the_builder() -> None:
    sent = set(re.findall(r"^!(\S+)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE))
    copied: set[str] = set()
    for name, what in stages()[0]:
        if name == "COPY":
            copied |= set(what.split()[:-1])

    assert copied == sent
