"""The addresses of verdicts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Publisher, Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.changes.replacing import ByRef, RefInPath, When, creates_too
from app.documents.pages import VerdictPage
from app.documents.shape import View
from app.documents.verdict import VERDICT, Verdict
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.verdicts import actions, publishing
from app.verdicts.queries import VERDICTS
from app.verdicts.schemas import NewTransition, NewVerdict, VerdictFilter, VerdictPatch

BY_REF = ByRef(VERDICT, actions.add, actions.change)
router = APIRouter(prefix="/v1/verdicts", tags=["verdicts"], route_class=StrictRoute)

Through = Annotated[
    View | None,
    Query(
        alias="view",
        description="`public` shows what the public sees; `editorial`, what your key lets you see.",
    ),
]


@router.get("", response_model=VerdictPage)
async def list_verdicts(wanted: Annotated[VerdictFilter, Query()], reader: Reader) -> Response:
    """List verdicts, the newest first unless you sort otherwise.

    Drafts are listed for their own organisation only.
    """
    return await reader.page(VERDICTS, wanted, wanted.sort)


@router.post("", response_model=Verdict, status_code=201)
async def create_verdict(new: NewVerdict, by: Writer, session: Session) -> Response:
    """Draft a verdict about a statement.

    There is one for each statement, organisation and check type. The rating may follow later; to
    publish, it is needed.
    """
    return created("verdicts", await actions.add(session, by, new))


@router.get("/by-ref/{ref:ref}", response_model=Verdict)
async def get_verdict_by_ref(ref: RefInPath, reader: Reader, view: Through = None) -> Response:
    """Fetch the verdict that your organisation calls by a reference.

    References are an organisation's own: other callers, and so the public, find nothing by them.
    """
    through = View.PUBLIC if view is View.PUBLIC else None
    return await reader.by_ref(VERDICT, ref, view=through)


@router.put("/by-ref/{ref:ref}", response_model=Verdict, responses=creates_too(Verdict))
async def put_verdict_by_ref(
    ref: RefInPath, new: NewVerdict, by: Writer, session: Session, when: When
) -> Response:
    """Draft or replace the verdict that you call by a reference.

    The body is the whole verdict: what it leaves out gets its default, but for what was worked out
    when it was drafted (`language`, `statement_revision`, the rating's scale), which stays. To
    replace one, send `If-Match`; to be sure that none is replaced, `If-None-Match: *`. The same PUT
    again changes nothing. What is public can't be edited.
    """
    return await BY_REF.put(session, by, ref, new, when)


@router.get("/{verdict_id:id}", response_model=Verdict)
async def get_verdict(verdict_id: UUID, reader: Reader, view: Through = None) -> Response:
    """Fetch a verdict: what is out, or, with your organisation's key, the version being written."""
    through = View.PUBLIC if view is View.PUBLIC else None
    return await reader.one(VERDICT, verdict_id, view=through)


@router.patch("/{verdict_id:id}", response_model=Verdict)
async def change_verdict(
    verdict_id: UUID, patch: VerdictPatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a draft by a JSON merge patch. What is public can't be edited."""
    return changed(await actions.change(session, by, verdict_id, if_match, patch))


@router.delete("/{verdict_id:id}", status_code=204)
async def archive_verdict(
    verdict_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a verdict that was never public."""
    return await actions.archive(session, by, verdict_id, if_match)


@router.post("/{verdict_id:id}/transitions", response_model=Verdict)
async def move_verdict(
    verdict_id: UUID, how: NewTransition, by: Publisher, session: Session, if_match: IfMatch = None
) -> Response:
    """Move a verdict to another state.

    A draft can be published. Publishing makes its statement public, too, so that readers can see
    what was judged. An illegal move is refused, and the answer lists the legal ones.
    """
    return changed(await publishing.move(session, by, verdict_id, if_match, how))
