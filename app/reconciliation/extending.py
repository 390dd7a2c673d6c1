"""Properties of entities, fetched: a row for each entity, a list of values for each property."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from app.access.reading import Reading
from app.reconciliation import queries
from app.reconciliation.entities import Entity
from app.reconciliation.matching import entities
from app.reconciliation.properties import PROPERTIES, Property, known
from app.reconciliation.schemas import ExtensionQuery
from app.reconciliation.types import TYPES, Json, let_by


async def extend(reader: Reading, wanted: ExtensionQuery) -> Json:
    """Fetch properties. Of what isn't there, every list is empty."""
    there = await entities(reader, _ids(wanted.ids))
    asked = [(of, one.limit()) for one in wanted.properties if (of := known(one.id))]
    if any(of.counts for of, _ in asked):
        await count(reader, there.values())
    names = await _names(reader, there.values(), [of for of, _ in asked])
    rows = {}
    for each in wanted.ids:
        entity = there.get(next(iter(_ids([each])), UUID(int=0)))
        rows[each] = {of.id: _values(of, entity, names)[:most] for of, most in asked}
    return {"meta": [_meta(of) for of, _ in asked], "rows": rows}


def propose(type_: str | None, limit: int) -> Json:
    """List the properties that can be fetched of a type."""
    pairs = let_by([type_] if type_ else [])
    found = [one.shown() for one in PROPERTIES.values() if one.is_of(pairs)]
    shown: Json = {"properties": found[:limit], "limit": limit}
    return shown | ({"type": type_} if type_ else {})


async def count(reader: Reading, there: Iterable[Entity]) -> None:
    """Put the numbers of public statements and verdicts into what was read of entities.

    One may be there several times: by its own id, and by those of what was merged into it.
    """
    by_id: dict[UUID, list[Entity]] = defaultdict(list)
    for one in there:
        by_id[one.id].append(one)
    for row in await reader.reads.rows(queries.counts(), {"ids": list(by_id)}):
        counted = json.loads(row["counts"])
        for one in by_id[row["id"]]:
            one.document.update({name: counted.get(name) for name in ("statements", "verdicts")})


async def _names(
    reader: Reading, there: Iterable[Entity], asked: list[Property]
) -> Mapping[UUID, Entity]:
    """Look up the organisations that affiliations name by their ids alone."""
    if not any(of.id == "affiliation" for of in asked):
        return {}
    listed = [each for one in there for each in one.document.get("affiliations", ())]
    return await entities(
        reader, {UUID(each["organization_id"]) for each in listed if each["organization_id"]}
    )


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _meta(of: Property) -> Json:
    shown: Json = {"id": of.id, "name": of.name}
    return shown | ({"type": TYPES[of.gives].brief()} if of.gives else {})


def _values(of: Property, entity: Entity | None, names: Mapping[UUID, Entity]) -> list[Json]:
    if entity is None or entity.collection not in of.has:
        return []
    found = [_value(value, names) for value in of.read(entity)]
    return [one for one in found if one is not None]


def _value(value: Any, names: Mapping[UUID, Entity]) -> Json | None:  # noqa: ANN401 - of any kind.
    """Write a value as the specification has it; an entity that isn't there any more isn't one."""
    if isinstance(value, int):
        return {"int": value}
    if not isinstance(value, dict):
        return {"str": str(value)}
    if "id" in value and value["name"] is None:
        entity = names.get(UUID(value["id"]))
        return {"id": str(entity.id), "name": entity.name} if entity else None
    return value
