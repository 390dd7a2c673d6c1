"""References to speakers: found, moved from one speaker to another, and told in the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, Uuid, any_, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.record import record_all, request_of
from app.documents.contact import CONTACT
from app.documents.shape import Column, Kind
from app.documents.speaker import SPEAKER
from app.documents.statement import STATEMENT
from app.tables.contact import Contact
from app.tables.merge import Reference, SpeakerMerge, SpeakerMove
from app.tables.speaker import Affiliation, Speaker
from app.tables.statement import Statement

_AT_ONCE = 1000
"""How many entries of the log are written in one statement."""
REFERENCES: Mapping[Reference, Any] = {
    Reference.STATEMENT: Statement.speaker_id,
    Reference.AFFILIATION: Affiliation.organization_id,
    Reference.CONTACT: Contact.speaker_id,
}
"""The columns that refer to a speaker, but for those of the speaker's own parts."""
_OWNERS: Mapping[Reference, Any] = {
    Reference.STATEMENT: Statement.organization_id,
    Reference.AFFILIATION: Affiliation.speaker_id,
    Reference.CONTACT: Contact.organization_id,
}
"""Whose each is: the organisation of a statement or contact, the speaker of an affiliation."""
_KINDS: Mapping[Reference, Kind[Any]] = {
    Reference.STATEMENT: STATEMENT,
    Reference.CONTACT: CONTACT,
}
Found = dict[UUID, UUID | None]
"""Rows that refer to a speaker, by their ids, and whose each is."""


def of(reference: Reference, speaker_id: UUID) -> Select[Any]:
    """Select the references to a speaker; what it says of itself isn't one."""
    column, owner = REFERENCES[reference], _OWNERS[reference]
    rows = select(column.class_.id, owner).where(column == speaker_id)
    return rows.where(owner != speaker_id) if reference is Reference.AFFILIATION else rows


def brought(reference: Reference, way: Sequence[SpeakerMerge]) -> Select[Any]:
    """Select the references that merges brought from the first one's speaker to where the last led.

    All of these moved it, one after the other, and no other merge did since the first: what came
    there by another way isn't among them.
    """
    column, table = REFERENCES[reference], REFERENCES[reference].class_
    first = way[0].id
    moves = (
        select(func.array_agg(aggregate_order_by(SpeakerMove.merge_id, SpeakerMove.merge_id)))
        .join(SpeakerMerge, SpeakerMerge.id == SpeakerMove.merge_id)
        .where(SpeakerMove.row_id == table.id, SpeakerMove.merge_id >= first)
        .where(SpeakerMerge.unmerged_at.is_(None))
        .correlate(table)
        .scalar_subquery()
    )
    moved = select(SpeakerMove.row_id).where(SpeakerMove.merge_id == first)
    return select(table.id, _OWNERS[reference]).where(
        table.id.in_(moved),
        column == way[-1].into_id,
        moves == literal([one.id for one in way], ARRAY(BigInteger())),
    )


async def found(session: AsyncSession, rows: Select[Any]) -> Found:
    """Lock references in the order of their ids, and give them."""
    table = rows.selected_columns[0].table
    locked = rows.order_by(rows.selected_columns[0]).with_for_update(of=table, key_share=True)
    return {row[0]: row[1] for row in await session.execute(locked)}


async def lock_owners(session: AsyncSession, affiliations: Select[Any]) -> None:
    """Lock the speakers whose affiliations these are, in the order of their ids."""
    owners = affiliations.with_only_columns(Affiliation.speaker_id)
    locked = select(Speaker.id).where(Speaker.id.in_(owners)).order_by(Speaker.id)
    await session.execute(locked.with_for_update(key_share=True))


async def note(
    session: AsyncSession, merge: SpeakerMerge, reference: Reference, rows: Found
) -> None:
    """Write down which references a merge moves."""
    moved = select(literal(merge.id), func.unnest(_array(rows)), literal(reference.value))
    await session.execute(
        insert(SpeakerMove).from_select(["merge_id", "row_id", "reference"], moved)
    )


async def carry(
    session: AsyncSession,
    by: Caller,
    reference: Reference,
    rows: Found,
    to: UUID,
    reason: str | None,
) -> None:
    """Have these statements, or contacts, be another speaker's, and write that down.

    An entry is its statement's organisation's. Where that is another one than the caller's, it
    doesn't tell who did it and why: the entry of the merge does.
    """
    kind = _KINDS[reference]
    await _refer(session, reference, rows, to, **_grown(kind))
    own: dict[UUID | None, list[UUID]] = defaultdict(list)
    for row_id, organization_id in rows.items():
        own[organization_id].append(row_id)
    for organization_id, ids in own.items():
        is_ours = organization_id == by.organization_id
        as_whom = by if is_ours else Caller(organization_id=organization_id)
        await _tell(session, as_whom, kind, ids, reason if is_ours else None)


async def carry_affiliations(
    session: AsyncSession, by: Caller, affiliations: Found, to: UUID, reason: str | None
) -> None:
    """Have these affiliations be with another speaker, and write down whose changed by it."""
    await _refer(session, Reference.AFFILIATION, affiliations, to)
    owners = sorted({owner for owner in affiliations.values() if owner is not None})
    await _grow(session, SPEAKER, owners)
    await _tell(session, by, SPEAKER, owners, reason)


async def _refer(
    session: AsyncSession, reference: Reference, rows: Found, to: UUID, **also: Column
) -> None:
    """Have rows refer to another speaker, in one UPDATE with whatever else changes of them.

    A second one would have PostgreSQL look at all foreign keys of a row again, and so wait for who
    holds what they name.
    """
    column = REFERENCES[reference]
    table = column.class_.__table__
    changed = {column.key: to, **also}
    await session.execute(update(table).where(table.c.id == any_(_array(rows))).values(changed))


async def _grow(session: AsyncSession, kind: Kind[Any], ids: Sequence[UUID] | Found) -> None:
    """Give records their next version."""
    table: Any = kind.table.__table__
    grown = update(table).where(table.c.id == any_(_array(ids))).values(_grown(kind))
    await session.execute(grown)


def _grown(kind: Kind[Any]) -> dict[str, Column]:
    return {"version": kind.table.__table__.c.version + 1, "updated_at": func.now()}


async def _tell(
    session: AsyncSession, by: Caller, kind: Kind[Any], ids: Sequence[UUID], reason: str | None
) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        part = dict.fromkeys(ids[start : start + _AT_ONCE], request_of(by))
        await record_all(session, by, f"{kind.noun}.changed", kind, part, reason)


def _array(ids: Sequence[UUID] | Found) -> Column:
    return literal(list(ids), ARRAY(Uuid()))
