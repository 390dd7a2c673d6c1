"""Records that are added at the same time: written in one transaction, and each has its own answer.

A transaction costs PostgreSQL and the service as much as what one record adds; under load, several
records share it, table by table, as those of a batch do. Nobody waits for others to come: what
comes while few transactions are under way begins one, and what comes while they are is written
next, together.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Annotated, Final

import structlog
from fastapi import Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import repeating
from app.access.authentication import caller
from app.access.caller import Caller
from app.access.repeating import Result
from app.access.retrying import Attempt, attempted
from app.access.routing import WRITES
from app.access.writing import telling_written
from app.changes.adding import gathering
from app.changes.writing import write
from app.foundation.answers import Written, created
from app.foundation.database import Database, cause_of, refusal
from app.foundation.problems import Problem, Unavailable
from app.foundation.reads import Query
from app.foundation.strict import BEFORE_REFUSAL
from app.foundation.wire import REQUEST_ID
from app.foundation.writes import run

MOST: Final = 16
"""How many share a transaction."""
HEAVIEST: Final = 64
"""How many records are written in one that is shared, with those that are nested."""
AT_ONCE: Final = 2
"""How many transactions are under way, besides those that take long."""
LONG: Final = 0.1
"""Seconds after which one takes long: nobody waits for it any more but who is in it."""
_SHARED: Final = Query(
    "SELECT set_config('lock_timeout', '1s', true),"
    " set_config('plan_cache_mode', 'force_generic_plan', true)",
    (),
)
"""Where several share a transaction, they don't wait long for what others hold. And plans are kept:
PostgreSQL takes an array that it doesn't know for ten values, and would plan anew each time."""
_TOGETHER_ONLY: Final = ("40", "55P03", "57014")
"""What may hold for several in a transaction, and for none of them alone (SQLSTATE, or class)."""
Act = Callable[[AsyncSession], Awaitable[Written]]
_LOG = structlog.get_logger("onrecord.joining")


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What somebody wants to add, `weight` records with all that is nested, and its answer."""

    collection: str
    act: Act
    weight: int
    attempt: Attempt | None
    request_id: str = field(default_factory=REQUEST_ID.get)
    answer: asyncio.Future[Response] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def name(self) -> str | None:
        """What is locked while it is carried out: two of a name never share a transaction."""
        return None if self.attempt is None else self.attempt.name

    def told(self, result: Result | BaseException) -> None:
        """Give the answer, unless nobody waits for it any more."""
        if self.answer.done():
            return
        if isinstance(result, Response):
            self.answer.set_result(result)
        else:
            self.answer.set_exception(result)


class Joining:
    """Adds together what several callers add at the same time."""

    def __init__(self, database: Database) -> None:
        """Add to this database."""
        self._database = database
        self._waiting: list[Wish] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._quick: set[asyncio.Task[None]] = set()
        self._sizes: deque[int] = deque([1], maxlen=2)
        self._is_closed = False

    async def add(self, wish: Wish) -> Response:
        """Add what is wished, and answer when it is committed.

        Raises what its `act` does, what `Attempt.begin` does, and what the database refuses.
        """
        if self._is_closed:
            raise Unavailable
        self._waiting.append(wish)
        self._go_on()
        return await wish.answer

    async def close(self) -> None:
        """Finish what is under way; who still waits is told to come again."""
        self._is_closed = True
        _tell(self._waiting, Unavailable())
        self._waiting = []
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _go_on(self) -> None:
        """Begin another transaction; while a quick one is under way, when as many wait as usual."""
        enough = max(self._sizes) if self._quick else 1
        if len(self._quick) < AT_ONCE and len(self._waiting) >= enough:
            wishes, self._waiting = _next(self._waiting)
            if wishes:
                self._sizes.append(len(wishes))
                self._watch(self._start(wishes))

    def _start(self, wishes: Sequence[Wish]) -> asyncio.Task[None]:
        """Begin a transaction. The task works for all of them, and is nobody's request."""
        task = asyncio.get_running_loop().create_task(self._work(wishes), context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _watch(self, task: asyncio.Task[None]) -> None:
        """Let others wait for it, until it ends, or takes long."""
        self._quick.add(task)
        late = asyncio.get_running_loop().call_later(LONG, self._no_longer, task)
        task.add_done_callback(lambda _: late.cancel())
        task.add_done_callback(self._no_longer)

    def _no_longer(self, task: asyncio.Task[None]) -> None:
        self._quick.discard(task)
        self._go_on()

    async def _work(self, wishes: Sequence[Wish]) -> None:
        """Add what is wished, and give all their answers.

        What fails for several may fail for one of them alone, and each is tried again on its own;
        unless it may have been committed.
        """
        shared = _Transaction(self._database, wishes)
        try:
            results = await shared.carried_out()
        except Exception as error:  # noqa: BLE001 - it is theirs who wait.
            if len(wishes) == 1 or not shared.is_undone(error):
                _tell(wishes, error)
                return
            _LOG.info("added one by one", records=len(wishes), reason=type(error).__name__)
            for wish in wishes:
                if not wish.answer.done():
                    self._start([wish])
        except BaseException:
            _tell(wishes, Unavailable())
            raise
        else:
            for wish, result in zip(wishes, results, strict=True):
                wish.told(result)


@dataclass(slots=True)
class _Transaction:
    """One that several share, or one has alone; `is_ending` from when it may be committed."""

    database: Database
    wishes: Sequence[Wish]
    is_ending: bool = False

    async def carried_out(self) -> list[Result]:
        """Add what is wished, and give each its answer, or why it is refused."""
        attempts = [wish.attempt for wish in self.wishes if wish.attempt is not None]
        async with self.database.sessions.begin() as session:
            if len(self.wishes) > 1:
                await run(session, _SHARED, {})
            known = await repeating.begin(session, attempts)
            wanted = [wish for wish in self.wishes if wish.name not in known]
            done = dict(zip(wanted, await _written(session, wanted), strict=True))
            answered = [
                (wish.attempt, answer)
                for wish, answer in done.items()
                if wish.attempt is not None and isinstance(answer, Response)
            ]
            await repeating.remember(session, answered)
            if not any(isinstance(answer, Response) for answer in done.values()):
                # Nothing was written, so nothing is looked at before a commit.
                await session.rollback()
            self.is_ending = True
        return [done[wish] if wish in done else known[str(wish.name)] for wish in self.wishes]

    def is_undone(self, error: Exception) -> bool:
        """Say whether nothing of it was committed, and another one may do better."""
        state = getattr(cause_of(error), "sqlstate", None)
        if isinstance(error, Unavailable) or (self.is_ending and state is None):
            return False
        may_do_better = (state or "").startswith(_TOGETHER_ONLY)
        return may_do_better or not isinstance(refusal(error), Unavailable)


async def _written(session: AsyncSession, wishes: Sequence[Wish]) -> list[Result]:
    """Gather what is wished, and write it; what a rule refuses is refused alone."""
    results: list[Written | Problem] = []
    with gathering(session) as made:
        for wish in wishes:
            REQUEST_ID.set(wish.request_id)
            try:
                with made.or_nothing():
                    results.append(await wish.act(session))
            except Unavailable:
                raise
            except Problem as refused:
                results.append(refused)
    documents = await write(session, made)
    return [
        one if isinstance(one, Problem) else created(wish.collection, documents[one.id])
        for wish, one in zip(wishes, results, strict=True)
    ]


def _next(waiting: Iterable[Wish]) -> tuple[list[Wish], list[Wish]]:
    """Take those whose turn it is, without who is gone; the others wait for the next turn."""
    taken: list[Wish] = []
    left: list[Wish] = []
    names: set[str] = set()
    weight = 0
    for wish in waiting:
        if wish.answer.done():
            continue
        is_full = len(taken) == MOST or (taken and weight + wish.weight > HEAVIEST)
        if is_full or wish.name in names:
            left.append(wish)
            continue
        taken.append(wish)
        weight += wish.weight
        if wish.name is not None:
            names.add(wish.name)
    return taken, left


def _tell(wishes: Iterable[Wish], error: BaseException) -> None:
    for wish in wishes:
        wish.told(error)


@dataclass(frozen=True, slots=True)
class Adder:
    """Adds a record for who asks, along with what others add meanwhile."""

    request: Request
    by: Caller

    async def __call__(self, collection: str, act: Act, weight: int) -> Response:
        """Answer 201 when it is committed. Raises what `Joining.add` does."""
        joining: Joining = self.request.app.state.joining
        async with telling_written(self.request):
            attempt = await attempted(self.request, self.by)
            return await joining.add(Wish(collection, act, weight, attempt))


async def adder(request: Request, by: Annotated[Caller, Depends(caller)]) -> Adder:
    """Find out who adds; what they read meanwhile is the primary's."""
    request.scope[WRITES] = True
    setattr(request.state, BEFORE_REFUSAL, _repeated)
    return Adder(request, by)


async def _repeated(request: Request) -> None:
    """See that a body that is refused isn't one that was taken before. Raises `Answered`."""
    attempt = await attempted(request, await caller(request))
    if attempt is not None:
        database: Database = request.app.state.database
        async with database.sessions() as session:
            await attempt.begin(session)


adder.tells_position = True  # type: ignore[attr-defined]
Adding = Annotated[Adder, Depends(adder)]
