"""The rows of a page, and where the next one goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from asyncpg import Record

from app.foundation.pages import Position


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of a page, one too many where another follows, and what was asked, for cursors."""

    rows: list[Record]
    asked: str


def end(items: Sequence[Any], limit: int) -> Position | None:
    """Say where a page ends, whose items have a `key` and an `id`; None where no other follows."""
    if len(items) <= limit:
        return None
    last = items[limit - 1]
    return last["key"], last["id"]


def native(value: Any, kind: type) -> Any:  # noqa: ANN401 - a date, an instant or a text.
    """Read a cursor's value as the type that asyncpg wants."""
    return kind.fromisoformat(value) if kind in {date, datetime} else value
