"""The addresses of statements and their links."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.naming import page_with_words
from app.access.reader import Reader
from app.access.writing import Session
from app.changes import past
from app.changes.batches import Atomic, Batch
from app.changes.joining import Adding
from app.changes.past import AsOf
from app.changes.replacing import ByRef, RefInPath, When, creates_too
from app.documents.batches import StatementBatch
from app.documents.link import LINK, Link
from app.documents.pages import LinkPage, StatementPage
from app.documents.statement import STATEMENT, Statement
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.statements import actions, links
from app.statements.links import LINKS
from app.statements.past import PAST_STATEMENTS
from app.statements.queries import STATEMENTS
from app.statements.schemas import (
    LinkFilter,
    LinkPatch,
    NewLink,
    NewStatement,
    NewStatementBatch,
    NewStatementTransition,
    StatementFilter,
    StatementPatch,
)

BY_REF = ByRef(STATEMENT, actions.add, actions.change)
BATCH = Batch(STATEMENT, NewStatement, actions.add)
router = APIRouter(prefix="/v1/statements", tags=["statements"], route_class=StrictRoute)


@router.get("/{statement_id:id}", response_model=Statement)
async def get_statement(statement_id: UUID, reader: Reader, as_of: AsOf = None) -> Response:
    """Fetch a statement with its appearances, quantities and the verdicts that you may see.

    With `as_of`, it is what the public saw at that instant, out of the change log.
    """
    if as_of is not None:
        return await past.one(reader, STATEMENT, statement_id, as_of)
    return await reader.one(STATEMENT, statement_id)


@router.get("", response_model=StatementPage)
async def list_statements(wanted: Annotated[StatementFilter, Query()], reader: Reader) -> Response:
    """List statements, the newest first unless you sort otherwise.

    Filters combine. `rating`, `normalized_rating` and `check_type` speak of one and the same
    verdict. A date known only in part matches when it may lie in what is asked. With `as_of`, the
    list is the one that the public saw at that instant.
    """
    if wanted.as_of is not None:
        return await past.page(reader, PAST_STATEMENTS, wanted, wanted.sort, wanted.as_of)
    if wanted.q is not None:
        return await page_with_words(reader, STATEMENTS, wanted, wanted.q, wanted.sort)
    return await reader.page(STATEMENTS, wanted, wanted.sort)


@router.post("", response_model=Statement, status_code=201)
async def create_statement(new: NewStatement, by: Writer, add: Adding) -> Response:
    """Record a statement, all in one transaction.

    A speaker, sources and topics that are not there yet may be nested instead of named by id;
    appearances name one another by `key`. Without `visibility`, it is internal.
    """
    weight = actions.weight(new)
    return await add("statements", lambda session: actions.add(session, by, new), weight)


@router.post("/batch", response_model=StatementBatch)
async def create_statement_batch(
    new: NewStatementBatch, by: Writer, session: Session, *, atomic: Atomic = True
) -> Response:
    """Record up to 1,000 statements in one request.

    Each has a result of its own, in their order. With `atomic=true`, nothing is recorded unless
    everything can be; with `atomic=false`, what can't be is refused alone.
    """
    return await BATCH.record(session, by, new.items, atomic=atomic)


@router.get("/by-ref/{ref:ref}", response_model=Statement)
async def get_statement_by_ref(ref: RefInPath, reader: Reader) -> Response:
    """Fetch the statement that your organisation calls by a reference.

    References are an organisation's own: other callers, and so the public, find nothing by them.
    """
    return await reader.by_ref(STATEMENT, ref)


@router.put("/by-ref/{ref:ref}", response_model=Statement, responses=creates_too(Statement))
async def put_statement_by_ref(
    ref: RefInPath, new: NewStatement, by: Writer, session: Session, when: When
) -> Response:
    """Create or replace the statement that you call by a reference.

    The body is the whole statement: what it leaves out gets its default. To replace one, send
    `If-Match`; to be sure that none is replaced, `If-None-Match: *`. The same PUT again changes
    nothing.
    """
    return await BY_REF.put(session, by, ref, new, when)


@router.patch("/{statement_id:id}", response_model=Statement)
async def change_statement(
    statement_id: UUID,
    patch: StatementPatch,
    by: Writer,
    session: Session,
    if_match: IfMatch = None,
) -> Response:
    """Change a statement by a JSON merge patch. Its `revision` grows when what was said changes."""
    return changed(await actions.change(session, by, statement_id, if_match, patch))


@router.post("/{statement_id:id}/transitions", response_model=Statement)
async def move_statement(
    statement_id: UUID,
    how: NewStatementTransition,
    by: Writer,
    session: Session,
    if_match: IfMatch = None,
) -> Response:
    """Move a statement to another state: triage it, open it, close it, or set it aside.

    An illegal move is refused, and the answer lists the legal ones.
    """
    return changed(await actions.move(session, by, statement_id, if_match, how))


@router.delete("/{statement_id:id}", status_code=204)
async def archive_statement(
    statement_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a statement, unless there is a public verdict about it."""
    return await actions.archive(session, by, statement_id, if_match)


@router.get("/{statement_id:id}/links", response_model=LinkPage)
async def list_statement_links(
    statement_id: UUID, wanted: Annotated[LinkFilter, Query()], reader: Reader
) -> Response:
    """List how a statement relates to others, told from either side."""
    await reader.see(STATEMENT, statement_id)
    return await reader.page(LINKS, wanted, wanted.sort, statement_id=statement_id)


@router.post("/{statement_id:id}/links", response_model=Link, status_code=201)
async def create_statement_link(
    statement_id: UUID, new: NewLink, by: Writer, session: Session
) -> Response:
    """Link a statement to another. Two statements have one link of a type at most."""
    return created(
        f"statements/{statement_id}/links", await links.add(session, by, statement_id, new)
    )


@router.get("/{statement_id:id}/links/{link_id}", response_model=Link)
async def get_statement_link(statement_id: UUID, link_id: UUID, reader: Reader) -> Response:
    """Fetch a link of a statement."""
    await reader.see(STATEMENT, statement_id)
    return await reader.one(LINK, link_id, within=(links.ENDS, statement_id))


@router.patch("/{statement_id:id}/links/{link_id}", response_model=Link)
async def change_statement_link(
    statement_id: UUID,
    link_id: UUID,
    patch: LinkPatch,
    by: Writer,
    session: Session,
    if_match: IfMatch = None,
) -> Response:
    """Confirm or reject a link, by a JSON merge patch of its `state` and `reason`.

    What was decided is only decided otherwise with a reason, and never becomes a suggestion again:
    a pair that was rejected stays so until a person says why not.
    """
    return changed(await links.decide(session, by, statement_id, link_id, if_match, patch))
