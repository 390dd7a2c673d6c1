"""Whether the service is alive and ready, and what it counts."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.foundation import metrics, shape
from app.foundation.database import Database
from app.foundation.openapi_answers import RUNNING
from app.foundation.problems import Unavailable
from app.foundation.reads import Query
from app.foundation.strict import StrictRoute

router = APIRouter(tags=[RUNNING], route_class=StrictRoute)
figures = APIRouter(include_in_schema=False)
_REVISION = Query("SELECT version_num FROM alembic_version", ())
_NO_STORE = {"Cache-Control": "no-store"}


class Health(BaseModel):
    """That the service is there."""

    status: str = Field(examples=["ok"])


@router.get("/healthz", response_model=Health)
async def get_health() -> Response:
    """Say that the process is alive. It asks nobody else."""
    return Response(b'{"status": "ok"}', 200, _NO_STORE, "application/json")


@router.get("/readyz", response_model=Health)
async def get_readiness(request: Request) -> Response:
    """Say that the database can be reached and has the shape that this code expects.

    While the primary is away and a replica is there, the status is `reads only`.
    """
    database: Database = request.app.state.database
    status = "ok"
    try:
        row = await database.reads.row(_REVISION, {})
    except Unavailable:
        if database.replica is None:
            raise
        status, row = "reads only", await database.replica.reads.row(_REVISION, {})
    if row is None or row["version_num"] != shape.newest():
        raise Unavailable("The database is not migrated to this version", retry_after=5)
    return Response(b'{"status": "%s"}' % status.encode(), 200, _NO_STORE, "application/json")


@figures.get("/metrics")
async def get_metrics() -> Response:
    """Give the service's figures in Prometheus's text format."""
    return Response(metrics.exposition(), 200, _NO_STORE, metrics.MEDIA_TYPE)
