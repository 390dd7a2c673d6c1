"""From what came in to rows: names become ids, and what is nested is recorded first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import looked_up
from app.changes.parts import require
from app.documents.source import SOURCE
from app.foundation.ids import new_id
from app.foundation.problems import invalid, under
from app.measures.queries import with_key
from app.sources import actions as sources
from app.statements.parts import NewAppearance, NewQuantity, TopicChoice
from app.statements.schemas import NewStatement
from app.statements.tree import placed
from app.tables.appearance import Appearance
from app.tables.measure import Measure
from app.tables.quantity import Quantity
from app.tables.record import Part
from app.tables.statement import Statement
from app.tables.topic import Topic
from app.tables.translation import Translation
from app.topics import actions as topics
from app.topics.schemas import NewTopic

Row = dict[str, Any]
_NUMBERS = ("value", "low", "high")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a statement as rows, in their order."""

    translations: list[Row]
    quantities: list[Row]
    appearances: list[Row]
    topics: list[UUID]

    @classmethod
    def of(cls, row: Statement) -> "Parts":
        """Take the parts of a stored statement."""
        return cls(
            _stored(Translation, row.translations, {"id"}),
            _stored(Quantity, row.quantities, {"first_on", "last_on"}),
            _stored(Appearance, row.appearances),
            [topic.topic_id for topic in row.topic_rows],
        )


def _stored(
    part: type[Part], rows: Iterable[Part], without: frozenset[str] | set[str] = frozenset()
) -> list[Row]:
    left_out = {"statement_id", "position", *without}
    columns = [column.key for column in part.__table__.columns if column.key not in left_out]
    return [{column: getattr(row, column) for column in columns} for row in rows]


async def resolve(
    session: AsyncSession,
    by: Caller,
    wanted: NewStatement,
    current: Parts | None,
    *,
    are_given: bool = False,
) -> Parts:
    """Work the rows out; record nested sources and topics.

    When ids are given, parts that are new keep theirs: they come from elsewhere, with their ids.
    Raises `InvalidInput` or `Conflict`, pointing at the part.
    """
    known = current or Parts([], [], [], [])
    return Parts(
        [translation.model_dump() for translation in wanted.translations],
        await _quantities(session, wanted.quantities, known.quantities, are_given=are_given),
        await _appearances(session, by, wanted.appearances, known.appearances, are_given=are_given),
        await _topics(session, by, wanted.topics, known.topics),
    )


async def _quantities(
    session: AsyncSession, wanted: Sequence[NewQuantity], known: list[Row], *, are_given: bool
) -> list[Row]:
    rows = []
    for position, quantity in enumerate(wanted):
        with under(f"/quantities/{position}"):
            measure = await _measure(session, quantity.measure, known)
            row = quantity.model_dump(exclude={"measure"}) | {"measure_id": measure.id}
            row |= {name: Decimal(row[name]) for name in _NUMBERS if row[name] is not None}
            before = known[position] if position < len(known) else None
            same = before is not None and before["measure_id"] == measure.id
            row["id"] = _kept(quantity.id, known, are_given=are_given) or (
                before["id"] if before and same else new_id()
            )
            rows.append(row)
    _refuse_repeated(rows, "quantities", "id")
    return rows


async def _measure(session: AsyncSession, key: str, known: list[Row]) -> Measure:
    found = await looked_up(session, ("measure", key), partial(with_key, session, key))
    if found is None:
        raise invalid("/measure", "reference", f"There is no measure '{key}'")
    if found.archived_at is not None and found.id not in [row["measure_id"] for row in known]:
        raise invalid("/measure", "reference", "This measure was archived")
    return found


async def _appearances(
    session: AsyncSession,
    by: Caller,
    wanted: Sequence[NewAppearance],
    known: list[Row],
    *,
    are_given: bool,
) -> list[Row]:
    if not wanted:
        return []
    ids = {row["key"]: row["id"] for row in known}
    carried = {row["id"]: row["source_id"] for row in known}
    nested = any(appearance.source for appearance in wanted)
    stored = await sources.stored(session, carried.values() if nested else ())
    keys = _keys(wanted, known)
    rows = []
    for position, appearance in enumerate(wanted):
        with under(f"/appearances/{position}"):
            key = keys[position]
            row = appearance.model_dump(
                exclude={"source", "parent_id", "parent_key"}, by_alias=True
            )
            row["key"] = key
            row["id"] = _kept(appearance.id, known, are_given=are_given) or ids.get(key) or new_id()
            own = [carried[row["id"]]] if row["id"] in carried else []
            likely = [*own, *carried.values()]
            row["source_id"] = await _source(session, by, appearance, likely, stored)
            rows.append(row)
    _refuse_repeated(rows, "appearances", "key")
    _refuse_repeated(rows, "appearances", "id")
    return placed(rows, wanted)


def _keys(wanted: Sequence[NewAppearance], known: list[Row]) -> list[str]:
    """Give the keys; those that were not given are made up, and none that was given."""
    kept = {row["id"]: row["key"] for row in known}
    given = [one.key or kept.get(one.id) for one in wanted]
    free = (key for number in count(1) if (key := f"a{number}") not in given)
    return [key or next(free) for key in given]


def _kept(given: UUID | None, known: list[Row], *, are_given: bool) -> UUID | None:
    """Take an id that was given, if it is one that this statement has, or brings along."""
    if not are_given and given is not None and given not in [row["id"] for row in known]:
        raise invalid("/id", "reference", "This statement has nothing of this id")
    return given


def _refuse_repeated(rows: list[Row], part: str, field: str) -> None:
    seen = set()
    for position, row in enumerate(rows):
        if row[field] in seen:
            pointer = f"/{part}/{position}/{field}"
            raise invalid(pointer, "repeated", f"The same {field} is there twice")
        seen.add(row[field])


async def _source(
    session: AsyncSession,
    by: Caller,
    appearance: NewAppearance,
    likely: list[UUID],
    stored: sources.Stored,
) -> UUID:
    """Take the source that is named or meant, or else record it."""
    if appearance.source is not None:
        present = sources.meant(by, stored, likely, appearance.source)
        if present is not None:
            return present
        with under("/source"):
            return (await sources.add(session, by, appearance.source)).id
    if appearance.source_id not in likely:
        await require(session, SOURCE, appearance.source_id, "/source_id")
    return UUID(str(appearance.source_id))


async def _topics(
    session: AsyncSession, by: Caller, wanted: Sequence[TopicChoice], known: list[UUID]
) -> list[UUID]:
    ids: list[UUID] = []
    for position, choice in enumerate(wanted):
        with under(f"/topics/{position}"):
            found = await _topic(session, by, choice, known)
            if found in ids:
                raise invalid("", "repeated", "The same topic is there twice")
            ids.append(found)
    return ids


async def _topic(session: AsyncSession, by: Caller, choice: TopicChoice, known: list[UUID]) -> UUID:
    if isinstance(choice, NewTopic):
        same = select(Topic.id).where(Topic.id.in_(known), Topic.key == choice.key)
        present = await session.scalar(same) if known else None
        return present or (await topics.add(session, by, choice)).id
    found = await looked_up(session, ("topic", choice), partial(_named, session, choice))
    if found is None:
        raise invalid("", "reference", f"There is no topic '{choice}'; give its labels to make it")
    if found.archived_at is not None and found.id not in known:
        raise invalid("", "reference", "This topic was archived")
    return found.id


async def _named(session: AsyncSession, choice: str) -> Topic | None:
    named = select(Topic).where(or_(cast(Topic.id, Text()) == choice, Topic.key == choice))
    return (await session.scalars(named)).one_or_none()
