"""Endpoints that take nothing but ids and a reader: called as they are.

FastAPI looks for each request at what its endpoint depends on, validates that, and keeps three
stacks of what is to be closed. Where all of it is one dependency on the request, and ids, that is a
fifth of the time of a fetch. What is asked in any other way goes FastAPI's.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Final, cast
from uuid import UUID

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""An id as we write it; in another spelling, or a wrong one, FastAPI reads it, or refuses it."""


@dataclass(frozen=True, slots=True)
class Direct:
    """How to call an endpoint: with one dependency, ids of the path, and what else has defaults.

    `itself` is what it calls the request, if it takes that.
    """

    endpoint: Callable[..., Awaitable[Response]]
    itself: str | None
    name: str
    dependency: Callable[[Request], Awaitable[Any]]
    ids: tuple[str, ...]
    defaults: Mapping[str, Any]

    def ids_of(self, given: Mapping[str, str]) -> dict[str, UUID] | None:
        """Read the ids of a path; None where one isn't written as usual."""
        if all(_UUID.fullmatch(given[name]) for name in self.ids):
            return {name: UUID(given[name]) for name in self.ids}
        return None

    async def __call__(self, request: Request, ids: Mapping[str, UUID]) -> Response:
        """Answer. Raises what the dependency and the endpoint do."""
        found = {self.name: await self.dependency(request)}
        if self.itself is not None:
            found[self.itself] = request
        return await self.endpoint(**self.defaults, **ids, **found)


def direct(of: Dependant) -> Direct | None:
    """Find out how to call an endpoint without FastAPI; None where it takes more than that."""
    needs = of.dependencies
    if len(needs) != 1 or not _is_plain(of) or not _takes_a_request(needs[0]):
        return None
    ids = tuple(one.alias for one in of.path_params if one.field_info.annotation is UUID)
    if len(ids) < len(of.path_params) or any(
        one.field_info.is_required() for one in of.query_params
    ):
        return None
    defaults = {one.name: one.get_default() for one in of.query_params}
    endpoint, dependency = cast("Any", of.call), cast("Any", needs[0].call)
    return Direct(endpoint, of.request_param_name, str(needs[0].name), dependency, ids, defaults)


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
