"""What can be done with statements."""

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes import archiving
from app.changes.adding import add_parts, add_record, new_record
from app.changes.holding import hold
from app.changes.moves import allow
from app.changes.parts import require, rewrite
from app.changes.record import record, recorded_change, shown
from app.changes.writing import whole
from app.documents.speaker import SPEAKER
from app.documents.statement import STATEMENT
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import Conflict, InputError, under
from app.speakers import actions as speakers
from app.statements import queries
from app.statements.moves import MOVES
from app.statements.resolving import Parts, resolve
from app.statements.schemas import NewStatement, NewStatementTransition, StatementPatch
from app.tables.appearance import Appearance
from app.tables.quantity import Quantity
from app.tables.statement import Statement, StatementTopic, Visibility
from app.tables.translation import Translation

_PARTS = {"translations", "quantities", "appearances", "topics"}
_ELSEWHERE = {"speaker", "speaker_id", "place", "checkability", *_PARTS}
_SAID = {
    "text", "language", "utterance", "speaker_id", "speaker_is_anonymous", "said_on",
    "occasion", "place_name", "place_country",
}  # fmt: skip


async def add(
    session: AsyncSession, by: Caller, new: NewStatement, own_id: UUID | None = None
) -> Written:
    """Record a statement, with the speaker, sources and topics that are nested in it."""
    return await whole(session, partial(_add, session, by, new, own_id))


def weight(new: NewStatement) -> int:
    """Say how many records a new statement may add, with those that are nested in it."""
    sources = [one.source for one in new.appearances if one.source is not None]
    publishers = sum(one.publisher is not None for one in sources)
    return 1 + (new.speaker is not None) + len(sources) + publishers + len(new.topics)


async def _add(
    session: AsyncSession, by: Caller, new: NewStatement, own_id: UUID | None
) -> Written:
    parts = await resolve(session, by, new, None, are_given=own_id is not None)
    columns = {
        "id": own_id or new_id(),
        "organization_id": by.organization_id,
        "created_by": by.person,
        **await _columns(session, by, new, None),
    }
    row = new_record(session, Statement, columns)
    await add_record(session, row)
    await _write_parts(session, row.id, parts, None)
    return await record(session, by, "statement.created", STATEMENT, row)


async def change(
    session: AsyncSession,
    by: Caller,
    statement_id: UUID,
    if_match: str | None,
    patch: StatementPatch | NewStatement,
) -> Written:
    """Change a statement, or replace it; its revision grows when what was said changes.

    Raises `Conflict` when it would hide a statement about which there is a public verdict, and
    `IllegalTransition`.
    """
    row = await hold(session, by, STATEMENT, statement_id, if_match, *queries.PARTS)
    wanted = patch.applied(NewStatement.model_validate(row))
    if "visibility" not in wanted.model_fields_set:
        wanted.visibility = await _default_visibility(session, row)
    if isinstance(patch, NewStatement) and "state" not in patch.model_fields_set:
        wanted.state = row.state
    if wanted.state is not row.state:
        allow(MOVES, row.state, wanted.state, "/state")
    before, after = Parts.of(row), await resolve(session, by, wanted, Parts.of(row))
    columns = await _columns(session, by, wanted, row)
    changed = {name for name, value in columns.items() if getattr(row, name) != value}
    if not changed and before == after:
        return await shown(session, by, STATEMENT, row)
    if "visibility" in changed and wanted.visibility is Visibility.INTERNAL:
        await _refuse_hiding(session, row.id)
    for name in changed:
        setattr(row, name, columns[name])
    if changed & _SAID or before.quantities != after.quantities:
        row.revision += 1
    await _write_parts(session, row.id, after, before)
    return await recorded_change(session, by, "statement.changed", STATEMENT, row)


