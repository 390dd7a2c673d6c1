"""The command `onrecord`: serve, migrate, demo, create-key, openapi, embed, check, and others."""

from app.foundation import beginning  # noqa: F401 - it works by being imported.

# isort: split
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import asyncpg
import typer
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from app import files
from app.backdoor import INTERRUPTED, configured, having_database, opened, refuse_old
from app.changes import verifying
from app.demo import load as demo_data
from app.finding.upkeep import Upkeep
from app.foundation import (
    database_check,
    embedded,
    ending,
    secret_files,
    serving,
    settings,
    shape,
    turns,
)
from app.foundation.database_check import Finding
from app.foundation.optional import later
from app.foundation.refusal import Refusal
from app.foundation.settings import Settings
from app.keys import first_start
from app.main import create_app
from app.meaning import embedding
from app.tables.api_key import Role

if TYPE_CHECKING:
    from app.access import oidc
else:
    oidc = later("app.access.oidc")

app: Final = typer.Typer(
    help="Fact-checked statements over HTTP: who said what, where, and what was found about it.",
    epilog="Settings are read from the environment and from a file .env; see docs/settings.md.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command(name="export")(files.export)
app.command(name="import")(files.bring)


def main() -> None:
    """Run the command; what a person must mend is said in one line."""
    try:
        app()
    except Refusal as refused:
        _give_up(str(refused))
    except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
        cause = refused.orig if isinstance(refused, DBAPIError) else refused
        _give_up(f"The database refused: {cause}")
    except OSError as refused:
        _give_up(f"{refused.filename or 'The system refused'}: {refused.strerror or refused}")


def application() -> FastAPI:
    """Make the application in a worker, which finds its settings in the environment."""
    return create_app(configured())


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The TCP port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes answer.")] = None,
    demo: Annotated[
        bool | None, typer.Option(help="Load the demo when there is no statement yet.")
    ] = None,
) -> None:
    """Answer requests until it is stopped.

    Unless DATABASE_URL names another, it has a Postgres of its own. What it prints first is where
    it listens; the first start prints a key, too.
    """
    chosen = configured(host=host, port=port, workers=workers, demo=demo)
    with (
        ending.orderly_end(0) as end,
        serving.listening(chosen.host, chosen.port) as taken,
        having_database(chosen) as url,
    ):
        end.run(_prepare(chosen, url))
        if chosen.database_url is None:
            os.environ["DATABASE_URL"] = url
        os.environ["ONRECORD_SECRET"] = secret_files.signing_secret(chosen)
        typer.echo(f"onrecord answers on http://{chosen.host}:{chosen.port} (Ctrl-C stops it)")
        serving.serve("app.cli:application", chosen, taken)


@app.command()
def migrate() -> None:
    """Bring the database to the shape that this version expects."""
    with ending.orderly_end(INTERRUPTED) as end, having_database(configured()) as url:
        end.run(database_check.refuse_unfit(url))
        before, after = end.run(_migrated(url))
    moved = f"Migrated from {before or 'an empty database'} to {after}"
    typer.echo(moved if before != after else f"Nothing to migrate: the database is at {after}")


@app.command()
def demo() -> None:
    """Load the demo: one article, statement by statement."""
    chosen = configured()
    with ending.orderly_end(INTERRUPTED) as end, having_database(chosen) as url:
        typer.echo(f"Loaded {end.run(_load_demo(chosen, url))} statements")


@app.command()
def create_key(
    name: Annotated[str, typer.Option(help="What the key is for, as shown in lists of keys.")],
    role: Annotated[Role, typer.Option(help="What the key may do.")] = Role.READER,
    person: Annotated[str | None, typer.Option(help="Who uses it, for the change log.")] = None,
    organization: Annotated[
        str | None, typer.Option(help="The organisation's id or name, where there are several.")
    ] = None,
    expires_at: Annotated[
        datetime | None, typer.Option(help="When it ends, in UTC. Without it: never.")
    ] = None,
) -> None:
    """Make an API key and print it, once."""
    with ending.orderly_end(INTERRUPTED) as end, having_database(configured()) as url:
        end.run(refuse_old(url))
        made = first_start.create_key(
            url,
            name=name,
            role=role.value,
            person=person,
            organization=organization,
            expires_at=expires_at and expires_at.replace(tzinfo=UTC),
        )
        typer.echo(end.run(made))


@app.command()
def openapi(
    output: Annotated[
        Path | None, typer.Option(help="The file to write. Without it: standard output.")
    ] = None,
) -> None:
    """Write the API's OpenAPI document."""
    document = json.dumps(create_app(configured()).openapi(), indent=2, ensure_ascii=False)
    if output is None:
        typer.echo(document)
    else:
        output.write_text(f"{document}\n", encoding="utf-8")


