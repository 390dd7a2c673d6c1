"""The front door: the rooms put together to one application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

import app.changes
import app.comments
import app.contacts
import app.correction_requests
import app.corrections
import app.desk
import app.exchange
import app.exports
import app.imports
import app.keys
import app.matching
import app.measures
import app.organizations
import app.provenance
import app.quantities
import app.ratings
import app.reconciliation
import app.search
import app.sources
import app.speakers
import app.statements
import app.topics
import app.verdicts
import app.webhooks
from app.access.limits import Limits
from app.access.remembering import Remembered
from app.changes.joining import Joining
from app.changes.routes import router as changes
from app.changes.watching import Watch
from app.comments.routes import router as comments
from app.contacts.routes import router as contacts
from app.correction_requests import requesters
from app.correction_requests.routes import LONGEST
from app.correction_requests.routes import PATH as CORRECTION_REQUESTS
from app.correction_requests.routes import router as correction_requests
from app.corrections.routes import router as corrections
from app.demo import examples
from app.desk.routes import router as desk
from app.documents.glossary import FIELDS
from app.exchange.claims import router as claims
from app.exchange.routes import router as exchange
from app.exchange.routes import tolerant
from app.exports.routes import router as exports
from app.finding import keeping
from app.finding.asking import Finder
from app.finding.upkeep import Upkeep
from app.foundation import handlers, health, manual, openapi, settings
from app.foundation.database import Database
from app.foundation.openapi_answers import RUNNING
from app.foundation.optional import later
from app.foundation.origins import Origins
from app.foundation.pages import Cursors
from app.foundation.positions import Positions
from app.foundation.sealing import Seal
from app.foundation.secret_files import signing_secret
from app.foundation.settings import Settings
from app.foundation.wire import Wire
from app.imports.routes import PATH as IMPORTS
from app.imports.routes import router as imports
from app.imports.working import Importer
from app.keys.routes import router as keys
from app.matching.matching import Matcher
from app.matching.routes import router as matching
from app.matching.suggesting import Suggesting
from app.meaning import choosing
from app.meaning.asking import Meaning
from app.meaning.choosing import Embedders
from app.meaning.upkeep import MeaningUpkeep
from app.measures.routes import router as measures
from app.organizations.routes import router as organizations
from app.provenance.routes import router as provenance
from app.quantities.routes import router as quantities
from app.ratings.routes import router as ratings
from app.reconciliation.routes import PATH as RECONCILIATION
from app.reconciliation.routes import router as reconciliation
from app.search.routes import router as search
from app.sources.routes import router as sources
from app.speakers.routes import router as speakers
from app.statements.routes import router as statements
from app.topics.routes import router as topics
from app.verdicts.routes import router as verdicts
from app.verdicts.scheduling import Schedule
from app.webhooks import messages, signing
from app.webhooks.routes import router as webhooks
from app.webhooks.sending import Sender
from app.words import dictionary

if TYPE_CHECKING:
    from app.access import oidc
else:  # It takes 11 MB, where there is an issuer.
    oidc = later("app.access.oidc")

ROOMS = {
    "statements": (statements, app.statements),
    "provenance": (provenance, app.provenance),
    "verdicts": (verdicts, app.verdicts),
    "corrections": (corrections, app.corrections),
    "search": (search, app.search),
    "matching": (matching, app.matching),
    "quantities": (quantities, app.quantities),
    "reconciliation": (reconciliation, app.reconciliation),
    "exchange": (exchange, app.exchange),
    "desk": (desk, app.desk),
    "correction requests": (correction_requests, app.correction_requests),
    "contacts": (contacts, app.contacts),
    "comments": (comments, app.comments),
    "exports": (exports, app.exports),
    "imports": (imports, app.imports),
    "speakers": (speakers, app.speakers),
    "sources": (sources, app.sources),
    "topics": (topics, app.topics),
    "measures": (measures, app.measures),
    "rating scales": (ratings, app.ratings),
    "organizations": (organizations, app.organizations),
    "API keys": (keys, app.keys),
    "changes": (changes, app.changes),
    "webhooks": (webhooks, app.webhooks),
}
ABOUT = """The record of who said what, where it was reported, and whether it holds.

