"""The addresses of verdicts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BeforeValidator, Field

from app.access.authentication import Mover, Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.changes import past
from app.changes.past import AsOf
from app.changes.replacing import ByRef, RefInPath, When, creates_too
from app.documents.difference import VerdictDiff
from app.documents.pages import VerdictPage, VerdictVersionPage
from app.documents.shape import View
from app.documents.verdict import VERDICT, Verdict
from app.documents.verdict_version import VerdictVersion
from app.foundation.answers import changed, created
from app.foundation.pages import plain_integer
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute, negotiated
from app.verdicts import actions, moving, telling, versions
from app.verdicts.past import PAST_VERDICTS
from app.verdicts.queries import VERDICTS
from app.verdicts.schemas import (
    DiffQuery,
    NewTransition,
    NewVerdict,
    VerdictFilter,
    VerdictPatch,
    VersionFilter,
)

BY_REF = ByRef(VERDICT, actions.add, actions.change)
router = APIRouter(prefix="/v1/verdicts", tags=["verdicts"], route_class=StrictRoute)

VersionNo = Annotated[
    int,
    Field(ge=1, le=1_000_000),
    BeforeValidator(plain_integer),
    Path(description="The number of the version.", examples=[1]),
]
IN_LD_JSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {telling.LD_JSON: {"schema": {"$ref": "#/components/schemas/ClaimReview"}}}}
}
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

    Drafts are listed for their own organisation only. `stale=true` lists those that should be
    judged again. With `as_of`, the list is the one that the public saw at that instant.
    """
    if wanted.as_of is not None:
        return await past.page(reader, PAST_VERDICTS, wanted, wanted.sort, wanted.as_of)
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


@router.get("/{verdict_id:id}", response_model=Verdict, responses=IN_LD_JSON)
async def get_verdict(
    verdict_id: UUID, request: Request, reader: Reader, view: Through = None, as_of: AsOf = None
) -> Response:
    """Fetch a verdict: what is out, or, with your organisation's key, the version being written.

    With `as_of`, it is what the public saw at that instant, out of the change log. A verdict that
    was retracted goes on answering, with its notice. Who rather accepts `application/ld+json` gets
    what is out as a ClaimReview, as `/claimreview` gives it.
    """
    if negotiated(request) == telling.LD_JSON:
        telling.refuse_others(view, as_of)
        return await telling.as_claim_review(reader, verdict_id, telling.LD_JSON)
    if as_of is not None:
        past.refuse_view(view)
        return await past.one(reader, VERDICT, verdict_id, as_of)
    through = View.PUBLIC if view is View.PUBLIC else None
    return await reader.one(VERDICT, verdict_id, view=through)


@router.patch("/{verdict_id:id}", response_model=Verdict)
async def change_verdict(
    verdict_id: UUID, patch: VerdictPatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a draft, or a revision that is under way, by a JSON merge patch.

    What is in review, approved or public can't be edited; whose work it is (`assignee`, `due_on`)
    can be changed always.
    """
    return changed(await actions.change(session, by, verdict_id, if_match, patch))


@router.delete("/{verdict_id:id}", status_code=204)
async def archive_verdict(
    verdict_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a verdict that was never public."""
    return await actions.archive(session, by, verdict_id, if_match)


@router.post("/{verdict_id:id}/transitions", response_model=Verdict)
async def move_verdict(
    verdict_id: UUID, how: NewTransition, by: Mover, session: Session, if_match: IfMatch = None
) -> Response:
    """Move a verdict to another state.

    From `draft` by `in_review` and `approved` to `published`, at once or `scheduled`. From there by
    `revising`, and the same way, to the next version, which takes the place of the one that is out;
    or to `retracted`. What goes back from review needs a comment. Writing moves take `write`,
    approving `review`, and everything that readers see `publish`. An illegal move is refused, and
    the answer lists the legal ones; so is what lacks something, and the answer lists all of it.
    Publishing makes the statement public, too.
    """
    return changed(await moving.move(session, by, verdict_id, if_match, how))


@router.delete("/{verdict_id:id}/revision", status_code=204)
async def discard_verdict_revision(
    verdict_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Give a revision up that is under way (`revising`): what is out stays, as if none had begun.

    The change log keeps what it said. What is in review or approved goes back to `revising` first.
    """
    return await moving.discard(session, by, verdict_id, if_match)


@router.get("/{verdict_id:id}/versions", response_model=VerdictVersionPage)
async def list_verdict_versions(
    verdict_id: UUID, wanted: Annotated[VersionFilter, Query()], reader: Reader
) -> Response:
    """List the versions of a verdict that were published, the first first.

    Your own organisation's people see the one that is being written, too.
    """
    return await versions.listed(reader, verdict_id, wanted)


@router.get("/{verdict_id:id}/versions/{no}", response_model=VerdictVersion)
async def get_verdict_version(verdict_id: UUID, no: VersionNo, reader: Reader) -> Response:
    """Fetch a version of a verdict by its number. What was published never changes."""
    return await versions.one(reader, verdict_id, no)


@router.get("/{verdict_id:id}/diff", response_model=VerdictDiff)
async def compare_verdict_versions(
    verdict_id: UUID, wanted: Annotated[DiffQuery, Query()], reader: Reader
) -> Response:
    """Compare two versions of a verdict, field by field.

    Texts come with a unified diff; of the evidence, what was added, removed and changed is told.
    """
    return await versions.compared(reader, verdict_id, wanted)
