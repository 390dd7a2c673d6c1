"""Point reads that come together: asked with one SELECT, and each gets its own row.

To send a SELECT and read its answer costs a service as much as all else that it does for a fetch;
under load, several fetches share that. Nobody waits for others to come: what comes while few ask
is asked at once, and what comes while they do is asked next, together.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from asyncpg import Record

from app.foundation.problems import Unavailable
from app.foundation.reads import Query, Reads, one_by_one

SIZES: Final = (1, 2, 4, 8)
"""How many rows one SELECT asks for. Each has a text of its own, which PostgreSQL keeps the plan
of; an array, of which it doesn't know how long it is, would be planned anew each time."""
AT_ONCE: Final = 2
"""How many SELECTs of a kind are under way: one runs while what another found goes out."""


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
        return await self.reads.row(point.alone, {**values, **one_by_one("id", [at])})


class _Waiting(NamedTuple):
    """Somebody who waits for a row, and until when they wait for its SELECT to begin."""

    at: UUID
    until: float
    found: asyncio.Future[Record | None]


@dataclass(slots=True)
class _Line:
    """Who waits for the same SELECT, and how many of these are under way."""

    waiting: list[_Waiting] = field(default_factory=list)
    asking: int = 0


class Together:
    """Asks together for what several callers want at the same time."""

    def __init__(self, reads: Reads, *, patience: float) -> None:
        """Ask over these connections; who has waited for so many seconds is told to come again."""
        self._reads = reads
        self._patience = patience
        self._lines: dict[Hashable, _Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def point(self, point: Point, at: UUID, values: Mapping[str, Any]) -> Record | None:
        """Read one row; others with the same values besides are read with it.

        Raises `Unavailable`, and so for all of them.
        """
        key = (point, *values.values())
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
        loop = asyncio.get_running_loop()
        one = _Waiting(at, loop.time() + self._patience, loop.create_future())
        line.waiting.append(one)
        if line.asking < AT_ONCE:
            self._start(key, line, point, values)
        return await one.found

    async def close(self) -> None:
        """Stop asking; who still waits is told to come again."""
        self._is_closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, key: Hashable, line: _Line, point: Point, values: Mapping[str, Any]) -> None:
        """Begin to ask. The task works for all who wait, and is nobody's request."""
        line.asking += 1
        work = self._work(line, point, values)
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, key, line, point, values))

    async def _work(self, line: _Line, point: Point, values: Mapping[str, Any]) -> None:
        """Ask until nobody waits any more."""
        while asked := _next(line):
            await self._ask(line, asked, point, values)

    def _ended(
        self,
        key: Hashable,
        line: _Line,
        point: Point,
        values: Mapping[str, Any],
        task: asyncio.Task[None],
    ) -> None:
        """See that nobody waits for a task that is done: who came since is asked for by another."""
        self._tasks.discard(task)
        line.asking -= 1
        if self._is_closed:
            _fail(line.waiting, Unavailable())
        elif line.waiting:
            self._start(key, line, point, values)
        if not line.asking:
            del self._lines[key]

    async def _ask(
        self, line: _Line, asked: list[_Waiting], point: Point, values: Mapping[str, Any]
    ) -> None:
        """Ask once, and tell all what came of it.

        Where the database is away or too slow, those who come next don't wait to hear the same.
        What fails for another reason may fail for one of them alone: each is asked for again.
        """
        place = next(place for place, size in enumerate(SIZES) if size >= len(asked))
        # Where there are fewer, the last one fills up: the SELECT finds it once.
        ids = [one.at for one in asked]
        ids += repeat(ids[-1], SIZES[place] - len(ids))
        try:
            rows = await self._reads.rows(point.queries[place], {**values, **one_by_one("id", ids)})
        except Unavailable as error:
            _fail([*asked, *line.waiting], error)
            line.waiting = []
        except Exception as error:  # noqa: BLE001 - it is theirs who wait.
            if len(asked) == 1:
                _fail(asked, error)
                return
            for one in asked:
                await self._ask(line, [one], point, values)
        except BaseException:
            _fail(asked, Unavailable())
            raise
        else:
            by_id = {row[0]: row for row in rows}
            for one in asked:
                if not one.found.done():
                    one.found.set_result(by_id.get(one.at))


def _next(line: _Line) -> list[_Waiting]:
    """Take those whose turn it is, without who is gone; who waited too long is told so."""
    now = asyncio.get_running_loop().time()
    late = [one for one in line.waiting if one.until < now]
    if late:
        _fail(late, Unavailable())
    waiting = [one for one in line.waiting if not one.found.done()]
    asked, line.waiting = waiting[: SIZES[-1]], waiting[SIZES[-1] :]
    return asked


def _fail(waiting: Iterable[_Waiting], error: Exception) -> None:
    for one in waiting:
        if not one.found.done():
            one.found.set_exception(error)
