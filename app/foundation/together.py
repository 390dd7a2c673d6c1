"""Point reads that come together: asked with one SELECT, and each gets its own row.

To send a SELECT and read its answer costs a service as much as all else that it does for a fetch;
under load, several fetches share that. Nobody waits for others to come: what comes while few ask
is asked at once, and what comes while they do is asked next, together.
"""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Final, Protocol
from uuid import UUID

from asyncpg import Record

from app.foundation.reads import Query, Reads

SIZES: Final = (1, 2, 4, 8)
"""How many rows one SELECT asks for. Each has a text of its own, which PostgreSQL keeps the plan
of; an array, of which it doesn't know how long it is, would be planned anew each time."""
AT_ONCE: Final = 2
"""How many SELECTs of a kind are under way: one runs while what another found goes out."""
Found = asyncio.Future[Record | None]


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A SELECT of rows by their ids, compiled for each of the `SIZES`.

    The id is its first column, and `id_0`, `id_1` and so on are those that it binds.
    """

    queries: tuple[Query, ...]

    @property
    def alone(self) -> Query:
        """The SELECT of one row."""
        return self.queries[0]


def point(made: Callable[[int], Query]) -> Point:
    """Compile a SELECT for each of the `SIZES`."""
    return Point(tuple(made(size) for size in SIZES))


class Points(Protocol):
    """Whatever answers point reads."""

    async def point(self, point: Point, at: UUID, values: Mapping[str, Any]) -> Record | None:
        """Read one row. Raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Alone:
    """Asks for each on its own, where each may have a way of its own."""

    reads: Reads

    async def point(self, point: Point, at: UUID, values: Mapping[str, Any]) -> Record | None:
        """Read one row. Raises `Unavailable`."""
        return await self.reads.row(point.alone, {**values, "id_0": at})


@dataclass(slots=True)
class _Line:
    """Who waits for the same SELECT, and how many of these are under way."""

    waiting: list[tuple[UUID, Found]] = field(default_factory=list)
    asking: int = 0


class Together:
    """Asks together for what several callers want at the same time."""

    def __init__(self, reads: Reads) -> None:
        """Ask over these connections."""
        self._reads = reads
        self._lines: dict[Hashable, _Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def point(self, point: Point, at: UUID, values: Mapping[str, Any]) -> Record | None:
        """Read one row; others with the same values besides are read with it.

        Raises `Unavailable`, and so for all of them.
        """
        key = (point, *values.values())
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
        loop = asyncio.get_running_loop()
        found: Found = loop.create_future()
        line.waiting.append((at, found))
        if line.asking < AT_ONCE:
            line.asking += 1
            task = loop.create_task(self._work(key, line, point, values))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await found

    async def _work(
        self, key: Hashable, line: _Line, point: Point, values: Mapping[str, Any]
    ) -> None:
        """Ask until nobody waits any more."""
        try:
            while line.waiting:
                asked, line.waiting = line.waiting[: SIZES[-1]], line.waiting[SIZES[-1] :]
                await self._ask(asked, point, values)
        finally:
            line.asking -= 1
            if not line.asking:
                del self._lines[key]

    async def _ask(
        self, asked: list[tuple[UUID, Found]], point: Point, values: Mapping[str, Any]
    ) -> None:
        """Ask once, and tell all what came of it."""
        place = next(place for place, size in enumerate(SIZES) if size >= len(asked))
        # Where there are fewer, the last one fills up: the SELECT finds it once.
        ids = [at for at, _ in asked]
        ids += repeat(ids[-1], SIZES[place] - len(ids))
        try:
            rows = await self._reads.rows(point.queries[place], {**values, **_named(ids)})
        except BaseException as error:
            for _, found in asked:
                if not found.done():
                    found.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        by_id = {row[0]: row for row in rows}
        for at, found in asked:
            if not found.done():
                found.set_result(by_id.get(at))


def _named(ids: list[UUID]) -> dict[str, UUID]:
    return {f"id_{place}": one for place, one in enumerate(ids)}
