"""The addresses of imports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.access.authentication import Writer
from app.access.reader import DeskReader
from app.access.writing import Session
from app.documents.import_job import IMPORT_JOB, ImportJob
from app.documents.pages import ImportJobPage
from app.foundation.answers import changed, created
from app.foundation.settings import Settings
from app.foundation.strict import StrictRoute
from app.imports import actions, receiving, reporting
from app.imports.queries import IMPORTS
from app.imports.receiving import File
from app.imports.schemas import ImportFilter, ImportQuery

PATH = "/v1/imports"
router = APIRouter(prefix=PATH, tags=["imports"], route_class=StrictRoute)
lines = APIRouter(prefix=PATH, tags=["imports"], route_class=reporting.ReportRoute)


@router.get("", response_model=ImportJobPage)
async def list_imports(wanted: Annotated[ImportFilter, Query()], reader: DeskReader) -> Response:
    """List the imports of your organisation, the newest first unless you sort otherwise."""
    return await reader.page(IMPORTS, wanted, wanted.sort)


@router.post(
    "", response_model=ImportJob, status_code=201, openapi_extra={"requestBody": receiving.BODY}
)
async def create_import(
    how: Annotated[ImportQuery, Query()],
    by: Writer,
    file: File,
    session: Session,
    request: Request,
) -> Response:
    """Send a file to be imported, as the body of the request.

    It is kept, and carried out in the background, row by row: each obeys the rules of any write,
    and is in the change log. What is here already makes nothing twice. Rows that can't be recorded
    are refused alone. With `dry_run`, everything is tried and nothing kept.
    """
    settings: Settings = request.app.state.settings
    made = await actions.add(session, by, file, how, settings.import_open)
    return created("imports", made)


@router.get("/{import_id}", response_model=ImportJob)
async def get_import(import_id: UUID, reader: DeskReader) -> Response:
    """Fetch an import: how far it is, and how many rows were recorded or refused."""
    return await reader.one(IMPORT_JOB, import_id)


@router.post("/{import_id}/cancel", response_model=ImportJob)
async def cancel_import(import_id: UUID, by: Writer, session: Session) -> Response:
    """Cancel an import that has not ended. What it has recorded stays."""
    return changed(await actions.cancel(session, by, import_id))


@lines.get("/{import_id}/report", response_class=Response, responses=reporting.ANSWERS)
async def get_import_report(import_id: UUID, reader: DeskReader) -> Response:
    """Fetch the report of an import, one row a line: why it was refused, or what could be better.

    Rows about which there is nothing to say aren't in it.
    """
    return await reporting.answer(reader, import_id)


router.routes.extend(lines.routes)
