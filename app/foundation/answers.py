"""Answers to writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response

from app.foundation.preconditions import tag

_JSON = "application/json"
_OURS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


@dataclass(frozen=True, slots=True)
class Written:
    """What a write resulted in: the resource, its version, and its document."""

    id: UUID
    version: int
    body: bytes

    @property
    def tag(self) -> str:
        """The ETag of the document."""
        return tag(self.version, self.body)


def created(collection: str, written: Written) -> Response:
    """Answer 201 with the document, its address and its ETag."""
    location = {"Location": f"/v1/{collection}/{written.id}", "ETag": written.tag}
    return Response(written.body, 201, _OURS | location, _JSON)


def changed(written: Written) -> Response:
    """Answer 200 with the document and its new ETag."""
    return Response(written.body, 200, _OURS | {"ETag": written.tag}, _JSON)


def with_secret(answer: Response, name: str, secret: str) -> Response:
    """Put a secret into an answer, and keep the answer out of caches."""
    answer.body = bytes(answer.body)[:-1] + b', "%s" : "%s"}' % (name.encode(), secret.encode())
    answer.headers["Content-Length"] = str(len(answer.body))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def several(body: bytes) -> Response:
    """Answer 200 with what became of several resources."""
    return Response(body, 200, _OURS, _JSON)


def told(body: bytes) -> Response:
    """Answer 200 with what was worked out for the caller."""
    return Response(body, 200, _OURS, _JSON)


def archived() -> Response:
    """Answer 204."""
    return Response(status_code=204, headers=_OURS)


def moved(location: str, headers: Mapping[str, str] = _OURS) -> Response:
    """Answer 308: what is asked for has another address now, for whatever is done there."""
    return Response(status_code=308, headers={**headers, "Location": location})


class Answered(Exception):
    """The answer is known before the endpoint is run."""

    def __init__(self, answer: Response) -> None:
        """Give this answer."""
        self.answer = answer
        super().__init__()
