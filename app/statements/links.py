"""How statements relate: links, listed from either side."""

from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Uuid, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.moves import allow
from app.changes.record import record, recorded_change, shown
from app.documents.link import LINK
from app.documents.listing import Filter, Listing, equals, standard_orders
from app.documents.shape import Column, View
from app.documents.statement import STATEMENT
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import Gone, NotFound, Problem, invalid, taken
from app.statements.schemas import LinkDecision, LinkPatch, NewLink
from app.tables.link import SYMMETRIC, Link, LinkState


def _of(value: BindParameter[Any], _: View) -> Column:
    return or_(Link.statement_id == value, Link.other_id == value)


ENDS = Filter(Uuid(), _of)
LINKS = Listing(
    LINK,
    {"statement_id": ENDS, "type": equals(Link.type), "state": equals(Link.state)},
    standard_orders(LINK),
)


MOVES = {
    LinkState.SUGGESTED: frozenset({LinkState.CONFIRMED, LinkState.REJECTED}),
    LinkState.CONFIRMED: frozenset({LinkState.REJECTED}),
    LinkState.REJECTED: frozenset({LinkState.CONFIRMED}),
}
"""Where a link can go from each state."""


async def add(
    session: AsyncSession,
    by: Caller,
    statement_id: UUID,
    new: NewLink,
    own_id: UUID | None = None,
) -> Written:
    """Link two statements. Raises `Conflict` when they are linked this way already."""
    await _see(session, by, statement_id, NotFound("There is no such statement"))
    wrong = invalid(
        "/other_id", "reference", "There is no such statement, or none that you may see"
    )
    await _see(session, by, new.other_id, wrong)
    if new.other_id == statement_id:
        raise invalid("/other_id", "same", "A statement is not linked to itself")
    ends = [statement_id, new.other_id]
    if new.type in SYMMETRIC:
        ends.sort()
    await _refuse_linked(session, ends, new)
    decided = new.state is not LinkState.SUGGESTED
    row = Link(
        id=own_id or new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        statement_id=ends[0],
        other_id=ends[1],
        type=new.type,
        state=new.state,
        reason=new.reason,
        decided_by=by.person if decided else None,
        decided_at=func.now() if decided else None,
    )
    session.add(row)
    return await record(session, by, "link.created", LINK, row)


async def decide(
    session: AsyncSession,
    by: Caller,
    statement_id: UUID,
    link_id: UUID,
    if_match: str | None,
    patch: LinkPatch,
) -> Written:
    """Confirm or reject a link, or say why. Raises `IllegalTransition`.

    What was decided can be decided otherwise, with a reason; it never becomes a suggestion again.
    """
    row = await hold(session, by, LINK, link_id, if_match)
    if statement_id not in {row.statement_id, row.other_id}:
        raise NotFound("There is no such link of this statement")
    current = LinkDecision.model_validate(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, LINK, row)
    action = "link.changed"
    if wanted.state is not row.state:
        allow(MOVES, row.state, wanted.state, "/state")
        if row.state is not LinkState.SUGGESTED and "reason" not in patch.root:
            raise invalid("/reason", "missing", f"It was {row.state}: say why it is no more")
        row.state, row.decided_by, row.decided_at = wanted.state, by.person, func.now()
        action = f"link.{wanted.state}"
    row.reason = wanted.reason
    return await recorded_change(session, by, action, LINK, row, wanted.reason)


async def _see(session: AsyncSession, by: Caller, statement_id: UUID, otherwise: Problem) -> None:
    table = STATEMENT.table
    found = (
        await session.execute(
            select(table.archived_at).where(
                table.id == statement_id, STATEMENT.visible(View.EDITORIAL)
            ),
            {"viewer": by.organization_id},
        )
    ).one_or_none()
    if found is None:
        raise otherwise
    if found[0] is not None:
        raise Gone("This statement was archived")


async def _refuse_linked(session: AsyncSession, ends: list[UUID], new: NewLink) -> None:
    same = select(Link).where(
        Link.statement_id == ends[0], Link.other_id == ends[1], Link.type == new.type
    )
    found = (await session.scalars(same)).one_or_none()
    if found is not None:
        raise taken("/other_id", f"They are linked this way already, and that is {found.state}")
