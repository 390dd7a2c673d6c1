"""The addresses of reconciling, as the W3C Reconciliation Service API 0.2 has them.

Its clients send parameters of their own beside those of the specification, so unknown ones are
passed over here.
"""

from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, BeforeValidator, Field

from app.documents.reconciliation import (
    Flyout,
    ProposedProperties,
    ReconciliationAnswer,
    ReconciliationData,
    SuggestedEntities,
    SuggestedProperties,
    SuggestedTypes,
)
from app.foundation import outside
from app.foundation.pages import plain_integer
from app.foundation.problems import NotFound
from app.foundation.strict import TolerantRoute
from app.foundation.text import Typed
from app.reconciliation import suggesting
from app.reconciliation.answering import (
    Anybody,
    answer,
    data,
    form_of,
    found,
    page,
    refuse_jsonp,
)
from app.reconciliation.extending import propose
from app.reconciliation.manifest import manifest
from app.reconciliation.previewing import card, note
from app.reconciliation.properties import known
from app.reconciliation.schemas import BATCH, FORM, ROWS, VALUES, form, known_type, one_of
from app.reconciliation.types import TYPES

PATH: Final = "/reconcile"
_QUERIES = (
    f"A batch of up to {BATCH} queries, with up to {VALUES:,} values of properties in all, in JSON."
)
_EXTEND = f"Of which entities (up to {ROWS}) to fetch which properties, in JSON."
_BATCH = '{"q0": {"query": "Токаев", "type": "speaker.person"}}'
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": form_of(queries=_QUERIES, extend=_EXTEND),
                "example": {"queries": _BATCH},
            }
        },
    }
}


class PageRoute(TolerantRoute):
    """A route that answers HTML."""

    answers: ClassVar = ("text/html",)


class Page(Response):
    """An answer in HTML."""

    media_type = "text/html"


TAG: Final = "reconciliation"
router = APIRouter(
    prefix=PATH, tags=[TAG], route_class=TolerantRoute, dependencies=[Depends(refuse_jsonp)]
)
Form = Annotated[dict[str, str], Depends(form)]
Prefix = Annotated[
    Typed, Query(max_length=200, description="What was typed so far.", examples=["ata"])
]
Cursor = Annotated[
    int,
    Field(ge=0, le=1000),
    BeforeValidator(plain_integer),
    Query(description="How many suggestions to skip."),
]


def _type(value: str) -> str:
    return known_type(value) if value else value


OfType = Annotated[
    Annotated[str, Field(max_length=100), AfterValidator(_type)] | None,
    Query(alias="type", description="Of this type.", examples=["speaker.person"]),
]
Limit = Annotated[
    int,
    Field(ge=1, le=100),
    BeforeValidator(plain_integer),
    Query(description="How many at most."),
]
JsonText = Annotated[str | None, Field(json_schema_extra={"contentMediaType": "application/json"})]


@router.get("", response_model=ReconciliationAnswer)
async def get_reconciliation_service(
    request: Request,
    reader: Anybody,
    queries: Annotated[JsonText, Query(description=_QUERIES, examples=[_BATCH])] = None,
    extend: Annotated[JsonText, Query(description=_EXTEND)] = None,
) -> Response:
    """Say what the service can do.

    With `queries` or `extend`, it answers as POST does. The answer to neither is the manifest that
    OpenRefine and other clients read first.
    """
    if queries is None and extend is None:
        return answer(reader, manifest(outside.root(request), PATH), addressed=True)
    return await data(reader, *one_of({"queries": queries, "extend": extend}))


@router.post("", response_model=ReconciliationData, openapi_extra=_BODY)
async def reconcile_entities(given: Form, reader: Anybody) -> Response:
    """Match names to speakers and sources, or fetch their properties.

    `queries` is a batch of names, `extend` says what to fetch; a request has one of them. Names are
    found across scripts and with slips. `match` is true only where it is safe: exactly the name, or
    a shared identifier, and no rival. Everybody gets what the public sees.
    """
    return await data(reader, *one_of(given))


@router.get("/suggest/entity", response_model=SuggestedEntities)
async def get_entity_suggestions(
    prefix: Prefix, reader: Anybody, cursor: Cursor = 0, of: OfType = None
) -> Response:
    """Suggest speakers and sources while one types a name, or an id."""
    shown = await suggesting.suggest_entities(reader, prefix.strip(), cursor, of)
    return answer(reader, {"result": shown})


@router.get("/suggest/type", response_model=SuggestedTypes)
async def get_type_suggestions(prefix: Prefix, reader: Anybody, cursor: Cursor = 0) -> Response:
    """Suggest types while one types a name, or an id. With an empty prefix, all are told."""
    return answer(reader, {"result": suggesting.suggest_types(prefix.strip(), cursor)})


@router.get("/suggest/property", response_model=SuggestedProperties)
async def get_property_suggestions(prefix: Prefix, reader: Anybody, cursor: Cursor = 0) -> Response:
    """Suggest properties while one types a name, or an id. With an empty prefix, all are told."""
    return answer(reader, {"result": suggesting.suggest_properties(prefix.strip(), cursor)})


@router.get("/properties", response_model=ProposedProperties)
async def get_proposed_properties(
    reader: Anybody, of: OfType = None, limit: Limit = 100
) -> Response:
    """List the properties that can be fetched of a type."""
    return answer(reader, propose(of, limit))


@router.get("/types/{type_id}/flyout", response_model=Flyout)
async def get_type_flyout(type_id: str, reader: Anybody) -> Response:
    """Say a few words about a type, as HTML in JSON."""
    if type_id not in TYPES:
        raise NotFound("There is no such type")
    return answer(reader, {"id": type_id, "html": note(TYPES[type_id])})


@router.get("/properties/{property_id}/flyout", response_model=Flyout)
async def get_property_flyout(property_id: str, reader: Anybody) -> Response:
    """Say a few words about a property, as HTML in JSON."""
    one = known(property_id)
    if one is None:
        raise NotFound("There is no such property")
    return answer(reader, {"id": property_id, "html": note(one)})


@router.get("/entities/{entity_id}/flyout", response_model=Flyout)
async def get_entity_flyout(entity_id: UUID, reader: Anybody) -> Response:
    """Say a few words about a speaker or source, as HTML in JSON."""
    html = card(await found(reader, entity_id))
    return answer(reader, {"id": str(entity_id), "html": html})


pages = APIRouter(
    prefix=PATH, tags=[TAG], route_class=PageRoute, dependencies=[Depends(refuse_jsonp)]
)


@pages.get("/entities/{entity_id}", response_class=Page)
async def get_entity_page(entity_id: UUID, reader: Anybody) -> Response:
    """Fetch a small page about a speaker or source, to be read, or for a frame in a program.

    One that was merged into another is shown as what it is now.
    """
    return await page(reader, entity_id)


router.routes.extend(pages.routes)
