"""Whose reads a replica answers, and what they must see there.

Everybody's who can't write, and of the others those that say how far they must see: a caller who
writes, and knows nothing of replicas, never misses what they wrote.
"""

from functools import cache
from typing import Final

from fastapi import Request

from app.access.caller import Caller
from app.finding.asking import Finder
from app.foundation.database import Database
from app.foundation.positions import HEADER, Position, Positions
from app.foundation.reads import Reads
from app.foundation.routing import Route, Routed
from app.foundation.settings import Settings
from app.foundation.together import Alone, Points
from app.foundation.wire import HEADERS
from app.tables.api_key import Scope

WRITES: Final = "onrecord.writes"
"""Marks, in a request's scope, that it has a transaction: what it reads is the primary's."""
_ROUTE: Final = "onrecord.route"
_NAME: Final = HEADER.lower().encode()
_READ_ONLY: Final = frozenset({Scope.READ})


def reads_of(request: Request, by: Caller, must_see: Position | None) -> Reads:
    """Give what answers a caller's reads."""
    database: Database = request.app.state.database
    route = _route(request, by, must_see, database)
    if route is None:
        return database.reads
    return Routed(route, route.replica.reads, database.reads)


def points_of(request: Request, by: Caller, must_see: Position | None) -> Points:
    """Give what answers a caller's reads by an id."""
    database: Database = request.app.state.database
    reads = reads_of(request, by, must_see)
    return database.together if reads is database.reads else Alone(reads)


def finder_of(request: Request, by: Caller, must_see: Position | None) -> Finder:
    """Give what answers a caller's searches."""
    found: Finder = request.app.state.finder
    database: Database = request.app.state.database
    route = _route(request, by, must_see, database)
    if route is None:
        return found
    return found.over(Routed(route, route.replica.searches, database.searches))


def _route(
    request: Request, by: Caller, must_see: Position | None, database: Database
) -> Route | None:
    """Give the way of a request's reads; None where that is to the primary, whatever is asked."""
    replica = database.replica
    if replica is None or WRITES in request.scope:
        return None
    if must_see is None and not by.scopes <= _READ_ONLY:
        return None
    route: Route | None = request.scope.get(_ROUTE)
    if route is None:
        route = request.scope[_ROUTE] = Route(replica, must_see)
    return route


def written_for(request: Request) -> Position | None:
    """Read how far was written what the caller must see. Raises `MalformedRequest`."""
    given = [value for name, value in request.scope["headers"] if name == _NAME]
    if not given:
        return None
    positions: Positions = request.app.state.positions
    return positions.read([value.decode("latin-1") for value in given])


async def tell_written(request: Request) -> None:
    """Tell the caller, in a header of the answer, how far is written what they may want to see."""
    database: Database = request.app.state.database
    if database.replica is None:
        return
    position = await database.written()
    if position is not None:
        positions: Positions = request.app.state.positions
        told = (_NAME, positions.write(position).encode())
        request.scope[HEADERS] = [*request.scope.get(HEADERS, ()), told]


def kept(request: Request, *, for_all: bool) -> str:
    """Say who may keep an answer, and for how long (RFC 9111, RFC 5861)."""
    if not for_all:
        return "private, no-cache"
    settings: Settings = request.app.state.settings
    return _for_all(settings.cache_max_age, settings.cache_stale_while_revalidate)


@cache
def _for_all(fresh: int, stale: int) -> str:
    return f"public, max-age={fresh}, stale-while-revalidate={stale}"
