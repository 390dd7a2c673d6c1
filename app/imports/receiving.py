"""Receiving a file: written to disk as it comes, and no more than may be kept.

The transaction begins when all of it is here, so that who sends slowly holds no connection.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import Depends, Request

from app.access.authentication import Needs
from app.access.caller import Caller
from app.access.retrying import BODY_DIGEST
from app.foundation.problems import BodyTooLarge, UnsupportedMediaType, invalid
from app.foundation.settings import Settings
from app.tables.api_key import Scope
from app.tables.importing import ImportFormat

MEDIA = {
    "application/x-ndjson": ImportFormat.NDJSON,
    "text/csv": ImportFormat.CSV,
    "application/ld+json": ImportFormat.CLAIMREVIEW,
    "application/json": ImportFormat.CLAIMREVIEW,
    "text/html": ImportFormat.HTML,
}
LINE_BY_LINE = frozenset({ImportFormat.NDJSON, ImportFormat.CSV})
_IN_MEMORY = 1024 * 1024
_LONGEST_PAGE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came."""

    format: ImportFormat
    size: int
    body: Any
    """A file of the library's, to be read from its beginning."""


async def received(
    request: Request, _: Annotated[Caller, Depends(Needs(Scope.WRITE))]
) -> AsyncIterator[Received]:
    """Take in the body. Raises `UnsupportedMediaType`, `BodyTooLarge`, or `InvalidInput`."""
    wanted = _format(request)
    limit = longest(request.app.state.settings, wanted)
    digest, size = sha256(), 0
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise BodyTooLarge(f"A file of this sort may have {limit} bytes")
            digest.update(part)
            file.write(part)
        if not size:
            raise invalid("", "missing", "There is nothing to import: the body is empty")
        file.seek(0)
        setattr(request.state, BODY_DIGEST, digest.digest())
        yield Received(wanted, size, file)


def longest(settings: Settings, wanted: ImportFormat) -> int:
    """Say how many bytes a file may have."""
    whole, most = settings.import_whole_bytes, settings.import_max_bytes
    if wanted is ImportFormat.HTML:
        return min(_LONGEST_PAGE, whole, most)
    return most if wanted in LINE_BY_LINE else min(whole, most)


def _format(request: Request) -> ImportFormat:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaType("Files are taken as they are, without a Content-Encoding")
    if given not in MEDIA:
        raise UnsupportedMediaType(f"Send {', '.join(MEDIA)}")
    return MEDIA[given]


File = Annotated[Received, Depends(received, scope="function")]

_LINE = '{"collection": "speakers", "document": {"ref": "atalykov", "name": "Aslan Atalykov"}}\n'
_CELLS = "text,language,speaker,said_on\r\n98.000 Russes,fr,Aslan Atalykov,2022-09-27\r\n"
_REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://check.example/2022/kazakhstan-98000",
    "claimReviewed": "About 98,000 Russians have entered Kazakhstan since 21 September",
    "author": {"@type": "Organization", "name": "Example Check"},
    "reviewRating": {"@type": "Rating", "alternateName": "Missing context"},
}
_FILE = {"type": "string", "format": "binary"}
_HTML = f'<script type="application/ld+json">{json.dumps(_REVIEW)}</script>'
BODY: dict[str, Any] = {
    "description": "The file. Other media types than these are refused.",
    "required": True,
    "content": {
        "application/x-ndjson": {"schema": _FILE, "example": _LINE},
        "text/csv": {"schema": _FILE, "example": _CELLS},
        "application/ld+json": {"schema": {}, "example": _REVIEW},
        "application/json": {"schema": {}, "example": _REVIEW},
        "text/html": {"schema": _FILE, "example": _HTML},
    },
}