@app.command()
def reindex(
    *,
    statements: Annotated[
        bool, typer.Option("--statements", help="Analyse all statements again.")
    ] = False,
    names: Annotated[
        bool, typer.Option("--names", help="Analyse all names of speakers and sources again.")
    ] = False,
) -> None:
    """Analyse for searching what is still to be analysed, while others go on working.

    It can be stopped and started again at will; several processes share the work.
    """
    chosen = configured()
    again = [*(["statements"] if statements else []), *(["speakers", "sources"] if names else [])]
    with ending.orderly_end(INTERRUPTED) as end, having_database(chosen) as url:
        end.run(refuse_old(url))
        typer.echo(f"Analysed {end.run(_reindex(chosen, url, again)):,} statements and names")


async def _reindex(chosen: Settings, url: str, again: list[str]) -> int:
    async with opened(chosen, url) as database:
        upkeep = Upkeep(database, 0, dictionary=chosen.name_dictionary)
        await upkeep.everything(again)
        with typer.progressbar(length=await upkeep.left(), label="Analysing") as bar:
            return await upkeep.look(bar.update)


@app.command()
def embed() -> None:
    """Embed all statements that are still to be embedded, while others go on working.

    It can be stopped and started again at will; several processes share the work.
    """
    chosen = configured()
    with ending.orderly_end(INTERRUPTED) as end, having_database(chosen) as url:
        end.run(refuse_old(url))
        showing = partial(typer.progressbar, label="Embedding")
        typer.echo(end.run(embedding.embed(chosen, url, showing)))


@app.command()
def check() -> None:
    """Look at settings and database, verify the change log, and say what to do.

    Each line begins with ok, or with !! and says what to do; the exit code is 1 if any does.
    """
    found = list(_findings())
    for finding in found:
        if finding.remedy is None:
            typer.echo(f"ok {finding.what}")
        else:
            typer.echo(f"!! {finding.what} → {finding.remedy}")
    if any(finding.remedy for finding in found):
        raise typer.Exit(1)


def _findings() -> Iterator[Finding]:
    try:
        chosen = configured()
        yield Finding("settings")
        embedded.make_data_dir(chosen.data_dir)
        yield Finding(f"data directory {chosen.data_dir}")
        with ending.orderly_end(INTERRUPTED) as end, having_database(chosen) as url:
            yield from end.run(database_check.findings(url))
            stand = end.run(shape.finding(url))
            yield stand
            if stand.remedy is None:
                yield from end.run(verifying.findings(url))
                yield from end.run(oidc.findings(chosen, url))
            yield from end.run(embedding.findings(chosen))
    except settings.WrongSetting as wrong:
        yield Finding(str(wrong), "see docs/settings.md")
    except Refusal as refused:
        yield Finding(str(refused), "mend that, then check again")


async def _prepare(chosen: Settings, url: str) -> None:
    """See to the shape, the first key and the demo; of several processes, one at a time."""
    embedded.make_data_dir(chosen.data_dir)
    await database_check.refuse_unfit(url)
    async with turns.turn(url):
        if chosen.database_url is None and not await shape.is_current(url):
            await _migrated(url)
        await refuse_old(url)
        await _start_first(chosen, url)
        if chosen.demo and await demo_data.is_wanted(url):
            typer.echo(f"Loaded the demo: {await demo_data.load(url)} statements")


async def _migrated(url: str) -> tuple[str | None, str | None]:
    """Migrate, and tell from where to where. Alembic is loaded when there is something to do."""
    migrations = import_module("app.foundation.migrations")
    moved: tuple[str | None, str | None] = await migrations.upgrade(url)
    return moved


async def _load_demo(chosen: Settings, url: str) -> int:
    await refuse_old(url)
    async with turns.turn(url):
        await _start_first(chosen, url)
        if not await demo_data.is_wanted(url):
            raise Refusal("There are statements already: the demo is for an empty database")
        return await demo_data.load(url)


async def _start_first(chosen: Settings, url: str) -> None:
    """Show the first key once, and keep it where only the owner of the file can read it."""
    secret = await first_start.first_start(url, chosen)
    if secret is not None:
        path = chosen.data_dir / "admin.key"
        secret_files.replace(path, secret)
        typer.echo(f"The first start made an admin key, kept in {path}:\n\n  {secret}\n")


def _give_up(why: str) -> None:
    typer.echo(f"onrecord: {' '.join(why.split())}", err=True)
    sys.exit(1)
