"""What is left to do for searching after others have committed: any process that is there does it.

What reaches far is analysed here (see `keeping`), and so is everything when the analyser learns
something new. Shelves are put up again when many statements have come. There is nothing that could
be lost: what is due stands in the database, and whoever looks first locks it.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from math import inf
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import (
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from app.documents.shape import Column
from app.finding.inputs import SHELVING
from app.finding.keeping import TABLES, Due, analyse
from app.foundation import metrics
from app.foundation.database import Database
from app.foundation.pauses import looking
from app.tables.finding import SHELF, NameKey, SearchDue, SearchShelf, StatementSearch
from app.tables.record import core
from app.words import analysis
from app.words import names as spelling

BATCH: Final = 50
"""How much is analysed in one transaction."""
LOCK: Final = 6031769118544
"""The number of the advisory lock that whoever shelves holds."""
LATE: Final = 2048
"""How many statements may have come before one that is committed only now."""
ALL: Final = 3600.0
"""After how many seconds all shelves are counted again: statements move between them, too."""
_NEWEST = (
    "SELECT pg_sequence_last_value(pg_get_serial_sequence('statement_search', 'serial')::regclass)"
)
_LOG = structlog.get_logger("onrecord.search")
T = TypeVar("T")


class Upkeep:
    """Looks for what is to be done, for as long as the process runs."""

    def __init__(self, database: Database, every: float, *, dictionary: bool) -> None:
        """Look every so many seconds; if that is 0, never: it is left to other processes."""
        self._database = database
        self._every = every
        self._dictionary = dictionary
        self._shelved, self._all_at = 0, -inf

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look while this is open."""
        return looking(self.look, self._every, _failed)

    async def look(self, told: Callable[[int], None] | None = None) -> int:
        """Do all that is to be done, and tell after each batch how much it was."""
        done, left = 0, await self.left()
        metrics.SEARCH_DUE.set(left)
        while batch := await self._within(self._batch):
            done += batch
            metrics.SEARCH_DUE.set(max(0, left - done))
            if told is not None:
                told(batch)
        if done >= BATCH:
            _LOG.info("analysed for searching", resources=done)
        come = await self._within(_come)
        if come - self._shelved >= SHELF // 4:
            now = time.monotonic()
            since = self._shelved if now < self._all_at else None
            while await self._within(partial(shelve, since=since)) is not None:
                pass
            self._shelved = come
            if since is None:
                self._all_at = now + ALL
        return done

    async def left(self) -> int:
        """Count what is still to be analysed."""
        return await self._within(_left)

    async def everything(self, collections: Iterable[str]) -> None:
        """Have all of these analysed again, by whoever looks next."""
        async with self._database.sessions.begin() as session:
            for collection in collections:
                ids = select(literal(collection), TABLES[collection].id)
                await session.execute(
                    insert(core(SearchDue)).from_select(["collection", "resource_id"], ids)
                )

    async def _within(self, work: Callable[[Session], T]) -> T:
        async with self._database.sessions.begin() as session:
            return await session.run_sync(work)

    def _batch(self, session: Session) -> int:
        """Analyse some of what is due, or else of what an older analyser has analysed."""
        due = _taken(session)
        if due:
            analyse(session, due, dictionary=self._dictionary)
            return len(set(due))
        old = _outdated(session)
        return analyse(session, old, dictionary=self._dictionary, only_free=True)


def _failed(error: Exception, in_a_row: int) -> None:
    _LOG.warning("search not kept up", why=type(error).__name__, in_a_row=in_a_row)


def _come(session: Session) -> int:
    """Tell how many statements have come until now, or a little more."""
    return int(session.scalar(text(_NEWEST)) or 0)


def _left(session: Session) -> int:
    counts = [
        select(func.count()).select_from(SearchDue),
        select(func.count()).where(StatementSearch.analysed_with < analysis.VERSION),
        select(func.count()).where(NameKey.analysed_with < spelling.VERSION),
    ]
    return sum(session.scalar(one) or 0 for one in counts)


def _taken(session: Session) -> list[Due]:
    """Take what is due, and nobody else has taken."""
    first = select(SearchDue.id).order_by(SearchDue.id).limit(BATCH)
    locked = first.with_for_update(skip_locked=True).cte("locked").prefix_with("MATERIALIZED")
    taken = delete(SearchDue).where(SearchDue.id.in_(select(locked.c.id)))
    rows = session.execute(taken.returning(SearchDue.collection, SearchDue.resource_id))
    return [(collection, resource_id) for collection, resource_id in rows]


def _outdated(session: Session) -> list[Due]:
    """Name what an older analyser has analysed; what a newer one has is left as it is."""
    old = NameKey.analysed_with < spelling.VERSION
    names: Any = select(NameKey.collection, NameKey.resource_id).where(old)
    collection: Column = literal_column("'statements'")
    older = StatementSearch.analysed_with < analysis.VERSION
    statements: Any = select(collection, StatementSearch.statement_id).where(older)
    for wanted in (
        names.order_by(NameKey.analysed_with, NameKey.resource_id),
        statements.order_by(StatementSearch.analysed_with, StatementSearch.statement_id),
    ):
        rows = session.execute(wanted.limit(BATCH)).all()
        if rows:
            return [(collection, resource_id) for collection, resource_id in rows]
    return []


def shelve(session: Session, since: int | None) -> int | None:
    """Make two of a shelf that holds too much; give how many statements were moved.

    The newest statements of it go to a new shelf. Where the newest shelf of all is full, nothing is
    moved: what comes from now on goes to a new one. Who writes waits meanwhile. None when there is
    nothing to do, or somebody else does it. Only shelves are counted to which statements have come
    `since` so many had, and else all of them.
    """
    among = None if since is None else _grown(session, since)
    found = _overfull(session, among)
    if found is None:
        return None
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}):
        return None
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SHELVING})
    found = _overfull(session, [found[0]])
    return None if found is None else _split(session, *found)


def _overfull(session: Session, among: Sequence[int] | None) -> tuple[int, int] | None:
    """Find a shelf that holds too much, of these or of all, and where it is to end."""
    amount = func.count()
    held = (
        select(StatementSearch.shelf, amount.label("amount"), func.max(StatementSearch.place))
        .group_by(StatementSearch.shelf)
        .having(amount > SHELF)
        .order_by(amount.desc())
    )
    if among is not None:
        held = held.where(StatementSearch.shelf.in_(among))
    newest = session.scalar(select(func.max(StatementSearch.place)))
    begun = session.scalar(select(func.max(SearchShelf.begins))) or 0
    for shelf, holds, last in session.execute(held).all():
        if holds > 2 * SHELF:
            places = select(StatementSearch.place).where(StatementSearch.shelf == shelf)
            ordered = places.order_by(StatementSearch.place).offset(holds - SHELF).limit(1)
            return shelf, session.scalars(ordered).one()
        if last == newest and begun <= last:
            return shelf, last + 1
    return None


def _grown(session: Session, since: int) -> list[int]:
    """List the shelves of statements that came since, or were committed since."""
    come = select(StatementSearch.shelf).where(StatementSearch.serial > since - LATE)
    return list(session.scalars(come.distinct()))


def _split(session: Session, shelf: int, begins: int) -> int:
    """Begin a new shelf at a place of one, and move what is there."""
    made = SearchShelf(begins=begins)
    session.add(made)
    session.flush()
    moved = update(StatementSearch).where(
        StatementSearch.shelf == shelf, StatementSearch.place >= begins
    )
    found = session.execute(moved.values(shelf=made.no).returning(StatementSearch.statement_id))
    return len(found.all())
