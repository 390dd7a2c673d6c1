"""The addresses of comments: of those on a statement, those on a verdict, and each one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.comments import actions
from app.comments.queries import COMMENTS
from app.comments.schemas import CommentFilter, CommentPatch, NewComment
from app.documents.comment import COMMENT, Comment
from app.documents.pages import CommentPage
from app.documents.statement import STATEMENT
from app.documents.verdict import VERDICT
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute

router = APIRouter(prefix="/v1", tags=["comments"], route_class=StrictRoute)


@router.get("/statements/{statement_id:id}/comments", response_model=CommentPage)
async def list_statement_comments(
    statement_id: UUID, wanted: Annotated[CommentFilter, Query()], reader: Reader
) -> Response:
    """List what your organisation's people say about a statement, the oldest first.

    Who has no key with `read` finds an empty list where the statement is public.
    """
    await reader.see(STATEMENT, statement_id)
    return await reader.page(COMMENTS, wanted, wanted.sort, statement_id=statement_id)


@router.post("/statements/{statement_id:id}/comments", response_model=Comment, status_code=201)
async def create_statement_comment(
    statement_id: UUID, new: NewComment, by: Writer, session: Session
) -> Response:
    """Comment on a statement that you see, for your own organisation's people alone."""
    return created("comments", await actions.on_statement(session, by, statement_id, new))


@router.get("/verdicts/{verdict_id:id}/comments", response_model=CommentPage)
async def list_verdict_comments(
    verdict_id: UUID, wanted: Annotated[CommentFilter, Query()], reader: Reader
) -> Response:
    """List what your organisation's people say about a verdict, the oldest first.

    Who has no key with `read` finds an empty list where the verdict is public.
    """
    await reader.see(VERDICT, verdict_id)
    return await reader.page(COMMENTS, wanted, wanted.sort, verdict_id=verdict_id)


@router.post("/verdicts/{verdict_id:id}/comments", response_model=Comment, status_code=201)
async def create_verdict_comment(
    verdict_id: UUID, new: NewComment, by: Writer, session: Session
) -> Response:
    """Comment on a verdict that you see, for your own organisation's people alone."""
    return created("comments", await actions.on_verdict(session, by, verdict_id, new))


@router.get("/comments/{comment_id:id}", response_model=Comment)
async def get_comment(comment_id: UUID, reader: Reader) -> Response:
    """Fetch a comment of your organisation's people."""
    return await reader.one(COMMENT, comment_id)


@router.patch("/comments/{comment_id:id}", response_model=Comment)
async def change_comment(
    comment_id: UUID, patch: CommentPatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a comment by a JSON merge patch, or call it settled.

    Its text and mentions are for its author alone to change (403). Anybody of the organisation may
    say whether it is resolved.
    """
    return changed(await actions.change(session, by, comment_id, if_match, patch))


@router.delete("/comments/{comment_id:id}", status_code=204)
async def archive_comment(
    comment_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a comment of yours; those that answer to it stay."""
    return await actions.archive(session, by, comment_id, if_match)
