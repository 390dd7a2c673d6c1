"""The addresses of what goes out to others."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import JSONResponse

from app.access.reader import PublicReader
from app.documents.claim_review import ClaimReview, DataFeed
from app.documents.oembed import CardEmbedding
from app.exchange import cards, feeds, oembed
from app.exchange.schemas import CorrectionFeedFilter, OEmbedQuery, VerdictFeedFilter
from app.foundation.strict import StrictRoute, TolerantRoute, negotiated
from app.verdicts import telling


class LdJson(JSONResponse):
    """JSON-LD, and what it is called."""

    media_type = telling.LD_JSON


class Atom(Response):
    """An Atom feed, and what it is called."""

    media_type = "application/atom+xml"


class Html(Response):
    """A page, and what it is called."""

    media_type = "text/html"


_Answers = dict[int | str, dict[str, Any]]
_HAD: _Answers = {304: {"description": "You have it already."}}
_IN_PAGES: dict[str, Any] = {"headers": {"Link": {}}}


def _in(media: str, example: str, **more: Any) -> _Answers:  # noqa: ANN401 - OpenAPI.
    """Describe an answer that is text in a media type."""
    text = {"schema": {"type": "string"}, "example": example}
    return {200: {"content": {media: text}, **more}, **_HAD}


def _of(component: str, media: str, **more: Any) -> _Answers:  # noqa: ANN401 - OpenAPI.
    """Describe that an answer may also be in a media type, with the same in it."""
    schema = {"$ref": f"#/components/schemas/{component}"}
    return {200: {"content": {media: {"schema": schema}}, **more}, **_HAD}


router = APIRouter(tags=["exchange"], route_class=StrictRoute)
tolerant = APIRouter(tags=["exchange"], route_class=TolerantRoute)


@router.get(
    "/v1/verdicts/{verdict_id:id}/claimreview",
    response_model=ClaimReview,
    response_class=LdJson,
    responses=_of("ClaimReview", "application/json"),
)
async def get_claim_review(verdict_id: UUID, request: Request, reader: PublicReader) -> Response:
    """Fetch a published verdict as a ClaimReview of schema.org, as Google documents it.

    It is what is out, whoever asks: a draft has none (404). The rating has its three numbers only
    where it stands on the axis of its scale. A retracted verdict goes on answering: rated as
    retracted, without numbers, with its notice.
    """
    return await telling.as_claim_review(reader, verdict_id, negotiated(request))


@router.get(
    "/v1/verdicts/{verdict_id:id}/embed",
    response_class=Html,
    responses=_in("text/html", '<!doctype html>\n<html lang="en" dir="ltr">…</html>'),
)
async def get_verdict_card(verdict_id: UUID, reader: PublicReader) -> Response:
    """Fetch a published verdict as a card: a small page in HTML, to be framed in others.

    It has no scripts and loads nothing, is light or dark as its reader is, and shows corrections
    and that it was retracted.
    """
    return await cards.answer(reader, verdict_id)


@router.get(
    "/v1/feeds/claimreview.json",
    response_model=DataFeed,
    response_class=LdJson,
    responses=_of("DataFeed", "application/json", **_IN_PAGES),
)
async def get_claim_review_feed(
    wanted: Annotated[VerdictFeedFilter, Query()], request: Request, reader: PublicReader
) -> Response:
    """Read published verdicts as a DataFeed of ClaimReviews, the newest change first.

    Pages follow by the header `Link`. What was retracted is there, with `dateDeleted`.
    """
    return await feeds.data_feed(reader, wanted, negotiated(request))


@router.get(
    "/v1/feeds/verdicts.atom",
    response_class=Atom,
    responses=_in("application/atom+xml", "<feed>…</feed>", **_IN_PAGES),
)
async def get_verdict_feed(
    wanted: Annotated[VerdictFeedFilter, Query()], reader: PublicReader
) -> Response:
    """Read published verdicts as an Atom feed (RFC 4287), the newest change first.

    An entry keeps its id through all versions. Pages follow by `rel="next"` (RFC 5005). Ask again
    with `If-None-Match`: what is new is answered, or 304.
    """
    return await feeds.verdicts(reader, wanted)


@router.get(
    "/v1/feeds/corrections.atom",
    response_class=Atom,
    responses=_in("application/atom+xml", "<feed>…</feed>", **_IN_PAGES),
)
async def get_correction_feed(
    wanted: Annotated[CorrectionFeedFilter, Query()], reader: PublicReader
) -> Response:
    """Read what was changed after it was published as an Atom feed, the newest first.

    It is the log that `/v1/corrections` lists, in the same order.
    """
    return await feeds.corrections(reader, wanted)


@tolerant.get(
    "/oembed",
    response_model=CardEmbedding,
    responses={
        **_in("text/xml", "<oembed>…</oembed>"),
        404: {"description": "It is no verdict's address."},
        501: {"description": "There is no such format."},
    },
)
async def get_embedding(
    wanted: Annotated[OEmbedQuery, Query()], request: Request, reader: PublicReader
) -> Response:
    """Learn how to embed the card of a verdict whose address you have, as oEmbed 1.0 has it.

    Parameters that it doesn't know are passed over, since every CMS sends some of its own.
    """
    return await oembed.embedding(reader, wanted, negotiated(request))
