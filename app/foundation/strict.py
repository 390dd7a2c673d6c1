"""Routes that take nothing but what they say: queries, media types and JSON, to the letter."""

import json
import math
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, ClassVar, NoReturn

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.types import Receive, Scope, Send

from app.foundation.direct import direct
from app.foundation.negotiation import chosen
from app.foundation.positions import HEADER
from app.foundation.problems import (
    InputError,
    InvalidInput,
    MalformedRequest,
    NotAcceptable,
    UnsupportedMediaType,
)
from app.foundation.settings import Settings

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
BEFORE_COMMIT = "before_commit"
"""Names, in a request's state, what is still done with the answer before its transaction ends."""
BEFORE_REFUSAL = "before_refusal"
"""Names there what is asked before a query or body is refused, and may answer otherwise."""
_LONG = 256 * 1024
"""A body of more bytes is read in a thread of its own, so that others don't wait for it."""
_JSON = "application/json"
_PATCH = "application/merge-patch+json"


class IdConvertor(StringConvertor):
    """A part of a path that is an id, and none of the words that stand in its place: `{x:id}`."""

    regex = r"(?!(?:by-ref|batch)(?:/|$))[^/]+"


class RefConvertor(StringConvertor):
    """The rest of a path that is a caller's own reference, which may have slashes: `{x:ref}`."""

    regex = ".+"


register_url_convertor("id", IdConvertor())
register_url_convertor("ref", RefConvertor())


class StrictRequest(Request):
    """A request whose JSON was read to the letter of RFC 8259."""

    async def json(self) -> Any:  # noqa: ANN401 - it is whatever the JSON says.
        """Read the body; refuse repeated keys, NaN, numbers out of range, and endless nesting."""
        if not hasattr(self, "_json"):
            body = await self.body()
            long = len(body) > _LONG
            self._json = await run_in_threadpool(read_json, body) if long else read_json(body)
        return self._json


def read_json(body: bytes) -> Any:  # noqa: ANN401 - it is whatever the JSON says.
    """Read JSON strictly. Raises `MalformedRequest`."""
    try:
        return _decoder().decode(body.decode())
    except RecursionError:
        raise MalformedRequest("The body is nested too deeply") from None
    except UnicodeDecodeError:
        raise MalformedRequest("The body is not UTF-8") from None
    except ValueError as error:
        raise MalformedRequest(f"The body is not JSON: {error}") from None


@cache
def _decoder() -> json.JSONDecoder:
    """Make what decodes: once, for to make one takes longer than to decode a small body."""
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_constant=_not_json, parse_float=_finite
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise MalformedRequest("The body has a key twice in one object")
    return made


def _not_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is out of range")
    return number


class StrictRoute(APIRoute):
    """A route that refuses parameters it doesn't know, and bodies it can't take.

    Its function's name is the operation's id, and so the method's name in an SDK.
    """

    answers: ClassVar[tuple[str, ...]] = ()
    """In which media types it answers, whatever a caller likes best; else they choose."""
    passes_over_others: ClassVar[bool] = False
    """Whether parameters that it doesn't know are passed over, as others' protocols have it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:  # noqa: ANN401 - APIRoute's.
        """Name the operation after its function."""
        super().__init__(path, endpoint, **{**given, "operation_id": endpoint.__name__})
        self.direct = direct(self.dependant) if self.methods == {"GET"} else None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer directly where nothing but ids and a query is given, and else as FastAPI does."""
        if self.direct is not None and scope["method"] == "GET":
            request = Request(scope, receive, send)
            given = self.direct.given(request, self._known)
            if given is not None:
                self._negotiate(request)
                answer = await self.direct(request, given)
                await answer(scope, receive, send)
                return
        await super().handle(scope, receive, send)

    def _negotiate(self, request: Request) -> None:
        """Note in which media type it will be answered. Raises `NotAcceptable`."""
        request.state.media = _accepted(request, self._offers)
        request.state.is_negotiated = not self.answers and len(self._offers) > 1

    def get_route_handler(self) -> Handler:
        """Put the checks before FastAPI's own handling."""
        handle = super().get_route_handler()
        known = self._known = self._parameters()
        takes_body = self.body_field is not None
        self._offers = self.answers or self._offered()
        media = {_JSON, _PATCH} if "PATCH" in (self.methods or ()) else {_JSON}

        async def strictly(request: Request) -> Response:
            if request.scope["query_string"]:
                _check_parameters(request, known, strictly=not self.passes_over_others)
            self._negotiate(request)
            if takes_body:
                _check_media(request, media)
                request = StrictRequest(request.scope, request.receive)
            try:
                answer = await handle(request)
            except RequestValidationError:
                if hasattr(request.state, BEFORE_REFUSAL):
                    await getattr(request.state, BEFORE_REFUSAL)(request)
                raise
            for act in getattr(request.state, BEFORE_COMMIT, ()):
                await act(answer)
            return answer

        return strictly

    def _offered(self) -> tuple[str, ...]:
        """List the media types of the answer, as the route declares them; the usual one first."""
        usual: Any = self.response_class
        if isinstance(usual, DefaultPlaceholder):
            usual = usual.value
        others = self.responses.get(200, {}).get("content", {})
        return tuple(dict.fromkeys([usual.media_type or _JSON, *others]))

    def _parameters(self) -> frozenset[str]:
        names: set[str] = set()
        waiting = [self.dependant]
        while waiting:
            dependant = waiting.pop()
            waiting += dependant.dependencies
            for param in dependant.query_params:
                model = param.field_info.annotation
                if isinstance(model, type) and issubclass(model, BaseModel):
                    names |= {one.alias or name for name, one in model.model_fields.items()}
                else:
                    names.add(param.alias)
        return frozenset(names)


class TolerantRoute(StrictRoute):
    """A route for programs that others wrote, which send more than it knows."""

    passes_over_others = True


def _check_parameters(request: Request, known: frozenset[str], *, strictly: bool) -> None:
    given = [name for name, _ in request.query_params.multi_items()]
    wrong = [
        InputError(parameter=name, code="unknown_parameter", detail="There is no such parameter")
        for name in dict.fromkeys(given)
        if strictly and name not in known
    ] + [
        InputError(parameter=name, code="repeated", detail="This is given more than once")
        for name in dict.fromkeys(given)
        if name in known and given.count(name) > 1
    ]
    if wrong:
        raise InvalidInput(errors=wrong)


def negotiated(request: Request) -> str:
    """Tell in which of its media types an address answers this request."""
    media: str = request.state.media
    return media


def vary(request: Request) -> str:
    """Name the headers by which an answer differs, for `Vary`: `Accept`, where there is a choice.

    Who asks always counts; where there is a replica, what they must see there, too.
    """
    settings: Settings = request.app.state.settings
    names = ["Authorization"]
    names += ["Accept"] if getattr(request.state, "is_negotiated", False) else []
    names += [HEADER] if settings.replica_url is not None else []
    return ", ".join(names)


def _accepted(request: Request, offered: tuple[str, ...]) -> str:
    media = chosen(request.headers.get("accept"), offered)
    if media is None:
        raise NotAcceptable(f"This address answers {' or '.join(offered)}")
    return media


def _check_media(request: Request, media: set[str]) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaType("Bodies are taken as they are, without a Content-Encoding")
    if given not in media:
        raise UnsupportedMediaType(f"Send {' or '.join(sorted(media))}")