async def move(
    session: AsyncSession,
    by: Caller,
    statement_id: UUID,
    if_match: str | None,
    how: NewStatementTransition,
) -> Written:
    """Move a statement to another state. Raises `IllegalTransition`."""
    row = await hold(session, by, STATEMENT, statement_id, if_match)
    allow(MOVES, row.state, how.to)
    row.state = how.to
    return await recorded_change(session, by, "statement.moved", STATEMENT, row, how.comment)


async def archive(
    session: AsyncSession, by: Caller, statement_id: UUID, if_match: str | None
) -> Response:
    """Archive a statement. Raises `Conflict` when there is a public verdict about it."""
    row = await hold(session, by, STATEMENT, statement_id, if_match)
    await _refuse_hiding(session, row.id)
    return await archiving.archive(session, by, STATEMENT, statement_id, if_match)


async def make_public(session: AsyncSession, by: Caller, row: Statement) -> None:
    """Make a statement public, since a verdict about it is to be."""
    if row.visibility is Visibility.INTERNAL:
        row.visibility = Visibility.PUBLIC
        reason = "A verdict about it is published"
        await recorded_change(session, by, "statement.changed", STATEMENT, row, reason)


async def _columns(
    session: AsyncSession, by: Caller, wanted: NewStatement, row: Statement | None
) -> dict[str, Any]:
    columns = wanted.model_dump(exclude=_ELSEWHERE)
    columns["speaker_id"] = await _speaker(session, by, wanted, row)
    columns["place_name"] = wanted.place.name if wanted.place else None
    columns["place_country"] = wanted.place.country if wanted.place else None
    columns["checkability_state"] = wanted.checkability.state
    columns["checkability_reason"] = wanted.checkability.reason
    return columns


async def _speaker(
    session: AsyncSession, by: Caller, wanted: NewStatement, row: Statement | None
) -> UUID | None:
    if wanted.speaker is not None:
        present = row.speaker_id if row else None
        if present and await speakers.is_meant(session, by, present, wanted.speaker):
            return present
        with under("/speaker"):
            return (await speakers.add(session, by, wanted.speaker)).id
    if row is None or row.speaker_id != wanted.speaker_id:
        await require(session, SPEAKER, wanted.speaker_id, "/speaker_id")
    return wanted.speaker_id


async def _default_visibility(session: AsyncSession, row: Statement) -> Visibility:
    """Keep public what a public verdict is about, where nobody says how visible it shall be."""
    judged = row.visibility is Visibility.PUBLIC and await queries.has_public_verdict(
        session, row.id
    )
    return Visibility.PUBLIC if judged else Visibility.INTERNAL


async def _refuse_hiding(session: AsyncSession, statement_id: UUID) -> None:
    if await queries.has_public_verdict(session, statement_id):
        detail = "There is a public verdict about this statement"
        error = InputError(pointer="/visibility", code="public_verdict", detail=detail)
        raise Conflict(detail, errors=[error])


async def _write_parts(
    session: AsyncSession, statement_id: UUID, after: Parts, before: Parts | None
) -> None:
    owner, anew = {"statement_id": statement_id}, before is None
    if before is None or after.translations != before.translations:
        await rewrite(session, Translation, owner, after.translations, anew=anew)
    if before is None or after.quantities != before.quantities:
        await rewrite(session, Quantity, owner, after.quantities, anew=anew)
    if before is None or after.appearances != before.appearances:
        await rewrite(session, Appearance, owner, after.appearances, anew=anew)
    if before is None or after.topics != before.topics:
        await _write_topics(session, statement_id, after.topics, anew=anew)


async def _write_topics(
    session: AsyncSession, statement_id: UUID, topics: list[UUID], *, anew: bool
) -> None:
    row = StatementTopic
    if not anew:
        await session.execute(delete(row).where(row.statement_id == statement_id))
    rows = [
        {"statement_id": statement_id, "topic_id": topic, "position": position}
        for position, topic in enumerate(topics)
    ]
    await add_parts(session, row, rows)
