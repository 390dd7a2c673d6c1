"""The address of the desk."""

from fastapi import APIRouter, Response

from app.access.reader import DeskReader
from app.desk import queries
from app.documents.desk import Desk
from app.foundation.strict import StrictRoute
from app.tables.api_key import Scope

router = APIRouter(prefix="/v1/desk", tags=["desk"], route_class=StrictRoute)
_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


@router.get("", response_model=Desk)
async def get_desk(reader: DeskReader) -> Response:
    """Look at your open work, and at what your organisation shouldn't forget.

    What is assigned to you, what waits for your review, what is due, which verdicts became stale,
    which correction requests are open, and which webhooks were disabled: of each the most pressing,
    and how many there are. The lists have the rest (`GET /v1/verdicts?stale=true`, `?assignee=…`,
    `?due_until=…`).
    """
    by = reader.caller
    values = {
        "viewer": by.organization_id,
        "person": by.person,
        "marks": sorted(by.marks),
        "reviews": Scope.REVIEW in by.scopes,
        "administers": Scope.ADMIN in by.scopes,
    }
    row = await reader.reads.row(queries.everything(), values)
    body: bytes = row["document"] if row is not None else b"null"
    return Response(body, 200, _HEADERS, "application/json")
