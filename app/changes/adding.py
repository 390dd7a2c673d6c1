"""Adding rows: each at once, or many together, table by table.

One record costs a round trip for its row, one for each of its parts, and one for the change log.
A batch would spend its time on them. So what it adds is gathered, and then written with a few
statements, whatever number of records there is; the rules are the same.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.documents.shape import Kind
from app.foundation.columnwise import insert_rows
from app.foundation.problems import taken
from app.tables.record import Base, Record, core

Row = Mapping[str, Any]
T = TypeVar("T")
R = TypeVar("R", bound=Record)
_KEY = "onrecord.gathered"


class Noted(NamedTuple):
    """A change that is to be written down: what was done to which record, by whom, asked how."""

    action: str
    kind: Kind[Any]
    id: UUID
    by: Caller
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be added, in the order in which it came."""

    records: list[Record] = field(default_factory=list)
    parts: list[tuple[type[Base], Row]] = field(default_factory=list)
    changes: list[Noted] = field(default_factory=list)
    known: dict[tuple[type[Record], UUID], Any] = field(default_factory=dict)
    """When what is there was archived, and what it was merged into, where that was looked up."""
    free: set[tuple[type[Record], str]] = field(default_factory=set)
    """References of the caller's organisation that were looked up, and aren't there."""
    seen: dict[Any, Any] = field(default_factory=dict)
    """What else was looked up once for all."""

    @contextmanager
    def or_nothing(self) -> Iterator[None]:
        """Forget what was gathered inside when something is refused there."""
        lists: tuple[list[Any], ...] = self.records, self.parts, self.changes
        before = [len(one) for one in lists]
        try:
            yield
        except BaseException:
            for row in self.records[before[0] :]:
                self.known.pop((type(row), row.id), None)
            for one, length in zip(lists, before, strict=True):
                del one[length:]
            raise

    def record(self, table: type[R], record_id: UUID) -> R | None:
        """Give a record that is still to be written, if it is one of these."""
        if (table, record_id) not in self.known:
            return None
        found = (row for row in self.records if row.id == record_id)
        return next((row for row in found if isinstance(row, table)), None)

    def pending(self, table: type[R], **values: Any) -> R | None:  # noqa: ANN401 - SQL values.
        """Give a record that is still to be written and has these values, if there is one."""
        found = (row for row in self.records if isinstance(row, table))
        return next((row for row in found if _has(row.__dict__, values)), None)

    def has_part(self, part: type[Base], **values: Any) -> bool:  # noqa: ANN401 - as above.
        """Say whether a part is still to be written that has these values."""
        return any(one is part and _has(row, values) for one, row in self.parts)

    async def write(self, session: AsyncSession) -> None:
        """Write the rows: of what is referred to first, and parts last."""
        await session.flush()
        records: dict[type[Record], list[Row]] = defaultdict(list)
        for record in self.records:
            records[type(record)].append(_columns(record))
        for table in sorted(records, key=place):
            await insert_rows(session, core(table), records[table])
        parts: dict[type[Base], list[Row]] = defaultdict(list)
        for part, row in self.parts:
            parts[part].append(row)
        for part, rows in parts.items():
            await insert_rows(session, core(part), rows)


@contextmanager
def gathering(session: AsyncSession, foreseen: Gathered | None = None) -> Iterator[Gathered]:
    """Gather what is added inside, instead of writing it.

    What is foreseen was looked up before, all at once, so that nobody looks it up one by one.
    """
    made = Gathered()
    if foreseen is not None:
        made.known.update(foreseen.known)
        made.free.update(foreseen.free)
        made.seen.update(foreseen.seen)
    session.info[_KEY] = made
    try:
        yield made
    finally:
        del session.info[_KEY]


def gathered(session: AsyncSession) -> Gathered | None:
    """Give what is being gathered, if anything is."""
    found: Gathered | None = session.info.get(_KEY)
    return found


async def add_record(session: AsyncSession, row: Record) -> None:
    """Add a record's row. Raises `Conflict` when its `ref` is taken."""
    later, kind = gathered(session), type(row)
    if row.ref is not None and await _is_taken(session, kind, row.organization_id, row.ref):
        raise taken("/ref", "This ref is taken")
    if later is not None:
        later.records.append(row)
        later.known[kind, row.id] = (None, None)
        return
    session.add(row)
    await session.flush()


async def _is_taken(
    session: AsyncSession, kind: type[Record], organization_id: UUID | None, ref: str
) -> bool:
    later = gathered(session)
    if later is not None:
        if later.pending(kind, organization_id=organization_id, ref=ref) is not None:
            return True
        if (kind, ref) in later.free:
            return False
    same = (kind.organization_id == organization_id, kind.ref == ref)
    return bool(await session.scalar(select(select(kind.id).where(*same).exists())))


async def looked_up(
    session: AsyncSession,
    asked: Any,  # noqa: ANN401 - whatever names it.
    look: Callable[[], Awaitable[T]],
) -> T:
    """Look something up; once for all, while rows are gathered."""
    later = gathered(session)
    if later is None:
        return await look()
    found: T = later.seen.get(asked) or await look()
    if found is not None:
        later.seen[asked] = found
    return found


async def add_parts(session: AsyncSession, part: type[Base], rows: Sequence[Row]) -> None:
    """Add rows that belong to a record."""
    later = gathered(session)
    if later is not None:
        later.parts.extend((part, row) for row in rows)
    elif rows:
        await insert_rows(session, core(part), rows)


def new_record(session: AsyncSession, table: type[R], columns: Row) -> R:
    """Make a record that is to be added.

    One that is gathered only carries its columns: it is never in the session, which would note
    each of them, and take as long for that as all rules together.
    """
    if gathered(session) is None:
        return table(**columns)
    row = table()
    row.__dict__.update(columns)
    return row


def _has(given: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(given.get(name) == value for name, value in values.items())


def _columns(record: Record) -> Row:
    """Give the columns of a record; defaults are left to whoever inserts it."""
    names = _names(type(record))
    return {name: value for name, value in record.__dict__.items() if name in names}


@cache
def _names(table: type[Base]) -> frozenset[str]:
    return frozenset(core(table).columns.keys())


def place(table: type[Base]) -> int:
    """Say where a table stands among all: after those to which it refers."""
    return _places()[core(table)]


@cache
def _places() -> dict[Any, int]:
    return {table: at for at, table in enumerate(Base.metadata.sorted_tables)}
