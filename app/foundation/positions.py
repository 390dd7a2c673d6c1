"""How far the database was written when a write was answered, for reads that must see it.

A position is one of PostgreSQL's log (WAL): a timeline, and a byte of it. Callers get it signed,
so that nobody has reads wait for what was never written.
"""

from typing import Final, NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from app.foundation.problems import InputError, MalformedRequest
from app.foundation.reads import Query

HEADER: Final = "Onrecord-Written"
EXAMPLE: Final = "WzEsNTMxMzcwNDBd.BPUVHhWmE_2NrvoR4vyzdF9cFeQ"
_PAGE: Final = 8192
_PAGE_HEADER: Final = 24
NOW: Final = Query(
    "SELECT ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::bigint AS timeline,"
    " (lsn - '0/0')::bigint AS byte FROM pg_current_wal_insert_lsn() AS lsn",
    (),
)
"""How far the primary has written. No standby answers it."""
REACHED: Final = Query(
    "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
    " ELSE pg_current_wal_insert_lsn() END - '0/0')::bigint >= $1 AS is_reached",
    ("byte",),
)
"""Whether a server, standby or promoted since, has what was written until there."""


class Position(NamedTuple):
    """A place in PostgreSQL's log; a promotion begins another timeline."""

    timeline: int
    byte: int


def written(timeline: int, byte: int) -> Position:
    """Take what `NOW` tells.

    Where a record ends with its page, PostgreSQL names the place after the next page's header,
    to which a standby comes only with the next record.
    """
    is_behind_header = byte % _PAGE == _PAGE_HEADER
    return Position(timeline, byte - _PAGE_HEADER if is_behind_header else byte)


class Positions:
    """Writes positions down for callers, and reads them again."""

    def __init__(self, secret: str) -> None:
        """Sign with this secret, under a salt of its own."""
        self._serializer = URLSafeSerializer(secret, salt="onrecord.position")

    def write(self, position: Position) -> str:
        """Write a position down."""
        return str(self._serializer.dumps(position))

    def read(self, given: list[str]) -> Position | None:
        """Read the position that a request names, if any. Raises `MalformedRequest`."""
        if not given:
            return None
        try:
            (token,) = given
            position = Position(*self._serializer.loads(token))
            is_as_written = self.write(position) == token
        except (BadData, ValueError, TypeError):
            is_as_written = False
        if not is_as_written:
            wrong = f"{HEADER} is sent back once, to the letter as the answer to a write had it"
            error = InputError(header=HEADER, code="position", detail=wrong)
            raise MalformedRequest(wrong, errors=[error])
        return position
