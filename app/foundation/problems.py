"""Problems: everything that is refused, as RFC 9457 has it.

A problem is an exception. Its class names a state, its docstring explains it to the API's users
(it is what `/problems/{type}` answers), and what is raised says what was wrong this time.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class InputError(BaseModel):
    """One thing that is wrong with the input, and where."""

    pointer: str | None = Field(
        default=None, description="Where in the body (RFC 6901).", examples=["/quantities/0/value"]
    )
    parameter: str | None = Field(
        default=None, description="Which parameter of the query or path.", examples=[None]
    )
    header: str | None = Field(default=None, description="Which header.", examples=[None])
    code: str = Field(description="What is wrong, for programs.", examples=["unknown_field"])
    detail: str = Field(description="What is wrong, for people.")


class ProblemDetails(BaseModel):
    """Why a request was refused (RFC 9457). Some types have a member more."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        description="Which problem; a path that answers a page explaining it.",
        examples=["/problems/invalid-input"],
    )
    title: str = Field(examples=["Invalid input"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Extra inputs are not permitted"])
    instance: str = Field(description="The path that was asked.", examples=["/v1/statements"])
    request_id: str = Field(description="The answer's X-Request-Id.")
    errors: list[InputError] = Field(description="What is wrong with the input, where it is that.")
    version: int | None = Field(
        default=None, description="With 412: the resource's current version."
    )


class Problem(Exception):
    """Something was refused."""

    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[InputError] | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,  # noqa: ANN401 - extension members are whatever JSON is.
    ) -> None:
        """Say what was wrong this time; without words, the class's first sentence does."""
        self.detail = detail or type(self).summary()
        self.errors = errors or []
        self.headers = dict(headers or {})
        self.members = members
        super().__init__(self.detail)

    @classmethod
    def slug(cls) -> str:
        """Name the type as it stands in its address: `StaleVersion` → `stale-version`."""
        return "-".join(_words(cls))

    @classmethod
    def title(cls) -> str:
        """Name the type as people read it: `StaleVersion` → `Stale version`."""
        return " ".join(_words(cls)).capitalize()

    @classmethod
    def explanation(cls) -> str:
        """Explain the type in full."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def summary(cls) -> str:
        """Explain the type in its first paragraph, as one line."""
        return " ".join(cls.explanation().split("\n\n", maxsplit=1)[0].split())

    def body(self, instance: str, request_id: str) -> dict[str, Any]:
        """Show the problem as the JSON that goes out."""
        return {
            "type": f"/problems/{self.slug()}",
            "title": self.title(),
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "request_id": request_id,
            "errors": [error.model_dump() for error in self.errors],
            **self.members,
        }


def _words(problem: type[Problem]) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z][a-z]*", problem.__name__)]


def every(root: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Go through all types of problems that the imported rooms know."""
    for problem in root.__subclasses__():
        yield problem
        yield from every(problem)


class MalformedRequest(Problem):
    """The request can't be read: its body is not JSON, or repeats a key, or is cut short."""

    status = 400


class InvalidCursor(Problem):
    """The cursor is not one of ours, or belongs to another query.

    A cursor continues the list that it came from: same path, same filters, same order. Take it
    as it is from `next`, and start again without one when you change the query.
    """

    status = 400


class Unauthorized(Problem):
    """The credentials are unknown, expired or revoked. Public reads need none."""

    status = 401

    def __init__(
        self, detail: str | None = None, *, reason: str = "unknown", error: str | None = None
    ) -> None:
        """Ask for a bearer token, as RFC 6750 wants it.

        The reason is for the log alone; the error is what the RFC calls it.
        """
        told = f', error="{error}"' if error else ""
        super().__init__(detail, headers={"WWW-Authenticate": f'Bearer realm="onrecord"{told}'})
        self.reason = reason


class Forbidden(Problem):
    """Your key may not do this: it lacks the scope, or the thing belongs to another organisation.

    The detail names what is missing. A role is a named set of scopes; `docs/access.md` lists them.
    """

    status = 403


class NotFound(Problem):
    """There is nothing here, or nothing that you may see."""

    status = 404


class MethodNotAllowed(Problem):
    """This address exists, but not for this method. `Allow` lists those it has."""

    status = 405


class NotAcceptable(Problem):
    """None of the media types in `Accept` is one that this address can answer with."""

    status = 406


class Conflict(Problem):
    """What you ask conflicts with what is there.

    Usually something unique is taken: a `ref`, a `key`, an address, an external identifier.
    The errors name the field. Sending the same again won't help; changing it will.
    """

    status = 409


class Gone(Problem):
    """It was archived. Its history is kept, and its id is never given to anything else."""

    status = 410


class StaleVersion(Problem):
    """Someone changed it since you read it: fetch it again, and apply your change to that.

    The `ETag` header of this answer and `version` in its body are the current ones.
    """

    status = 412


class AlreadyThere(Problem):
    """It is there already, and your `If-None-Match` says that it must not be.

    The `ETag` header of this answer and `version` in its body are the current ones. To replace
    what is there, send that ETag as `If-Match` instead.
    """

    status = 412


class BodyTooLarge(Problem):
    """The body is larger than the service takes (`ONRECORD_MAX_BODY_BYTES`; ten times for a batch).

    Send a batch in parts. A correction request may have 32 KiB, and a batch of reconciliation
    queries 50 queries.
    """

    status = 413


class UnsupportedMediaType(Problem):
    """Bodies are `application/json`; a PATCH is `application/merge-patch+json` or the same.

    What is sent to `/reconcile` is a form, `application/x-www-form-urlencoded`.
    """

    status = 415


class InvalidInput(Problem):
    """Something in the input is not as it must be. `errors` lists everything found, and where.

    Each error has a JSON pointer into the body, or the name of a parameter or header; a code
    for programs; and a sentence for people. Nothing of the request was carried out.
    """

    status = 422


class PreconditionRequired(Problem):
    """A change needs `If-Match`, so that nobody overwrites what they haven't seen.

    Send the `ETag` of the resource as you read it, or `If-Match: *` for whatever it is now.
    """

    status = 428


class Internal(Problem):
    """Something went wrong on our side. It was logged under the request's id."""

    status = 500


class Unavailable(Problem):
    """The database can't be reached, or is too busy. Nothing was done; try again shortly.

    The same is said to who comes with a token while its issuer can't be reached.
    """

    status = 503

    def __init__(self, detail: str | None = None, *, retry_after: int = 1) -> None:
        """Ask to be tried again after so many seconds."""
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


def invalid(pointer: str, code: str, detail: str) -> InvalidInput:
    """Refuse one field of the body."""
    return InvalidInput(detail, errors=[InputError(pointer=pointer, code=code, detail=detail)])


def taken(pointer: str, detail: str) -> Conflict:
    """Refuse one field of the body because its value is somebody else's."""
    return Conflict(detail, errors=[InputError(pointer=pointer, code="taken", detail=detail)])


@contextmanager
def under(pointer: str) -> Iterator[None]:
    """Say of problems with a part of the body where in the whole body that part stands."""
    try:
        yield
    except Problem as problem:
        for error in problem.errors:
            if error.pointer is not None:
                error.pointer = pointer + error.pointer
        raise
