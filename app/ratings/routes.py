"""The addresses of rating scales."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Admin, Publisher
from app.access.reader import Reader
from app.access.writing import Session
from app.changes.archiving import archive
from app.documents.pages import RatingMapPage, RatingScalePage
from app.documents.rating import RATING_SCALE, RatingScale
from app.documents.rating_map import RATING_MAP, RatingMap
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.ratings import actions
from app.ratings import maps as labels
from app.ratings.maps import RATING_MAPS
from app.ratings.queries import RATING_SCALES
from app.ratings.schemas import (
    NewRatingMap,
    NewRatingScale,
    RatingMapFilter,
    RatingMapPatch,
    RatingScaleFilter,
    RatingScalePatch,
)

router = APIRouter(prefix="/v1/rating-scales", tags=["rating scales"], route_class=StrictRoute)
maps = APIRouter(prefix="/v1/rating-maps", tags=["rating scales"], route_class=StrictRoute)


@router.get("", response_model=RatingScalePage)
async def list_rating_scales(
    wanted: Annotated[RatingScaleFilter, Query()], reader: Reader
) -> Response:
    """List rating scales with their ratings, by key unless you sort otherwise."""
    return await reader.page(RATING_SCALES, wanted, wanted.sort)


@router.post("", response_model=RatingScale, status_code=201)
async def create_rating_scale(new: NewRatingScale, by: Admin, session: Session) -> Response:
    """Record a scale of your organisation, or the next edition of one that is in use."""
    return created("rating-scales", await actions.add(session, by, new))


@router.get("/{scale_id}", response_model=RatingScale)
async def get_rating_scale(scale_id: UUID, reader: Reader) -> Response:
    """Fetch a rating scale with its ratings."""
    return await reader.one(RATING_SCALE, scale_id)


@router.patch("/{scale_id}", response_model=RatingScale)
async def change_rating_scale(
    scale_id: UUID, patch: RatingScalePatch, by: Admin, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a scale of your organisation that no verdict uses yet; then it is frozen."""
    return changed(await actions.change(session, by, scale_id, if_match, patch))


@router.delete("/{scale_id}", status_code=204)
async def archive_rating_scale(
    scale_id: UUID, by: Admin, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a scale: nobody rates on it any more, and what was rated stays rated."""
    return await archive(session, by, RATING_SCALE, scale_id, if_match)


@maps.get("", response_model=RatingMapPage)
async def list_rating_maps(wanted: Annotated[RatingMapFilter, Query()], reader: Reader) -> Response:
    """List what the labels of imported verdicts are taken to mean; `mapped=false` is what is left.

    They are listed by label unless you sort otherwise.
    """
    return await reader.page(RATING_MAPS, wanted, wanted.sort)


@maps.post("", response_model=RatingMap, status_code=201)
async def create_rating_map(new: NewRatingMap, by: Publisher, session: Session) -> Response:
    """Say what a label means before an import brings it; one that is known is changed instead."""
    return created("rating-maps", await labels.add(session, by, new))


@maps.get("/{map_id}", response_model=RatingMap)
async def get_rating_map(map_id: UUID, reader: Reader) -> Response:
    """Fetch what a label is taken to mean."""
    return await reader.one(RATING_MAP, map_id)


@maps.patch("/{map_id}", response_model=RatingMap)
async def change_rating_map(
    map_id: UUID, patch: RatingMapPatch, by: Publisher, session: Session, if_match: IfMatch = None
) -> Response:
    """Say what a label means, by a JSON merge patch.

    It holds for all verdicts with this label, those of earlier imports, too.
    """
    return changed(await labels.change(session, by, map_id, if_match, patch))


router.routes.extend(maps.routes)
