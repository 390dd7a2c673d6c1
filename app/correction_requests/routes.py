"""The addresses of correction requests."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.access.authentication import Reviewer, Sender
from app.access.reader import Reader, ReviewReader
from app.access.writing import Session
from app.correction_requests import actions, requesters
from app.correction_requests.queries import CORRECTION_REQUESTS
from app.correction_requests.schemas import (
    CorrectionRequestFilter,
    CorrectionRequestPatch,
    NewCorrectionRequest,
    NewCorrectionRequestTransition,
)
from app.documents.correction_request import CORRECTION_REQUEST, CorrectionRequest, Requester
from app.documents.pages import CorrectionRequestPage
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.sealing import Seal
from app.foundation.strict import StrictRoute

PATH = "/v1/correction-requests"
LONGEST = 32 * 1024
"""How many bytes a request may have: readers send a few words, and anybody can."""
router = APIRouter(prefix=PATH, tags=["correction requests"], route_class=StrictRoute)


def requester_seal(request: Request) -> Seal:
    """Give the seal under which requesters are kept."""
    found: Seal = request.app.state.requesters
    return found


RequesterSeal = Annotated[Seal, Depends(requester_seal)]


@router.get("", response_model=CorrectionRequestPage)
async def list_correction_requests(
    wanted: Annotated[CorrectionRequestFilter, Query()], reader: Reader
) -> Response:
    """List what was said about your organisation's verdicts, what is due first at the top.

    Others, and so the public, find nothing.
    """
    return await reader.page(CORRECTION_REQUESTS, wanted, wanted.sort)


@router.post("", response_model=CorrectionRequest, status_code=201)
async def create_correction_request(
    new: NewCorrectionRequest, by: Sender, session: Session, seal: RequesterSeal
) -> Response:
    """Say what is wrong with a public verdict.

    Anybody may, and needs no account. The organisation whose verdict it is looks into it, and
    means to answer by `due_on`. Only its people can read the request. `name` and `email` are kept
    encrypted, are shown nowhere, and are erased when you ask for it.
    """
    return created("correction-requests", await actions.add(session, by, seal, new))


@router.get("/{correction_request_id}", response_model=CorrectionRequest)
async def get_correction_request(correction_request_id: UUID, reader: Reader) -> Response:
    """Fetch a correction request about a verdict of your organisation."""
    return await reader.one(CORRECTION_REQUEST, correction_request_id)


@router.patch("/{correction_request_id}", response_model=CorrectionRequest)
async def change_correction_request(
    correction_request_id: UUID,
    patch: CorrectionRequestPatch,
    by: Reviewer,
    session: Session,
    if_match: IfMatch = None,
) -> Response:
    """Say who looks into a correction request. What was sent stays as it was sent."""
    return changed(await actions.change(session, by, correction_request_id, if_match, patch))


@router.delete("/{correction_request_id}", status_code=204)
async def archive_correction_request(
    correction_request_id: UUID, by: Reviewer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a correction request, such as spam. Who sent it is erased."""
    return await actions.archive(session, by, correction_request_id, if_match)


@router.post("/{correction_request_id}/transitions", response_model=CorrectionRequest)
async def move_correction_request(
    correction_request_id: UUID,
    how: NewCorrectionRequestTransition,
    by: Reviewer,
    session: Session,
    if_match: IfMatch = None,
) -> Response:
    """Move a correction request to another state.

    To resolve it needs a `resolution`; to open it again, a `comment`, and then what it was resolved
    with stands in its history. An illegal move is refused, and the answer lists the legal ones.
    """
    return changed(await actions.move(session, by, correction_request_id, if_match, how))


@router.get("/{correction_request_id}/requester", response_model=Requester)
async def get_requester(
    correction_request_id: UUID, reader: ReviewReader, seal: RequesterSeal
) -> Response:
    """Fetch the name and address of who sent a correction request.

    They are in nothing else: in no list, no history, and no log.
    """
    found = await requesters.tell(reader, seal, correction_request_id)
    headers = {"Cache-Control": "no-store", "Vary": "Authorization"}
    return Response(found.model_dump_json(), headers=headers, media_type="application/json")


@router.delete("/{correction_request_id}/requester", status_code=204)
async def erase_requester(
    correction_request_id: UUID, by: Reviewer, session: Session, if_match: IfMatch = None
) -> Response:
    """Erase who sent a correction request, for good. The request itself stays."""
    return await requesters.erase(session, by, correction_request_id, if_match)
