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

from app.foundation.problems import InputError, PreconditionRequired

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the resource as you read it, or `*`. Required.",
        examples=['"1-6f1ed002ab559585"'],
    ),
]


def tag(version: int, body: bytes) -> str:
    """Make the ETag of a document."""
    return f'"{version}-{blake2b(body, digest_size=8).hexdigest()}"'


def unchanged(if_none_match: str, current: str) -> bool:
    """Say whether the reader has it already (weak comparison, RFC 9110 §13.1.2)."""
    return not etag.if_none_match(if_none_match, current)


def names_version(if_match: str | None, version: int) -> bool:
    """Say whether If-Match names this version (strong comparison, RFC 9110 §13.1.1).

    Raises `PreconditionRequired` when there is none.
    """
    if if_match is None:
        missing = "A change needs If-Match"
        raise PreconditionRequired(
            errors=[InputError(header="If-Match", code="missing", detail=missing)]
        )
    try:
        if etag.is_wildcard(if_match):
            return True
        tags = etag.parse(if_match)
    except ValueError:
        return False
    return any(not weak and opaque.partition("-")[0] == str(version) for opaque, weak in tags)
