"""Adding rows: each at once, or many together, table by table.

One record costs a round trip for its row, one for each of its parts, and one for the change log.
A batch would spend its time on them. So what it adds is gathered, and then written with a few
statements, whatever number of records there is; the rules are the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.shape import Kind
from app.foundation.problems import taken
from app.tables.record import Base, Record, core

Row = Mapping[str, Any]
_KEY = "onrecord.gathered"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be added, in the order in which it came."""

    records: list[Record] = field(default_factory=list)
    parts: list[tuple[type[Base], Row]] = field(default_factory=list)
    changes: list[tuple[str, Kind[Any], UUID]] = field(default_factory=list)

    @contextmanager
    def or_nothing(self) -> Iterator[None]:
        """Forget what was gathered inside when something is refused there."""
        lists: tuple[list[Any], ...] = self.records, self.parts, self.changes
        before = [len(one) for one in lists]
        try:
            yield
        except BaseException:
            for one, length in zip(lists, before, strict=True):
                del one[length:]
            raise

    async def write(self, session: AsyncSession) -> None:
        """Write the rows: of what is referred to first, and parts last."""
        records: dict[type[Record], list[Record]] = defaultdict(list)
        for record in self.records:
            records[type(record)].append(record)
        for table in sorted(records, key=place):
            session.add_all(records[table])
            await session.flush()
        parts: dict[type[Base], list[Row]] = defaultdict(list)
        for part, row in self.parts:
            parts[part].append(row)
        for part, rows in parts.items():
            await session.execute(insert(core(part)), rows)


@contextmanager
def gathering(session: AsyncSession) -> Iterator[Gathered]:
    """Gather what is added inside, instead of writing it."""
    session.info[_KEY] = made = Gathered()
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
    if row.ref is not None:
        kind = type(row)
        same = (kind.organization_id == row.organization_id, kind.ref == row.ref)
        if await session.scalar(select(select(kind.id).where(*same).exists())):
            raise taken("/ref", "This ref is taken")
    later = gathered(session)
    if later is not None:
        later.records.append(row)
        return
    session.add(row)
    await session.flush()


async def add_parts(session: AsyncSession, part: type[Base], rows: Sequence[Row]) -> None:
    """Add rows that belong to a record."""
    later = gathered(session)
    if later is not None:
        later.parts.extend((part, row) for row in rows)
    elif rows:
        await session.execute(insert(core(part)), rows)


def place(table: type[Base]) -> int:
    """Say where a table stands among all: after those to which it refers."""
    return list(Base.metadata.sorted_tables).index(core(table))
