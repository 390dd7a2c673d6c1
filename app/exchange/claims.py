"""Claims as Google's Fact Check Tools API answers them, for clients that were made for that.

What holds for the rest of the service doesn't hold here: parameters, errors and empty answers are
as Google has them. Who asks makes no difference: keys and tokens are Google's, and are passed over.
"""

import json
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from app.access.caller import PUBLIC
from app.access.limits import count
from app.access.reading import Reading
from app.documents.showing import keys_of_pages
from app.exchange.asked_of_google import Asked, InvalidArgument, read
from app.exchange.claims_found import CLAIMS, SHOWN, Found, by_id, find
from app.foundation import outside
from app.foundation.database import refusal
from app.foundation.pages import Cursors, Position
from app.foundation.problems import InvalidCursor, Problem

PATH: Final = "/v1alpha1/claims:search"
_MEDIA: Final = "application/json; charset=UTF-8"
_STATUSES: Final = {
    400: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GoogleRoute(APIRoute):
    """A route whose errors are in Google's envelope."""

    def get_route_handler(self) -> Handler:
        """Answer what is refused as Google does."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except InvalidArgument as wrong:
                return _refused(400, str(wrong), {})
            except Exception as error:
                problem = error if isinstance(error, Problem) else refusal(error)
                if problem is None:
                    raise
                return _refused(problem.status, problem.detail, problem.headers)

        return answered


router = APIRouter(route_class=GoogleRoute, include_in_schema=False)


@router.get(PATH)
async def search_claims(request: Request) -> Response:
    """Search claims that were checked, as `GET /v1alpha1/claims:search` of Google does."""
    reader = Reading(PUBLIC, request)
    await count(request, PUBLIC)
    asked = read(request.query_params.multi_items())
    base = outside.root(request)
    own_site = (urlsplit(base).hostname or "").removeprefix("www.")
    after = _after(request, asked)
    offset = asked.offset if after is None else 0
    found = await find(reader, asked.wanted, own_site, after, offset, asked.size)
    values = {
        "ids": found.ids, "spoken": asked.wanted.spoken, "site": asked.wanted.site,
        "own_site": own_site, "base": base,
    }  # fmt: skip
    rows = await reader.reads.rows(by_id(), values) if found.ids else []
    shown = {row["id"]: row["document"] for row in rows}
    claims = [json.loads(shown[one]) for one in found.ids if one in shown]
    headers = reader.headers(keys_of_pages(CLAIMS, SHOWN)) | outside.varies(request)
    return Response(_written(request, asked, claims, found), 200, headers, _MEDIA)


def _written(request: Request, asked: Asked, claims: list[Any], found: Found) -> bytes:
    """Write an answer: what is empty is left out, so that nothing found is `{}`."""
    answer: dict[str, Any] = {"claims": claims} if claims else {}
    if found.end is not None:
        cursors: Cursors = request.app.state.cursors
        answer["nextPageToken"] = cursors.write(_tie(asked), found.end)
    return _json(asked.mask.of(answer) if asked.mask else answer, pretty=asked.pretty)


def _after(request: Request, asked: Asked) -> Position | None:
    if asked.token is None:
        return None
    cursors: Cursors = request.app.state.cursors
    try:
        return cursors.read(_tie(asked), asked.token)
    except InvalidCursor:
        raise InvalidArgument(
            "Invalid value at 'page_token': it isn't one of ours, or belongs to other parameters"
        ) from None


def _tie(asked: Asked) -> str:
    """Write down to which question a token belongs, shortly."""
    return f"{PATH} {sha256(json.dumps(asked.question).encode(errors='replace')).hexdigest()}"


def _refused(status: int, message: str, headers: dict[str, str]) -> Response:
    code = status if status in _STATUSES else 400
    error = {"code": code, "message": message, "status": _STATUSES[code]}
    body = _json({"error": error}, pretty=True)
    return Response(body, code, {"Cache-Control": "no-store", **headers}, _MEDIA)


def _json(value: object, *, pretty: bool) -> bytes:
    if pretty:
        return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
