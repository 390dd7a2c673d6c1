"""Logs: one object per line, whoever speaks, and no secret in it."""

import json
import logging as standard_library
import subprocess
import sys
import warnings
from collections.abc import Iterator

import pytest
import structlog

from app.foundation import logging
from app.foundation.settings import Settings

SPEAK = """
import logging, sys, warnings
import structlog
from app.foundation import logging as ours
from app.foundation.settings import Settings
ours.configure(Settings(log_format=sys.argv[1], log_level="info"))
structlog.get_logger("app").info("Said by the app", authorization="Bearer onr_abcdef", n=1)
logging.getLogger("uvicorn.error").info("Said by %s", "uvicorn", extra={"color_message": "x"})
structlog.get_logger("app").debug("Not said")
warnings.warn("Said by a library", stacklevel=1)
try:
    raise ValueError("postgresql://me:hushhush@host/db")
except ValueError:
    structlog.get_logger("app").exception("It failed", url="postgres://me:hushhush@host/db")
"""


def spoken(log_format: str) -> list[str]:
    """Log a few things in a process of their own, and read the lines."""
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", SPEAK, log_format],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_the_app_uvicorn_and_warnings_speak_alike() -> None:
    lines = [json.loads(line) for line in spoken("json")]

    assert [line["event"].split("\n")[0] for line in lines][:2] == [
        "Said by the app",
        "Said by uvicorn",
    ]
    assert "Said by a library" in lines[2]["event"]
    assert [line["logger"] for line in lines] == ["app", "uvicorn.error", "py.warnings", "app"]
    assert all({"timestamp", "level"} <= line.keys() for line in lines)
    assert "color_message" not in lines[1]
    assert lines[0]["authorization"] == "[hidden]"


def test_no_secret_is_logged_not_even_in_an_error() -> None:
    for log_format in ("json", "console"):
        said = "\n".join(spoken(log_format))

        assert "hushhush" not in said
        assert "onr_abcdef" not in said
        assert "ValueError" in said


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"event": "key onr_AbC-1_x made"}, {"event": "key onr_[hidden] made"}),
        ({"event": "by whsec_Ab+/1=, so"}, {"event": "by whsec_[hidden], so"}),
        ({"event": "Authorization: Bearer abc.def"}, {"event": "Authorization: Bearer [hidden]"}),
        (
            {"headers": {"cookie": "a=b", "host": "c"}},
            {"headers": {"cookie": "[hidden]", "host": "c"}},
        ),
        ({"urls": ["postgres://u:p@h/d"]}, {"urls": ["postgres://u:[hidden]@h/d"]}),
        ({"error": ValueError("password=x1")}, {"error": "ValueError: password=[hidden]"}),
        ({"api_key": "x", "token": None, "n": 3}, {"api_key": "[hidden]", "token": None, "n": 3}),
    ],
)
def test_secrets_are_known_by_their_name_or_look(
    given: dict[str, object], kept: dict[str, object]
) -> None:
    assert logging.hide_secrets(None, "info", given) == kept


def test_hiding_stays_quick_on_a_long_and_hostile_text() -> None:
    for hostile in ("://" + "a" * 20_000, "Bearer " * 3_000, "onr_" * 5_000, "password=" * 2_000):
        assert logging.hide_secrets(None, "info", {"event": hostile})


@pytest.fixture
def own_loggers() -> Iterator[None]:
    """Put the loggers back as they were: they are the whole process's."""
    root = standard_library.getLogger()
    before = root.handlers[:], root.level, warnings.showwarning, structlog.get_config()
    yield
    standard_library.captureWarnings(capture=False)
    root.handlers[:], root.level, warnings.showwarning = before[:3]
    structlog.configure(**before[3])


@pytest.mark.usefixtures("own_loggers")
@pytest.mark.parametrize("log_format", ["json", "console"])
def test_it_can_be_configured_more_than_once(log_format: str) -> None:
    chosen = Settings.model_validate({"log_format": log_format})
    logging.configure(chosen)
    logging.configure(chosen)

    assert len(standard_library.getLogger().handlers) == 1
