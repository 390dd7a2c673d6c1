"""Whole addresses of this service, for answers that are read elsewhere than where they were asked.

They begin with `ONRECORD_PUBLIC_URL`. Without it, they begin as the request was addressed, and a
cache must not give the answer to who addressed the service otherwise.
"""

from starlette.requests import Request

from app.foundation.settings import Settings


def root(request: Request) -> str:
    """Give the address of the service, without a slash at the end."""
    settings: Settings = request.app.state.settings
    return settings.public_url or str(request.base_url).rstrip("/")


def varying(request: Request, *names: str) -> str:
    """Write `Vary` for an answer that has whole addresses, and depends on these headers."""
    settings: Settings = request.app.state.settings
    return ", ".join([*names, "Authorization", *([] if settings.public_url else ["Host"])])
