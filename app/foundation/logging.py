"""Logs: one line per event on standard error, JSON for machines, and never a secret in it."""

import logging
import logging.config
import re
from collections.abc import MutableMapping
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

import structlog
from structlog.typing import Processor

from app.foundation.settings import Settings

HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(
    r"authorization|cookie|passw|secret|token|api_?key|database_url|dsn|credential", re.IGNORECASE
)
SECRET_VALUES = (
    (re.compile(r"\bonr_[\w-]{1,200}"), f"onr_{HIDDEN}"),
    (re.compile(r"\bwhsec_[\w+/=-]{1,200}"), f"whsec_{HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic) [\w.~+/=-]{1,4000}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"://([^\s:/@?#]{1,200}):[^\s/]{1,500}@"), rf"://\1:{HIDDEN}@"),
    (re.compile(r"\b(password=)[^\s&'\"]{1,500}", re.IGNORECASE), rf"\1{HIDDEN}"),
)
DEEPEST = 6
REQUESTS = "onrecord.requests"
"""The logger of requests."""
REQUEST = ("method", "path", "status", "milliseconds", "request_id")
"""What it tells of each."""
_HINT = re.compile(r"onr_|whsec_|bearer|basic|://|password=", re.IGNORECASE)
"""What is in whatever `SECRET_VALUES` finds: one look for all of them."""


def configure(settings: Settings) -> None:
    """Send what the app, uvicorn, warnings and libraries say through one formatter."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(_standard_library(settings))
    logging.captureWarnings(capture=True)
    # No line tells which thread or process it comes from: for each record, it would be asked for.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


class RequestLine(logging.Formatter):
    """Writes the line of a request, in the form of all lines, but without their general machinery.

    There is one for each request: written as all others are, it would take a fifth of the time of a
    fetch. Only the path and the id are anybody's words, and so may hold a secret.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write what is told of the request, and who says so when."""
        told = record.__dict__
        at = datetime.fromtimestamp(record.created, UTC).isoformat().removesuffix("+00:00")
        return (
            f'{{"method": {_word(told["method"])}, "path": {_word(told["path"])},'
            f' "status": {told["status"]}, "milliseconds": {told["milliseconds"]},'
            f' "request_id": {_word(told["request_id"])}, "event": "{record.msg}",'
            f' "logger": "{record.name}", "level": "info", "timestamp": "{at}Z"}}'
        )


def _word(text: str) -> str:
    """Write somebody's word as JSON, without secrets; most have nothing that looks like one."""
    return encode_basestring(_without_secrets(text) if _HINT.search(text) else text)


def hide_secrets(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank what is called like a secret, and what looks like one."""
    for name, value in event.items():
        event[name] = HIDDEN if value and SECRET_NAMES.search(name) else _hidden(value, DEEPEST)
    return event


def _hidden(value: object, depth: int) -> object:
    if isinstance(value, str):
        return _without_secrets(value)
    if isinstance(value, BaseException):
        return _without_secrets(f"{type(value).__name__}: {value}")
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_hidden(item, depth - 1) for item in value]
    if depth and isinstance(value, dict):
        return {
            name: HIDDEN if SECRET_NAMES.search(str(name)) else _hidden(item, depth - 1)
            for name, item in value.items()
        }
    return value


def _without_secrets(text: str) -> str:
    for pattern, harmless in SECRET_VALUES:
        text = pattern.sub(harmless, text)
    return text


def _without_colour(
    _: object, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop uvicorn's second, coloured wording of the same message."""
    event.pop("color_message", None)
    return event


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _without_colour,
        hide_secrets,
    ]


def _standard_library(settings: Settings) -> dict[str, Any]:
    """Describe the one handler that the standard library's loggers share."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _common(),
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter, "request": {"()": RequestLine}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "requests": {"class": "logging.StreamHandler", "formatter": "request"},
        },
        "root": {"handlers": ["stderr"], "level": settings.log_level.upper()},
        "loggers": {
            "alembic": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
            REQUESTS: {"handlers": ["requests"], "propagate": False}
            if settings.log_format == "json"
            else {},
        },
    }