Reading what is public needs no key. Everything refused is a problem (RFC 9457), and its `type`
answers a page that explains it."""


def create_app(chosen: Settings | None = None) -> FastAPI:
    """Put the application together. It connects to the database when it starts up."""
    configured = chosen or settings.load()
    if configured.name_dictionary and not dictionary.is_installed():
        raise settings.WrongSetting(
            "ONRECORD_NAME_DICTIONARY: the dictionary isn't installed: run make names"
        )
    choosing.check(configured)
    made = FastAPI(
        title="onrecord",
        version=version("onrecord"),
        summary="Who said what, where it was reported, and whether it holds.",
        description=ABOUT,
        license_info={"name": "MIT License", "identifier": "MIT"},
        openapi_tags=[
            *({"name": name, "description": room.__doc__} for name, (_, room) in ROOMS.items()),
            {"name": RUNNING, "description": health.__doc__},
        ],
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # What it counts is at /metrics; to look for others to tell takes a fortieth of a fetch.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    made.state.settings = configured
    made.state.oidc = oidc.trusted(configured) if configured.oidc_issuer else None
    for router, _ in ROOMS.values():
        _take_in(made, router)
    _take_in(made, tolerant)
    _take_in(made, claims)
    made.webhooks.routes.extend(messages.router.routes)
    _take_in(made, health.router)
    _take_in(made, health.figures)
    _take_in(made, manual.router)
    made.openapi = lambda: openapi.document(made, examples.read(), FIELDS)  # type: ignore[method-assign]
    made.add_route("/openapi.json", lambda _: _openapi(made), include_in_schema=False)
    handlers.install(made, lambda path: methods_of(made, path))
    made.add_middleware(
        Wire,
        max_body_bytes=configured.max_body_bytes,
        allowed=lambda path: methods_of(made, path),
        shorter={CORRECTION_REQUESTS: LONGEST},
        longer={IMPORTS: configured.import_max_bytes},
    )
    made.add_middleware(Origins, everybodys=(RECONCILIATION,), chosen=configured.cors_origins)
    return made


@asynccontextmanager
async def _lifespan(made: FastAPI) -> AsyncIterator[None]:
    configured: Settings = made.state.settings
    if configured.database_url is None:
        raise settings.WrongSetting("DATABASE_URL: none is given; use the command onrecord serve")
    database = Database(configured.database_url.get_secret_value(), configured)
    await database.open()
    made.state.database = database
    made.state.limits = Limits(database, configured)
    secret = signing_secret(configured)
    made.state.joining = joining = Joining(database)
    made.state.cursors, made.state.seal = Cursors(secret), Seal(secret, "answers")
    made.state.positions = Positions(secret)
    made.state.remembered = Remembered()
    made.state.requesters = Seal(secret, requesters.PURPOSE)
    made.state.finder = Finder(database.searches, dictionary=configured.name_dictionary)
    keeping.attach(database.session_class, dictionary=configured.name_dictionary)
    upkeep = Upkeep(database, configured.search_every, dictionary=configured.name_dictionary)
    embedders = Embedders(configured)
    made.state.meaning = Meaning(database.searches, embedders)
    made.state.matcher = Matcher(database.searches, made.state.meaning)
    embedding = MeaningUpkeep(database, embedders, configured.embed_every)
    suggesting = Suggesting(database, made.state.matcher, configured.suggest_every)
    made.state.watch = Watch(database, configured.seal_every)
    schedule = Schedule(database, configured.publish_every)
    importer = Importer(database, configured)
    made.state.webhook_seal = Seal(secret, signing.PURPOSE)
    made.state.sender = sender = Sender(database, configured, made.state.webhook_seal)
    try:
        async with (
            database.following(),
            made.state.watch.running(),
            schedule.running(),
            upkeep.running(),
            importer.running(),
            sender.running(),
            embedding.running(),
            suggesting.running(),
        ):
            yield
    finally:
        await joining.close()
        await sender.close()
        await embedders.close()
        await database.close()


def _take_in(made: FastAPI, router: APIRouter) -> None:
    """Put a room's routes among the application's own, where one look finds each of them."""
    made.router.routes.extend(router.routes)


def _openapi(made: FastAPI) -> Response:
    if not hasattr(made.state, "described"):
        made.state.described = JSONResponse(made.openapi()).body
    headers = {"Cache-Control": "public, max-age=60"}
    return Response(made.state.described, 200, headers, "application/json")


def methods_of(made: FastAPI, path: str) -> list[str]:
    """List the methods that a path has; none when there is no such path."""
    found: set[str] = set()
    for route in made.routes:
        if isinstance(route, APIRoute) and route.path_regex.match(path):
            found |= openapi.methods_of(route)
    if path == "/openapi.json":
        found.add("GET")
    if "GET" in found:
        found.add("HEAD")
    return sorted(found | {"OPTIONS"}) if found else []
