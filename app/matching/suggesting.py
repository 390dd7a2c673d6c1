"""Suggesting links for what was captured: what may be the same claim, for an editor to decide.

Nothing could be lost: what is due stands in the database, and whoever looks first locks it. Nothing
is decided here, and no pair is suggested that is linked already, or was rejected.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from time import monotonic
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Row, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.record import record
from app.documents.link import LINK
from app.documents.shape import View
from app.foundation.database import Database
from app.foundation.ids import new_id
from app.foundation.pauses import looking
from app.matching.found import Asked, Found
from app.matching.matching import Answers, Matcher
from app.matching.queries import SAME
from app.tables.link import Link, LinkState, LinkType
from app.tables.matching import SuggestionDue
from app.tables.statement import Statement

MOST: Final = 3
"""How many links are suggested for a statement at most, the likeliest."""
LOOKED_AT: Final = 20
BREATH: Final = 1.0
"""How long to pause after each, measured by how long it took: others want to be answered, too."""
_LOG = structlog.get_logger("onrecord.matching")


class Suggesting:
    """Looks for what was captured, for as long as the process runs."""

    def __init__(self, database: Database, matcher: Matcher, every: float) -> None:
        """Look every so many seconds; if that is 0, never: it is left to other processes."""
        self._database = database
        self._matcher = matcher
        self._every = every

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look while this is open."""
        return looking(self.look, self._every, _failed)

    async def look(self) -> int:
        """Suggest links for everything that is due, and give how many were suggested.

        What fails is left out, and tried at the next look.
        """
        failed: set[UUID] = set()
        suggested = 0
        while True:
            began = monotonic()
            found = await self._next(failed)
            if found is None:
                return suggested
            suggested += found
            await asyncio.sleep(BREATH * (monotonic() - began))

    async def _next(self, failed: set[UUID]) -> int | None:
        """Suggest links for one, and give how many; None when nothing is left to take."""
        statement_id = None
        try:
            async with self._database.sessions.begin() as session:
                statement_id = await _taken(session, failed)
                return (
                    None if statement_id is None else await self._suggested(session, statement_id)
                )
        except Exception:
            if statement_id is None:
                raise
            failed.add(statement_id)
            _LOG.exception("no links suggested", statement=str(statement_id))
            return 0

    async def _suggested(self, session: AsyncSession, statement_id: UUID) -> int:
        row = await _read(session, statement_id)
        if row is None:
            return 0
        speakers = frozenset({row.speaker_id} - {None})
        asked = Asked(row.text, row.language, row.said_on, speakers, but_not=row.id)
        answers = await self._matcher.answers(
            [asked], View.EDITORIAL, row.organization_id, most=LOOKED_AT
        )
        likely = [one for one in answers.found[0] if one.is_match]
        linked = await _linked(session, row.id, [one.id for one in likely])
        chosen = [one for one in likely if one.id not in linked][:MOST]
        for one in chosen:
            await _link(session, row, one, answers)
        return len(chosen)


def _failed(error: Exception, in_a_row: int) -> None:
    _LOG.warning("no links suggested", why=type(error).__name__, in_a_row=in_a_row)


async def _taken(session: AsyncSession, failed: set[UUID]) -> UUID | None:
    """Take one that is due, which others then leave alone."""
    due = select(SuggestionDue).where(SuggestionDue.statement_id.not_in(failed))
    first = due.order_by(SuggestionDue.note).limit(1).with_for_update(skip_locked=True)
    row = await session.scalar(first)
    if row is None:
        return None
    await session.execute(
        delete(SuggestionDue).where(SuggestionDue.statement_id == row.statement_id)
    )
    return row.statement_id


async def _read(session: AsyncSession, statement_id: UUID) -> Any:  # noqa: ANN401 - a row, or None.
    wanted = select(
        Statement.id,
        Statement.text,
        Statement.language,
        Statement.said_on,
        Statement.speaker_id,
        Statement.organization_id,
    ).where(Statement.id == statement_id, Statement.archived_at.is_(None))
    found: Any = (await session.execute(wanted)).one_or_none()
    return found


async def _linked(session: AsyncSession, statement_id: UUID, others: list[UUID]) -> set[UUID]:
    """Give those that somebody has linked already, as the same or not."""
    ends = Link.statement_id, Link.other_id
    same = Link.type.in_(SAME) & Link.archived_at.is_(None)
    between = or_(
        (ends[0] == statement_id) & ends[1].in_(others),
        (ends[1] == statement_id) & ends[0].in_(others),
    )
    found = await session.execute(select(*ends).where(same, between))
    return {end for row in found for end in row} - {statement_id}


async def _link(session: AsyncSession, row: Row[Any], found: Found, answers: Answers) -> None:
    """Record a suggestion, as the act of nobody."""
    ends = sorted([row.id, found.id])
    link = Link(
        id=new_id(),
        organization_id=row.organization_id,
        statement_id=ends[0],
        other_id=ends[1],
        type=LinkType.SAME_CLAIM,
        state=LinkState.SUGGESTED,
        method=" + ".join(["lexical", *([answers.model] if answers.model else [])]),
        score=Decimal(str(round(found.score, 4))),
        reason="; ".join(one.detail for one in found.reasons),
    )
    session.add(link)
    by = Caller(organization_id=row.organization_id)
    await record(session, by, "link.suggested", LINK, link)
