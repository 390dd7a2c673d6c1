"""The addresses of the feed, and of the history of each resource."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from app.access.reader import NeedsReading, Reader, reading
from app.access.reading import Reading
from app.changes import feed, history
from app.changes.schemas import FeedQuery, HistoryQuery
from app.documents.api_key import API_KEY
from app.documents.change import ChangeFeed, History
from app.documents.comment import COMMENT
from app.documents.contact import CONTACT
from app.documents.correction_request import CORRECTION_REQUEST
from app.documents.measure import MEASURE
from app.documents.organization import ORGANIZATION
from app.documents.rating import RATING_SCALE
from app.documents.rating_map import RATING_MAP
from app.documents.shape import Kind
from app.documents.source import SOURCE
from app.documents.speaker import SPEAKER
from app.documents.statement import STATEMENT
from app.documents.topic import TOPIC
from app.documents.verdict import VERDICT
from app.documents.webhook import WEBHOOK
from app.foundation.strict import StrictRoute
from app.tables.api_key import Scope

router = APIRouter(prefix="/v1", tags=["changes"], route_class=StrictRoute)


@router.get("/changes", response_model=ChangeFeed)
async def list_changes(wanted: Annotated[FeedQuery, Query()], reader: Reader) -> Response:
    """Follow everything public that changes, in the order in which it was committed.

    Nothing is skipped: go on from `next`, which is there at the end, too. What is no longer public
    is told by a tombstone. With `wait`, an answer that would be empty comes as soon as there is
    something. Changes that alter nothing public have a position, and aren't shown.
    """
    return await feed.answer(reader.request, wanted)


def _tell_history(
    kind: Kind[Any], parameter: str, who: Callable[..., Any] = reading, a: str = "a"
) -> None:
    """Add the address of the histories of a kind."""
    noun = kind.noun.lower()

    async def list_history(
        resource_id: Annotated[UUID, Path(alias=parameter)],
        wanted: Annotated[HistoryQuery, Query()],
        reader: Annotated[Reading, Depends(who)],
    ) -> Response:
        return await history.answer(reader, kind, resource_id, wanted)

    list_history.__name__ = f"list_{noun.replace(' ', '_')}_history"
    list_history.__doc__ = (
        f"Tell who did what to {a} {kind.noun}, when and why, with what was before and after.\n\n"
        "Your own organisation's acts are shown whole. Of others, you see what the public saw, and"
        " not who it was. What was archived keeps its history."
    )
    path = f"/{kind.collection}/{{{parameter}:id}}/history"
    router.add_api_route(path, list_history, response_model=History)


_tell_history(STATEMENT, "statement_id")
_tell_history(VERDICT, "verdict_id")
_tell_history(CORRECTION_REQUEST, "correction_request_id")
_tell_history(CONTACT, "contact_id")
_tell_history(COMMENT, "comment_id")
_tell_history(SPEAKER, "speaker_id")
_tell_history(SOURCE, "source_id")
_tell_history(TOPIC, "topic_id")
_tell_history(MEASURE, "measure_id")
_tell_history(RATING_SCALE, "scale_id")
_tell_history(RATING_MAP, "map_id")
_tell_history(ORGANIZATION, "organization_id", a="an")
_tell_history(API_KEY, "key_id", NeedsReading(Scope.ADMIN), a="an")
_tell_history(WEBHOOK, "webhook_id", NeedsReading(Scope.ADMIN))
