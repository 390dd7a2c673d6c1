"""Endpoints that take nothing but ids, a query and a reader: called as they are.

FastAPI looks for each request at what its endpoint depends on, validates that field by field, and
keeps three stacks of what is to be closed. Where all of it is one dependency on the request, ids,
and a model of the query, that is a fifth of the time of a fetch, or of a page. What is asked in any
other way goes FastAPI's, and so does what is wrong.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Final, cast, get_args, get_origin
from uuid import UUID

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, ValidationError

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""An id as we write it; in another spelling, or a wrong one, FastAPI reads it, or refuses it."""
_SEVERAL: Final = (list, set, frozenset, tuple)


@dataclass(frozen=True, slots=True)
class Direct:
    """How to call an endpoint: with one dependency, ids of the path, a query, and defaults.

    `itself` is what it calls the request, if it takes that, `query` its model of the query, and
    `ids` tells what it calls those in the path.
    """

    endpoint: Callable[..., Awaitable[Response]]
    itself: str | None
    name: str
    dependency: Callable[[Request], Awaitable[Any]]
    ids: Mapping[str, str]
    query: tuple[str, type[BaseModel]] | None
    defaults: Mapping[str, Any]

    def given(self, request: Request, known: frozenset[str]) -> dict[str, Any] | None:
        """Read the ids of the path, and the query, of which these parameters are known.

        None where one isn't written as usual, or is wrong.
        """
        path = request.path_params
        if not all(_UUID.fullmatch(path[alias]) for alias in self.ids):
            return None
        found: dict[str, Any] = {name: UUID(path[alias]) for alias, name in self.ids.items()}
        if self.query is None:
            return None if request.scope["query_string"] else found
        name, model = self.query
        asked = request.query_params
        if len(asked) < len(asked.multi_items()) or not known.issuperset(asked):
            return None
        try:
            found[name] = model.model_validate(dict(asked))
        except ValidationError:
            return None
        return found

    async def __call__(self, request: Request, given: Mapping[str, Any]) -> Response:
        """Answer. Raises what the dependency and the endpoint do."""
        found = {self.name: await self.dependency(request)}
        if self.itself is not None:
            found[self.itself] = request
        return await self.endpoint(**self.defaults, **given, **found)


def direct(of: Dependant) -> Direct | None:
    """Find out how to call an endpoint without FastAPI; None where it takes more than that."""
    needs = of.dependencies
    if len(needs) != 1 or not _is_plain(of) or not _takes_a_request(needs[0]):
        return None
    ids = {one.alias: one.name for one in of.path_params if one.field_info.annotation is UUID}
    query = _query(of)
    if len(ids) < len(of.path_params) or (
        query is None and any(one.field_info.is_required() for one in of.query_params)
    ):
        return None
    defaults = {} if query else {one.name: one.get_default() for one in of.query_params}
    endpoint, dependency, name = cast("Any", of.call), cast("Any", needs[0].call), needs[0].name
    return Direct(endpoint, of.request_param_name, str(name), dependency, ids, query, defaults)


def _query(of: Dependant) -> tuple[str, type[BaseModel]] | None:
    """Give the model of the query, if that is all there is of it, and takes each value once."""
    if len(of.query_params) != 1:
        return None
    model = of.query_params[0].field_info.annotation
    if not isinstance(model, type) or not issubclass(model, BaseModel):
        return None
    fields = model.model_fields.values()
    if any(_is_several(one.annotation) for one in fields):
        return None
    return of.query_params[0].name, model


def _is_several(kind: object) -> bool:
    return get_origin(kind) in _SEVERAL or any(map(_is_several, get_args(kind)))


def _is_plain(one: Dependant) -> bool:
    """Say whether it takes nothing of a request but what is in its address."""
    return iscoroutinefunction(_called(one)) and not any(
        (
            *(one.header_params, one.cookie_params, one.body_params, one.response_param_name),
            *(one.websocket_param_name, one.http_connection_param_name),
            *(one.background_tasks_param_name, one.security_scopes_param_name),
        )
    )


def _takes_a_request(one: Dependant) -> bool:
    """Say whether it is made from the request, and from nothing else."""
    takes_more = one.dependencies or one.path_params or one.query_params
    return bool(one.request_param_name) and _is_plain(one) and not takes_more


def _called(one: Dependant) -> Any:  # noqa: ANN401 - whatever can be called.
    return one.call if iscoroutinefunction(one.call) else getattr(one.call, "__call__", None)  # noqa: B004
