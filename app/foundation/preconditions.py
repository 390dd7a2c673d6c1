"""ETags and If-Match (RFC 9110 §13): nobody overwrites what they haven't seen.

The ETag of a document is the resource's version and a digest of the document's bytes, so it
changes whenever what is shown changes, also by something that is shown inside (a speaker's new
name). If-Match asks about the resource, so only the version counts there: a speaker's new name
doesn't stop the correction of a statement.
"""

from hashlib import blake2b
from typing import Annotated

import etag
from fastapi import Header

from app.foundation.problems import (
    AlreadyThere,
    InputError,
    MalformedRequest,
    PreconditionRequired,
)

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the resource as you read it, or `*`. Required.",
        examples=['"1-6f1ed002ab559585"'],
    ),
]
IfMatchIfAny = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the resource as you read it, or `*`. Not needed; when it is there,"
        " it must name the present version.",
        examples=['"1-6f1ed002ab559585"'],
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="`*`: only when there is nothing yet.",
        examples=["*"],
    ),
]


def tag(version: int, body: bytes) -> str:
    """Make the ETag of a document."""
    return f'"{version}-{blake2b(body, digest_size=8).hexdigest()}"'


def tag_of_bytes(body: bytes) -> str:
    """Make the ETag of what has no version: of a feed, say."""
    return f'"{blake2b(body, digest_size=8).hexdigest()}"'


def unchanged(if_none_match: str, current: str) -> bool:
    """Say whether the reader has it already (weak comparison, RFC 9110 §13.1.2).

    What can't be read says nothing, and so the reader gets it.
    """
    return if_none_match == current or not etag.if_none_match(if_none_match, current)


def names_version(if_match: str | None, version: int) -> bool:
    """Say whether If-Match names this version (strong comparison, RFC 9110 §13.1.1).

    Raises `PreconditionRequired` when there is none, `MalformedRequest` when it can't be read.
    """
    if if_match is None:
        missing = "A change needs If-Match"
        raise PreconditionRequired(
            errors=[InputError(header="If-Match", code="missing", detail=missing)]
        )
    tags = _tags("If-Match", if_match)
    if tags is None:
        return True
    return any(not weak and opaque.partition("-")[0] == str(version) for opaque, weak in tags)


def refuse_existing(if_none_match: str | None, current: str, version: int) -> None:
    """Refuse to write over what is there, when If-None-Match asks for that.

    To be called when there is something; `current` is its ETag. `*` refuses whatever is there, a
    list only what it names (weak comparison). Raises `AlreadyThere`, or `MalformedRequest` when
    the header can't be read.
    """
    if if_none_match is None:
        return
    _tags("If-None-Match", if_none_match)
    if unchanged(if_none_match, current):
        raise AlreadyThere(headers={"ETag": current}, version=version)


def _tags(header: str, value: str) -> list[etag.EntityTag] | None:
    """Read a list of entity tags; none for `*`. A guess would overwrite somebody's work."""
    try:
        if etag.is_wildcard(value):
            return None
        return etag.parse(value)
    except ValueError:
        wrong = f'{header} is neither * nor a list of ETags in quotes, such as "3-6f1ed002ab559585"'
        error = InputError(header=header, code="malformed", detail=wrong)
        raise MalformedRequest(wrong, errors=[error]) from None
