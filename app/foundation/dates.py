"""Instants and dates: what is known of them, and no more."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORKING_DAYS = 5
_FRIDAY = 4
_INFINITE: set[date] = {
    datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), date.min, date.max
}  # fmt: skip
"""As which asyncpg reads and writes what is infinitely long ago, or ahead."""
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}")


def real_date(value: str) -> str:
    """Refuse a day, month or year that the calendar doesn't have."""
    try:
        date.fromisoformat(f"{value}-01-01"[:10] if len(value) < len("2022-09-27") else value)
    except ValueError:
        raise PydanticCustomError("date", "The calendar has no such date") from None
    return value


def is_after(one: str, other: str) -> bool:
    """Say whether one partial date is certainly after another."""
    known = min(len(one), len(other))
    return one[:known] > other[:known]


def working_days_after(day: date, count: int) -> date:
    """Give the day that is so many working days, Monday to Friday, after a day.

    Holidays are not known. What comes on a weekend counts as if it came on the Friday before.
    """
    monday = day - timedelta(days=day.weekday())
    weeks, days = divmod(min(day.weekday(), _FRIDAY) + count, _WORKING_DAYS)
    return monday + timedelta(weeks=weeks, days=days)


def instant_text(value: Any) -> Any:  # noqa: ANN401 - a before-validator gets whatever came.
    """Refuse numbers, also as text: they would be read as seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.match(value)):
        return value
    raise PydanticCustomError("instant", "An instant is a text such as 2022-09-27T10:00:00Z")


def day_text(value: Any) -> Any:  # noqa: ANN401 - as above.
    """Refuse what isn't written as a day: numbers would be read as seconds since 1970."""
    if isinstance(value, datetime) or not (isinstance(value, date) or _is_day(value)):
        raise PydanticCustomError("day", "A day is a text such as 2022-09-27")
    return value


def in_calendar(value: date) -> date:
    """Refuse the first and the last day of the calendar, which PostgreSQL would take for ever."""
    if value in _INFINITE:
        raise PydanticCustomError("day", "This is out of the calendar")
    return value


def _is_day(value: object) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def in_utc(value: datetime) -> datetime:
    """Refuse an instant without an offset, or out of the calendar; give the others in UTC."""
    if value.tzinfo is None:
        raise PydanticCustomError("instant", "An instant needs an offset, such as Z")
    try:
        known = value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("instant", "This is out of the calendar") from None
    if known in _INFINITE:
        raise PydanticCustomError("instant", "This is out of the calendar")
    return known


def not_ahead(value: datetime) -> datetime:
    """Refuse what has not come yet, but for a minute in which clocks may differ."""
    if value > datetime.now(UTC) + timedelta(minutes=1):
        raise PydanticCustomError("future", "This has not come yet")
    return value


PartialDate = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
        description="A date as precise as it is known: year, year-month or year-month-day.",
        examples=["2022-09-27"],
        json_schema_extra={"format": "partial-date"},
    ),
    AfterValidator(real_date),
]
Day = Annotated[
    date,
    BeforeValidator(day_text),
    AfterValidator(in_calendar),
    Field(description="A day, as year-month-day.", examples=["2022-09-27"]),
]
Instant = Annotated[datetime, BeforeValidator(instant_text), AfterValidator(in_utc)]
PastInstant = Annotated[Instant, AfterValidator(not_ahead)]
