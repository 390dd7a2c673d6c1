"""The address of the log of corrections."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.access.reader import Reader
from app.corrections.queries import CORRECTIONS
from app.corrections.schemas import CorrectionFilter
from app.documents.pages import CorrectionPage
from app.foundation.strict import StrictRoute

router = APIRouter(prefix="/v1/corrections", tags=["corrections"], route_class=StrictRoute)


@router.get("", response_model=CorrectionPage)
async def list_corrections(
    wanted: Annotated[CorrectionFilter, Query()], reader: Reader
) -> Response:
    """List what was changed after it was published, the newest first unless you sort otherwise.

    Every later version of a published verdict is here, typed: minor changes, updates, corrections
    and retractions, each with the rating before and after, and the notice that readers were given.
    """
    return await reader.page(CORRECTIONS, wanted, wanted.sort)
