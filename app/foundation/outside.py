"""Where the service stands as seen from outside, for addresses that are read elsewhere."""

import re

from fastapi import Request

from app.foundation.settings import Settings
from app.foundation.strict import vary

_HOST = re.compile(r"(?:[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_NOWHERE = "localhost"


def root(request: Request) -> str:
    """Give the root of every public address, without a slash at its end.

    It is the one of the settings. Where they have none, it is what the request was sent to, and
    then the answer isn't the same for everybody: see `varies`.
    """
    settings: Settings = request.app.state.settings
    return settings.public_url or sent_to(request)


def sent_to(request: Request) -> str:
    """Give the root of the address to which the request was sent, as its `Host` says."""
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host if _HOST.fullmatch(host) else _NOWHERE}"


def varies(request: Request) -> dict[str, str]:
    """Name the headers by which an answer with public addresses differs: `Vary`.

    Without a setting that is `Host` too: a cache that doesn't tell hosts apart would otherwise show
    everybody the addresses that one reader, or an attacker, had asked with.
    """
    settings: Settings = request.app.state.settings
    by = vary(request)
    return {"Vary": by if settings.public_url else f"{by}, Host"}
