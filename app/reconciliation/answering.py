"""Answers to whoever reconciles: the same for everybody, so that caches may keep them.

Who comes with a key is counted under it, and sees no more than the public does: what is matched may
be published, and is handed on by programs that know nothing of keys.
"""

import json
from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.access.caller import PUBLIC
from app.access.reader import Reader
from app.access.reading import Reading
from app.documents.showing import keys_of_pages
from app.foundation import outside
from app.foundation.problems import InputError, InvalidInput, NotFound
from app.reconciliation.entities import Entity
from app.reconciliation.extending import count, extend
from app.reconciliation.matching import entities, reconcile
from app.reconciliation.previewing import policy, written
from app.reconciliation.queries import COUNTED
from app.reconciliation.schemas import ExtensionQuery, Queries, read
from app.reconciliation.types import Json
from app.sources.queries import SOURCES
from app.speakers.queries import SPEAKERS

_JSON: Final = "application/json"


def anybody(reader: Reader) -> Reading:
    """Read as the public does, whoever asks."""
    return replace(reader, caller=PUBLIC)


Anybody = Annotated[Reading, Depends(anybody)]


def refuse_jsonp(request: Request) -> None:
    """Refuse to answer a script, which would run in the page that loads it.

    The specification lets services have JSONP; CORS, which it asks for, has taken its place.
    """
    if "callback" in request.query_params:
        detail = "There is no JSONP here; pages of any origin may read the JSON itself (CORS)"
        error = InputError(parameter="callback", code="jsonp", detail=detail)
        raise InvalidInput(detail, errors=[error])


def headers(reader: Reading, *, addressed: bool = False) -> dict[str, str]:
    """Say who may keep an answer, and what purges it; also where it has whole addresses."""
    made = reader.headers(keys_of_pages(SPEAKERS, SOURCES, COUNTED))
    return made | (outside.varies(reader.request) if addressed else {})


def answer(reader: Reading, body: Json, *, addressed: bool = False) -> Response:
    """Answer with JSON."""
    told = headers(reader, addressed=addressed)
    return Response(json.dumps(body, ensure_ascii=False), 200, told, _JSON)


async def data(reader: Reading, field: str, text: str) -> Response:
    """Answer a batch of queries, or with properties. Raises what `schemas.read` does."""
    if field == "queries":
        batch = await run_in_threadpool(read, Queries, field, text)
        return answer(reader, await reconcile(reader, batch.root))
    return answer(reader, await extend(reader, read(ExtensionQuery, field, text)))


async def found(reader: Reading, entity_id: UUID) -> Entity:
    """Find a speaker or source. Raises `NotFound`."""
    entity = (await entities(reader, [entity_id])).get(entity_id)
    if entity is None:
        raise NotFound("There is no such speaker or source, or none that the public sees")
    return entity


async def page(reader: Reading, entity_id: UUID) -> Response:
    """Answer with a small page about an entity. Raises `NotFound`."""
    entity = await found(reader, entity_id)
    await count(reader, [entity])
    body = written(entity, outside.root(reader.request))
    told = headers(reader, addressed=True) | {"Content-Security-Policy": policy()}
    return Response(body, 200, told, "text/html")


def form_of(**fields: str) -> dict[str, Any]:
    """Describe a form whose fields are JSON, for the OpenAPI document."""
    described = {
        name: {"type": "string", "contentMediaType": _JSON, "description": words}
        for name, words in fields.items()
    }
    return {"type": "object", "description": "One of the two.", "properties": described}
