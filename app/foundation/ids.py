"""Identifiers: UUIDv7 (RFC 9562), so that ids sort by when they were made."""

from uuid import UUID

from uuid_utils import uuid7 as written
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Make an id that is greater than those made before it in this process."""
    return uuid7()


def new_name() -> str:
    """Make the same as a text, for what only has to be told from others."""
    return str(written())
