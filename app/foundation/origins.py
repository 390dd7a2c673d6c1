"""Which pages of other sites may call what (CORS, the Fetch standard).

Some addresses are for everybody's pages: what they answer is public, and they take no cookies. All
others are for the origins that the settings name.
"""

from collections.abc import Sequence
from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from app.foundation.wire import ALWAYS, Headers

MAX_AGE: Final = 600
"""Seconds for which a browser may remember what it may ask."""
EXPOSED: Final = (
    "Content-Location",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "Onrecord-Position",
    "Onrecord-Written",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)
"""What pages may read of an answer, besides what every page may."""
_OPEN: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
]
_PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET, HEAD, POST"),
    (
        b"access-control-allow-headers",
        b"Authorization, Content-Type, If-None-Match, Onrecord-Written",
    ),
    (b"access-control-max-age", str(MAX_AGE).encode()),
]


class Origins:
    """Lets pages of every site read below some paths, and those of chosen origins everywhere."""

    def __init__(self, app: ASGIApp, *, everybodys: Sequence[str], chosen: Sequence[str]) -> None:
        """Wrap the application."""
        self.app = app
        self.everybodys = everybodys
        self.others = _for_chosen(app, chosen) if chosen else app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, always with the same words: a cache may give it to any page."""
        if scope["type"] != "http" or not self._is_everybodys(scope["path"]):
            await self.others(scope, receive, send)
            return
        told = _OPEN + (_PREFLIGHT if scope["method"] == "OPTIONS" else [])
        await self.app({**scope, ALWAYS: told}, receive, send)

    def _is_everybodys(self, path: str) -> bool:
        return any(path == one or path.startswith(f"{one}/") for one in self.everybodys)


def _for_chosen(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    return CORSMiddleware(
        app,
        allow_origins=list(origins),
        allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=[
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-None-Match",
            "Onrecord-Written",
        ],
        expose_headers=list(EXPOSED),
        max_age=MAX_AGE,
    )
