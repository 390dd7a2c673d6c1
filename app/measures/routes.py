"""The addresses of measures."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.authentication import Writer
from app.access.reader import Reader
from app.access.writing import Session
from app.changes.archiving import archive
from app.documents.measure import MEASURE, Measure
from app.documents.pages import MeasurePage
from app.foundation.answers import changed, created
from app.foundation.preconditions import IfMatch
from app.foundation.strict import StrictRoute
from app.measures import actions
from app.measures.queries import MEASURES
from app.measures.schemas import MeasureFilter, MeasurePatch, NewMeasure

router = APIRouter(prefix="/v1/measures", tags=["measures"], route_class=StrictRoute)


@router.get("", response_model=MeasurePage)
async def list_measures(wanted: Annotated[MeasureFilter, Query()], reader: Reader) -> Response:
    """List measures, by key unless you sort otherwise."""
    return await reader.page(MEASURES, wanted, wanted.sort)


@router.post("", response_model=Measure, status_code=201)
async def create_measure(new: NewMeasure, by: Writer, session: Session) -> Response:
    """Record a measure. Its key is unique, and so is each flow of a family."""
    return created("measures", await actions.add(session, by, new))


@router.get("/{measure_id}", response_model=Measure)
async def get_measure(measure_id: UUID, reader: Reader) -> Response:
    """Fetch a measure."""
    return await reader.one(MEASURE, measure_id)


@router.patch("/{measure_id}", response_model=Measure)
async def change_measure(
    measure_id: UUID, patch: MeasurePatch, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Change a measure by a JSON merge patch. Measures are shared by all organisations."""
    return changed(await actions.change(session, by, measure_id, if_match, patch))


@router.delete("/{measure_id}", status_code=204)
async def archive_measure(
    measure_id: UUID, by: Writer, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a measure: it leaves the lists, and quantities go on naming it."""
    return await archive(session, by, MEASURE, measure_id, if_match, shared=True)
