"""What can be done with comments."""

from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes import archiving
from app.changes.adding import add_record
from app.changes.holding import hold
from app.changes.record import record, recorded_change, shown
from app.comments.schemas import CommentAsItIs, CommentPatch, NewComment
from app.documents.comment import COMMENT
from app.documents.shape import Kind, View
from app.documents.statement import STATEMENT
from app.documents.verdict import VERDICT
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import Forbidden, Gone, NotFound, invalid
from app.tables.comment import Comment


async def on_statement(
    session: AsyncSession, by: Caller, statement_id: UUID, new: NewComment
) -> Written:
    """Comment on a statement that the caller's organisation sees. Raises `NotFound` or `Gone`."""
    await _see(session, by, STATEMENT, statement_id)
    return await _add(session, by, new, Comment(statement_id=statement_id))


async def on_verdict(
    session: AsyncSession, by: Caller, verdict_id: UUID, new: NewComment
) -> Written:
    """Comment on a verdict that the caller's organisation sees. Raises `NotFound` or `Gone`."""
    await _see(session, by, VERDICT, verdict_id)
    return await _add(session, by, new, Comment(verdict_id=verdict_id))


async def change(
    session: AsyncSession, by: Caller, comment_id: UUID, if_match: str | None, patch: CommentPatch
) -> Written:
    """Change a comment, or call it settled or not. Its words are its author's alone to change."""
    row = await hold(session, by, COMMENT, comment_id, if_match)
    current = CommentAsItIs.model_validate(row)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, COMMENT, row)
    if (wanted.text, wanted.mentions) != (current.text, current.mentions):
        _refuse_others(row, by)
    row.text, row.mentions = wanted.text, wanted.mentions
    if wanted.is_resolved != current.is_resolved:
        row.resolved_by = by.person if wanted.is_resolved else None
        row.resolved_at = func.now() if wanted.is_resolved else None
    return await recorded_change(session, by, "comment.changed", COMMENT, row)


async def archive(
    session: AsyncSession, by: Caller, comment_id: UUID, if_match: str | None
) -> Response:
    """Archive a comment, which is its author's alone to do."""
    _refuse_others(await hold(session, by, COMMENT, comment_id, if_match), by)
    return await archiving.archive(session, by, COMMENT, comment_id, if_match)


async def _add(session: AsyncSession, by: Caller, new: NewComment, row: Comment) -> Written:
    row.id, row.organization_id, row.created_by = new_id(), by.organization_id, by.person
    row.text, row.mentions, row.parent_id = new.text, new.mentions, new.parent_id
    if new.parent_id is not None:
        await _require_parent(session, row)
    await add_record(session, row)
    return await record(session, by, "comment.created", COMMENT, row)


async def _see(session: AsyncSession, by: Caller, kind: Kind[Any], resource_id: UUID) -> None:
    seen = select(kind.table.archived_at).where(
        kind.table.id == resource_id, kind.visible(View.EDITORIAL)
    )
    found = (await session.execute(seen, {"viewer": by.organization_id})).one_or_none()
    if found is None:
        raise NotFound(f"There is no such {kind.noun}, or none that you may see")
    if found[0] is not None:
        raise Gone(f"This {kind.noun} was archived")


async def _require_parent(session: AsyncSession, row: Comment) -> None:
    """See that a comment answers to one of its own organisation, on the same thing."""
    parent = select(Comment.archived_at).where(
        Comment.id == row.parent_id,
        Comment.organization_id == row.organization_id,
        Comment.statement_id.is_not_distinct_from(row.statement_id),
        Comment.verdict_id.is_not_distinct_from(row.verdict_id),
    )
    found = (await session.execute(parent)).one_or_none()
    if found is None:
        raise invalid("/parent_id", "reference", "There is no such comment here")
    if found[0] is not None:
        raise invalid("/parent_id", "reference", "This comment was archived")


def _refuse_others(row: Comment, by: Caller) -> None:
    if row.created_by != by.person:
        raise Forbidden("Only its author changes or archives a comment; others may resolve it")
