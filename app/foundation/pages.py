"""Pages of lists: keyset cursors, signed and tied to the query that they continue."""

import hashlib
import re
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeAlias
from urllib.parse import quote, urlencode

from itsdangerous import BadData, Serializer, URLSafeSerializer
from itsdangerous.encoding import base64_encode
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.foundation.problems import InputError, InvalidCursor
from app.foundation.text import storable

Position: TypeAlias = tuple[Any, Any]


def plain_boolean(value: Any) -> Any:  # noqa: ANN401 - a before-validator gets whatever came.
    """Take `true` and `false`, and nothing that merely looks like them."""
    if isinstance(value, bool):
        return value
    if value not in {"true", "false"}:
        raise PydanticCustomError("boolean", "This is true or false")
    return value == "true"


def plain_integer(value: Any) -> Any:  # noqa: ANN401 - as above.
    """Take an integer as JSON writes it, and nothing that merely looks like one."""
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise PydanticCustomError("int_parsing", "This is no integer, such as 20")
    return value


_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,30})")
Whole = Annotated[int, BeforeValidator(plain_integer)]
Flag = Annotated[bool, BeforeValidator(plain_boolean)]


class Count(BaseModel):
    """How many there are in all; exact up to 1,000."""

    value: int = Field(examples=[42])
    exact: bool


class Paged(BaseModel):
    """What everything understands that comes in pages."""

    model_config = ConfigDict(extra="forbid")

    limit: Whole = Field(default=20, ge=1, le=100, description="How many items at most.")
    cursor: str | None = Field(
        default=None,
        max_length=2000,
        description="The `next` of the page before; everything else as in that request.",
    )

    def conditions(self) -> dict[str, Any]:
        """List the filters that were given."""
        given = self.model_dump(exclude_none=True)
        return {name: given[name] for name in given if name not in _NO_FILTERS}


class PageQuery(Paged):
    """What every list understands."""

    count: Flag = Field(default=False, description="Also count them, exactly up to 1,000.")


_NO_FILTERS = {*PageQuery.model_fields, "sort"}


_SHORT: Final = 200
"""Up to so many bytes, a cursor isn't compressed: that takes longer, and it is hardly shorter."""


class _Short(URLSafeSerializer):
    """Writes what is short as it is; reads what is compressed, too."""

    def dump_payload(self, obj: Any) -> bytes:  # noqa: ANN401 - itsdangerous's.
        written = Serializer.dump_payload(self, obj)
        return base64_encode(written) if len(written) <= _SHORT else super().dump_payload(obj)


class Cursors:
    """Writes and reads cursors. They are signed, so that a changed one is refused.

    Of the query that one belongs to it has a digest, however long that is. Those that had the query
    itself are still read: who follows the changes may have kept one.
    """

    def __init__(self, secret: str) -> None:
        """Sign with this secret, under a salt of its own."""
        self._serializer = _Short(secret, salt="onrecord.cursor")
        self._former = URLSafeSerializer(secret, salt="onrecord.cursor")

    def write(self, query: str, position: Position) -> str:
        """Write down where a page ended."""
        value, key = position
        shown = value.isoformat() if isinstance(value, date | datetime) else value
        return str(self._serializer.dumps([_digest(query), shown, str(key)]))

    def read(self, query: str, cursor: str) -> Position:
        """Read where to go on, for the same query only.

        Raises `InvalidCursor` when it is another query's, or not to the letter as we wrote it:
        base64 can be written in several ways, and the signature only covers what is meant.
        """
        try:
            of, value, key = found = self._serializer.loads(storable(cursor))
            by = {_digest(query): self._serializer, query: self._former}.get(of)
            as_written = by is not None and by.dumps(found) == cursor
        except (BadData, ValueError, TypeError, PydanticCustomError):
            value, key, as_written = None, None, False
        if not as_written:
            wrong = "This cursor is not one of ours, or belongs to another query"
            error = InputError(parameter="cursor", code="invalid_cursor", detail=wrong)
            raise InvalidCursor(errors=[error])
        return value, key


def _digest(query: str) -> str:
    return hashlib.blake2b(query.encode(), digest_size=16).hexdigest()


def next_link(path: str, query: list[tuple[str, str]], cursor: str) -> str:
    """Name the next page, as a Link header does (RFC 8288)."""
    return f'<{with_cursor(path, query, cursor)}>; rel="next"'


def with_cursor(path: str, query: list[tuple[str, str]], cursor: str | None) -> str:
    """Write the address of the page that a cursor goes on to; of the first one, without any."""
    kept = [(name, value) for name, value in query if name != "cursor"]
    kept += [("cursor", cursor)] if cursor is not None else []
    return f"{quote(path)}?{urlencode(kept)}" if kept else quote(path)
