"""The commands that write everything to a file, and bring a file in."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from app.access.caller import Caller
from app.access.scopes import ROLES
from app.backdoor import INTERRUPTED, configured, having_database, opened, refuse_old
from app.documents.shape import View
from app.exports.schemas import ExportFormat, ExportQuery
from app.exports.taking import snapshot
from app.foundation import ending
from app.foundation.database import Database
from app.foundation.refusal import Refusal
from app.foundation.settings import Settings
from app.imports import actions, queries
from app.imports.receiving import Received, longest
from app.imports.schemas import ImportQuery
from app.imports.working import Importer
from app.keys.first_start import the_organization
from app.tables.api_key import Role
from app.tables.importing import ImportFormat, ImportJob, ImportState

_BY_SUFFIX = {
    ".ndjson": ImportFormat.NDJSON, ".jsonl": ImportFormat.NDJSON, ".csv": ImportFormat.CSV,
    ".json": ImportFormat.CLAIMREVIEW, ".jsonld": ImportFormat.CLAIMREVIEW,
    ".html": ImportFormat.HTML, ".htm": ImportFormat.HTML,
}  # fmt: skip
_PAUSE = 0.2
_SHOWN = 20
_Whose = Annotated[
    str | None, typer.Option(help="The organisation's id or name, where there are several.")
]


def export(
    file: Annotated[Path, typer.Argument(help="The file to write; - is standard output.")],
    *,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="How to write it.")
    ] = ExportFormat.NDJSON,
    public: Annotated[bool, typer.Option("--public", help="Only what the public sees.")] = False,
    organization: _Whose = None,
) -> None:
    """Write everything that the organisation sees to a file, as it is at one instant."""
    chosen = configured()
    with ending.orderly_end(INTERRUPTED) as end, having_database(chosen) as url:
        end.run(refuse_old(url))
        wanted = ExportQuery(format=form)
        position = end.run(
            _export(chosen, url, file, wanted, None if public else _Own(organization))
        )
    typer.echo(f"Exported; the feed of changes goes on after {position}", err=True)


class _Own:
    """Who looks: an organisation, by its name where there are several."""

    def __init__(self, named: str | None) -> None:
        self.named = named


async def _export(
    chosen: Settings, url: str, file: Path, wanted: ExportQuery, own: _Own | None
) -> int:
    async with opened(chosen, url) as database:
        viewer = None if own is None else (await _organization(database, own.named))
        view = View.PUBLIC if viewer is None else View.EDITORIAL
        async with snapshot(database, view, viewer) as taken:
            if str(file) == "-":
                async for piece in taken.pieces(wanted):
                    sys.stdout.buffer.write(piece)
                return taken.position
            part = file.with_name(f"{file.name}.part")
            with part.open("wb") as out:
                async for piece in taken.pieces(wanted):
                    out.write(piece)
            os.replace(part, file)  # noqa: PTH105 - as a whole, or not at all.
            return taken.position


async def _organization(database: Database, named: str | None) -> UUID:
    async with database.sessions.begin() as session:
        return (await the_organization(session, named)).id


def bring(
    file: Annotated[
        Path, typer.Argument(help="An .ndjson, .csv, .json or .html file.", exists=True)
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Try everything, keep nothing.")
    ] = False,
    language: Annotated[
        str | None, typer.Option(help="The language of what doesn't name its own.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="Whose act it is, for the change log.")] = None,
    organization: _Whose = None,
) -> None:
    """Import a file, row by row, and say why rows were refused; then the exit code is 1.

    It can be stopped at any time: what was recorded stays, and the service goes on with the rest.
    """
    chosen = configured()
    form = _BY_SUFFIX.get(file.suffix.lower())
    if form is None:
        raise Refusal(f"{file.name}: the name has to end with one of {', '.join(_BY_SUFFIX)}")
    size = file.stat().st_size
    if not 0 < size <= longest(chosen, form):
        raise Refusal(f"{file.name} is empty, or has more than {longest(chosen, form)} bytes")
    how = ImportQuery(dry_run=dry_run, language=language)
    with (
        ending.orderly_end(INTERRUPTED) as end,
        having_database(chosen) as url,
        file.open("rb") as body,
    ):
        end.run(refuse_old(url))
        whose = (person or chosen.person, organization)
        job = end.run(_bring(chosen, url, Received(form, size, body), how, whose))
    if job.state is not ImportState.DONE or job.refused:
        raise typer.Exit(1)


async def _bring(
    chosen: Settings,
    url: str,
    file: Received,
    how: ImportQuery,
    whose: tuple[str, str | None],
) -> ImportJob:
    person, named = whose
    async with opened(chosen, url) as database:
        by = Caller(person, await _organization(database, named), None, ROLES[Role.ADMIN])
        async with database.sessions.begin() as session:
            job_id = (await actions.add(session, by, file, how)).id
        job = await _carried(database, chosen, job_id, file.size)
        await _tell(database, job)
        return job


async def _carried(database: Database, chosen: Settings, job_id: UUID, size: int) -> ImportJob:
    """Work on an import until it has ended, whoever else works on it, too."""
    importer = Importer(database, chosen)
    with typer.progressbar(length=size, label="Importing") as bar:
        while True:
            went_on = await importer.goes_on(job_id)
            async with database.sessions.begin() as session:
                job = await session.get_one(ImportJob, job_id)
            bar.update(job.bytes_read - bar.pos)
            if job.state not in queries.OPEN:
                return job
            if not went_on:
                await asyncio.sleep(_PAUSE)


async def _tell(database: Database, job: ImportJob) -> None:
    typer.echo(
        f"{job.rows_read:,} rows: {job.made:,} recorded, {job.unchanged:,} here already,"
        f" {job.refused:,} refused, {job.warnings:,} remarks, in {job.seconds:.1f} s"
        + (f"; {job.failure}" if job.failure else "")
    )
    rows = await database.reads.rows(queries.REFUSED, {"job_id": job.id, "limit": _SHOWN})
    for row in rows:
        errors: list[dict[str, Any]] = json.loads(row["errors"])
        why = "; ".join(f"{one['pointer'] or ''} {one['detail']}".strip() for one in errors)
        typer.echo(f"row {row['no']}: {why}", err=True)
    if job.refused > len(rows):
        typer.echo(
            f"… and {job.refused - len(rows):,} more: GET /v1/imports/{job.id}/report", err=True
        )
