"""The outermost layer: what holds for every request, whatever it asks."""

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.foundation.ids import new_name
from app.foundation.logging import REQUEST
from app.foundation.logging import REQUESTS as REQUESTS_LOGGER
from app.foundation.metrics import answered
from app.foundation.problems import BodyTooLarge, Internal, NotFound, Problem

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="-")
HEADERS = "onrecord.headers"
"""Names, in a request's scope, headers that its answer gets, whatever it is."""
ALWAYS = "onrecord.always"
"""As above, for what is known before anybody looks at the request."""
BODILESS = "onrecord.bodiless"
"""Says, in a request's scope, that nothing but the head of the answer goes out."""
_BATCH = 10
"""A batch may have so many times the bytes of another body."""
_SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_LOG = structlog.get_logger("onrecord.failures")
_REQUESTS = logging.getLogger(REQUESTS_LOGGER)

Headers = list[tuple[bytes, bytes]]
_LISTS = frozenset({b"accept", b"if-match", b"if-none-match"})
Allowed = Callable[[str], list[str]]


class Wire:
    """Ids, sizes, HEAD and OPTIONS, and an answer even when something breaks.

    `allowed` lists the methods of a path, none when there is no such path. `shorter` has the most
    bytes that a body may have at addresses that take less than others, and `longer` at those that
    take more, of somebody who says who they are.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body_bytes: int,
        allowed: Allowed,
        shorter: Mapping[str, int],
        longer: Mapping[str, int],
    ) -> None:
        """Wrap the application."""
        self.app = app
        self.limit = max_body_bytes
        self.shorter = shorter
        self.longer = longer
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if len(headers) < len(scope["headers"]):
            scope["headers"] = joined(scope["headers"])
        answer = _Answer(scope, headers, send)
        token = REQUEST_ID.set(answer.request_id)
        try:
            await self._answer(scope, headers, receive, answer)
        except Problem as problem:
            await answer.problem(problem)
        except Exception:
            _LOG.exception("failed", path=scope["path"], request_id=answer.request_id)
            if answer.status:
                raise
            await answer.problem(Internal())
        finally:
            answer.note()
            REQUEST_ID.reset(token)

    async def _answer(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, answer: "_Answer"
    ) -> None:
        if scope["method"] == "OPTIONS":
            await self._options(scope["path"], answer)
            return
        if scope["method"] == "HEAD":
            # The server goes on knowing that it is a HEAD, and so waits for no body.
            scope = answer.scope = {**scope, "method": "GET", BODILESS: True}
        length = headers.get(b"content-length", b"0")
        limit = self._limit(scope, headers)
        if length.isdigit() and int(length) > limit:
            raise BodyTooLarge(f"The body has more than {limit} bytes")
        bounded = receive if b"content-length" in headers else _bounded(receive, limit)
        await self.app(scope, bounded, answer.send)

    def _limit(self, scope: Scope, headers: dict[bytes, bytes]) -> int:
        """Say how long a body may be: longer for a batch, of somebody who says who they are."""
        path = scope["path"]
        if path in self.shorter:
            return min(self.limit, self.shorter[path])
        if path in self.longer and b"authorization" in headers:
            return self.longer[path]
        is_batch = scope["method"] == "POST" and path.endswith("/batch")
        return self.limit * (_BATCH if is_batch and b"authorization" in headers else 1)

    async def _options(self, path: str, answer: "_Answer") -> None:
        methods = self.allowed(path)
        if not methods:
            raise NotFound
        allow = (b"allow", ", ".join(methods).encode())
        await answer.send({"type": "http.response.start", "status": 204, "headers": [allow]})
        await answer.send({"type": "http.response.body", "body": b""})


def _bounded(receive: Receive, limit: int) -> Receive:
    """Count a body that doesn't say how long it is."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise BodyTooLarge(f"The body has more than {limit} bytes")
        return message

    return counted


def joined(headers: Headers) -> Headers:
    """Put the lines of a header that is a list into one, which means the same (RFC 9110 §5.3)."""
    lists: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _LISTS:
            lists[name] = lists[name] + b", " + value if name in lists else value
    return [one for one in headers if one[0] not in _LISTS] + list(lists.items())


class _Answer:
    """An answer on its way out, with its id, without a body for HEAD, counted and logged."""

    def __init__(self, scope: Scope, headers: dict[bytes, bytes], send: Send) -> None:
        given = headers.get(b"x-request-id", b"")
        self.request_id = given.decode() if _SANE_ID.fullmatch(given) else new_name()
        self.scope = scope
        self.method: str = scope["method"]
        self.status = 0
        self._send = send
        self._start = time.perf_counter()

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [
                *message.get("headers", ()),
                (b"x-request-id", self.request_id.encode()),
                (b"x-content-type-options", b"nosniff"),
                *self.scope.get(ALWAYS, ()),
                *self.scope.get(HEADERS, ()),
            ]
        elif self.method == "HEAD":
            if message.get("more_body"):
                return
            message["body"] = b""
        await self._send(message)

    async def problem(self, problem: Problem) -> None:
        """Answer with a problem."""
        status, headers, body = rendered(problem, self.scope["path"], self.request_id)
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def note(self) -> None:
        """Count and log what was answered."""
        seconds = time.perf_counter() - self._start
        route = getattr(self.scope.get("route"), "path_format", "unmatched")
        answered(self.method, route, self.status, seconds)
        if _REQUESTS.isEnabledFor(logging.INFO):
            # Made here, for Logger.info() looks first for the line of code that calls it.
            told = (
                *(self.method, self.scope["path"], self.status),
                *(round(seconds * 1000, 2), self.request_id),
            )
            line = logging.LogRecord(REQUESTS_LOGGER, logging.INFO, "", 0, "answered", None, None)
            line.__dict__.update(zip(REQUEST, told, strict=True))
            _REQUESTS.handle(line)


def rendered(problem: Problem, path: str, request_id: str) -> tuple[int, Headers, bytes]:
    """Write a problem as it goes out: status, headers and body."""
    shown: dict[str, Any] = problem.body(path, request_id)
    body = json.dumps(shown, ensure_ascii=False).encode(errors="replace")
    headers = {
        "content-type": "application/problem+json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        **{name.lower(): value for name, value in problem.headers.items()},
    }
    return problem.status, [(n.encode(), v.encode("latin-1")) for n, v in headers.items()], body
