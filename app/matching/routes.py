"""The addresses of claim matching."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import StreamingResponse

from app.access.reader import Reader
from app.access.writing import transaction
from app.documents.match import ClaimMatches, DocumentMatches
from app.foundation.answers import told
from app.foundation.negotiation import chosen
from app.foundation.strict import StrictRoute
from app.matching import actions
from app.matching.schemas import NewDocumentMatch, NewMatch

JSON, LINES = "application/json", "application/x-ndjson"


class DocumentRoute(StrictRoute):
    """A route that answers as one document, or line by line."""

    answers = (JSON, LINES)


router = APIRouter(prefix="/v1/match", tags=["matching"], route_class=StrictRoute)
by_document = APIRouter(prefix="/v1/match", tags=["matching"], route_class=DocumentRoute)
_ONCE = Depends(transaction, scope="function")
"""Nothing is written, but the answer is remembered for who repeats the request."""
_EXAMPLE = (
    '{"start": 0, "end": 8, "text": "Oh dear.", "skipped": "too_short", "matches": []}\n'
    '{"legs": ["lexical"], "model": null, "threshold": 0.8}\n'
)
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {LINES: {"schema": {"type": "string"}, "example": _EXAMPLE}}},
}


@router.post("", response_model=ClaimMatches, dependencies=[_ONCE])
async def match_claims(wanted: NewMatch, reader: Reader) -> Response:
    """Find out whether claims were checked before, in whatever words, language and script.

    It writes nothing. For each text, up to 100 at once, come the statements that may make the same
    claim, the likeliest first, with their verdicts and what speaks for and against it. `score` is
    how likely it is; `match` says that it is likely enough, and that no numbers, years or countries
    differ. With a key, your organisation's own statements are looked through, too. What an editor
    rejected for the same words stays away.
    """
    return told(await actions.matched(reader, wanted))


@by_document.post(
    "/document", response_model=DocumentMatches, dependencies=[_ONCE], responses=_ANSWERS
)
async def match_document(wanted: NewDocumentMatch, reader: Reader, request: Request) -> Response:
    """Find out which sentences of an article claim what was checked before.

    Each sentence comes with its place in the text, in characters, and its matches. What can't be a
    claim is skipped, and says why. With `Accept: application/x-ndjson`, each sentence is sent on a
    line of its own as soon as it is known; the last line says by what was looked for.
    """
    parts = await actions.read_document(reader, wanted)
    media = chosen(request.headers.get("accept"), DocumentRoute.answers)
    if media != LINES:
        return told(await actions.whole(parts))
    sent = actions.lines(parts)
    if "idempotency-key" in request.headers:
        answer = told(b"".join([line async for line in sent]))
        answer.headers["Content-Type"] = LINES
        return answer
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept"}
    return StreamingResponse(sent, 200, headers, LINES)


router.routes.extend(by_document.routes)
