"""The addresses of searching."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.access.reader import Reader
from app.documents.search import SearchResultPage, Suggestions
from app.foundation.strict import StrictRoute
from app.search import showing, suggesting
from app.search.schemas import SearchQuery, SuggestionQuery

router = APIRouter(prefix="/v1", tags=["search"], route_class=StrictRoute)


@router.get("/search", response_model=SearchResultPage)
async def search_everything(wanted: Annotated[SearchQuery, Query()], reader: Reader) -> Response:
    """Find statements by words, and speakers and sources by their names, the best match first.

    Words, `"phrases"`, `-not` and `or` are understood, in any language and script; no query fails.
    An exact phrase comes first, then all words near each other, then some of them; a statement's
    own text counts more than its translations, its context and its verdicts; among equals the
    newest comes first. Where thousands match, only the newest 500 are ranked among each other
    (`bounded`); older ones follow on later pages.
    """
    return await showing.search(reader, wanted)


@router.get("/suggest", response_model=Suggestions)
async def get_suggestions(wanted: Annotated[SuggestionQuery, Query()], reader: Reader) -> Response:
    """Suggest speakers, sources, topics and statements while one types.

    The last word may be unfinished. Names are found across scripts, and with a slip.
    """
    return await suggesting.suggest(reader, wanted)
