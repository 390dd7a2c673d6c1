"""Looking up what rows refer to, and what of them is here already: for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Select, Text, Uuid, cast, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from app.access.caller import Caller
from app.changes.adding import Gathered
from app.documents.link import LINK
from app.documents.measure import MEASURE
from app.documents.organization import ORGANIZATION
from app.documents.rating import RATING_SCALE
from app.documents.shape import Column, Kind, View
from app.documents.source import SOURCE
from app.documents.speaker import SPEAKER, survivor
from app.documents.statement import STATEMENT
from app.documents.topic import TOPIC
from app.documents.verdict import VERDICT
from app.exports.schemas import Exported
from app.foundation.problems import invalid
from app.foundation.strict import read_json
from app.foundation.text import searchable
from app.imports.items import REFERENCES, Item, Json, Row
from app.sources.schemas import NewSource
from app.speakers.schemas import NewSpeaker
from app.tables.importing import Imported
from app.tables.source import Source, SourceAlias
from app.tables.speaker import SpeakerExternalId

KINDS: Mapping[Exported, Kind[Any]] = {
    Exported(kind.collection): kind
    for kind in (
        ORGANIZATION, RATING_SCALE, MEASURE, TOPIC, SPEAKER, SOURCE, STATEMENT, LINK, VERDICT
    )
}  # fmt: skip
Names = dict[tuple[Exported, str], UUID]


def _any(given: Iterable[Any], of: TypeEngine[Any]) -> Column:
    """Ask for one of these, as one array: PostgreSQL reads, plans and keeps one query for all."""
    return func.any(literal(list(given), ARRAY(of)))


def _by_refs(by: Caller, collection: Exported, refs: Iterable[str]) -> Select[Any]:
    """Select reference and id of what the caller's organisation calls by these.

    Each is looked up by itself: for all of them at once, PostgreSQL may go through everything that
    the organisation has.
    """
    table = KINDS[collection].table
    given = func.unnest(literal(list(refs), ARRAY(Text())))
    asked = given.table_valued("ref", name="asked").render_derived()
    own = table.organization_id == by.organization_id, table.ref == asked.c.ref
    found = select(table.id.label("id")).where(*own).limit(1).lateral("found")
    return select(asked.c.ref, found.c.id).select_from(asked).join(found, true())


async def put_ids(session: AsyncSession, by: Caller, rows: Sequence[Row]) -> None:
    """Put ids in place of references: `speaker_ref` becomes `speaker_id`.

    A reference to nothing makes its row wait: it may still come.
    """
    wanted = _wanted(rows)
    if not wanted:
        return
    known = await _ids(session, by, wanted)
    every = [(row, one) for row in rows for one in row.items]
    for _, one in every:
        if isinstance(one.body.get("ref"), str):
            known.setdefault((one.collection, one.body["ref"]), one.own_id)
    for row, one in every:
        _put(row, one.body, known)


def _wanted(rows: Sequence[Row]) -> dict[Exported, set[str]]:
    """List what is referred to, but for what no reference can be."""
    wanted: dict[Exported, set[str]] = defaultdict(set)
    for row in rows:
        for one in row.items:
            for name, value in _references(one.body):
                if searchable(value) == value:
                    wanted[REFERENCES[name]].add(value)
    return wanted


def _references(node: Any) -> Iterable[tuple[str, str]]:  # noqa: ANN401 - any JSON.
    if isinstance(node, list):
        for one in node:
            yield from _references(one)
    elif isinstance(node, dict):
        for name, value in node.items():
            field = name.removesuffix("_ref")
            if field in REFERENCES and field != name and isinstance(value, str):
                yield field, value
            else:
                yield from _references(value)


def _put(row: Row, node: Any, known: Names) -> None:  # noqa: ANN401 - any JSON.
    if isinstance(node, list):
        for one in node:
            _put(row, one, known)
    elif isinstance(node, dict):
        for name in list(node):
            field, value = name.removesuffix("_ref"), node[name]
            if field not in REFERENCES or field == name or not isinstance(value, str):
                _put(row, value, known)
                continue
            found = known.get((REFERENCES[field], value))
            if found is None:
                detail = f"There is nothing that you call '{value}'"
                row.problem, row.is_waiting = invalid(f"/{name}", "reference", detail), True
            else:
                node[f"{field}_id"] = str(found)
                del node[name]


async def _ids(
    session: AsyncSession, by: Caller, wanted: Mapping[Exported, Iterable[str]]
) -> Names:
    found: Names = {}
    for collection, refs in wanted.items():
        rows = await session.execute(_by_refs(by, collection, refs))
        found |= {(collection, ref): row_id for ref, row_id in rows}
    return found


async def here(
    session: AsyncSession, by: Caller, collection: Exported, items: Sequence[Item]
) -> dict[int, tuple[UUID, bool]]:
    """Find which items are here already, by their place in the list.

    Gives under which id, and whether it is known that nothing else is said of it.
    """
    table = KINDS[collection].table
    refs = {one.body["ref"]: at for at, one in enumerate(items) if one.body.get("ref")}
    own = {one.own_id: at for at, one in enumerate(items) if one.is_named}
    keys = {one.key: at for at, one in enumerate(items) if one.key is not None}
    found: dict[int, tuple[UUID, bool]] = {}
    if own:
        rows = await session.scalars(select(table.id).where(table.id == _any(own, Uuid())))
        found |= {own[row_id]: (row_id, items[own[row_id]].is_loose) for row_id in rows}
    if refs:
        for ref, row_id in await session.execute(_by_refs(by, collection, refs)):
            found.setdefault(refs[ref], (row_id, False))
    if collection in {Exported.SOURCES, Exported.SPEAKERS} and any(one.is_loose for one in items):
        found |= await _meant(session, collection, items)
    if keys:
        same = (
            Imported.organization_id == by.organization_id,
            Imported.digest == _any(keys, LargeBinary()),
        )
        made = select(Imported.digest, Imported.resource_id).where(*same)
        found |= {keys[digest]: (row_id, True) for digest, row_id in await session.execute(made)}
    return found


async def about(session: AsyncSession, by: Caller, items: Sequence[Item]) -> dict[bytes, UUID]:
    """Find what was imported before about the same as these, by their identity."""
    asked = [one.identity for one in items if one.identity is not None]
    if not asked:
        return {}
    same = (
        Imported.organization_id == by.organization_id,
        Imported.digest == _any(asked, LargeBinary()),
    )
    known = await session.execute(select(Imported.digest, Imported.resource_id).where(*same))
    return {row.digest: row.resource_id for row in known}


async def _meant(
    session: AsyncSession, collection: Exported, items: Sequence[Item]
) -> dict[int, tuple[UUID, bool]]:
    """Find what loose items mean: a source by its address, a speaker by an item of Wikidata."""
    loose = [(at, one.model) for at, one in enumerate(items) if one.is_loose]
    if collection is Exported.SOURCES:
        urls = {model.url: at for at, model in loose if isinstance(model, NewSource) and model.url}
        own = select(Source.url, Source.id).where(Source.url == _any(urls, Text()))
        other = select(SourceAlias.url, SourceAlias.source_id)
        found = await session.execute(own.union(other.where(SourceAlias.url == _any(urls, Text()))))
        return {urls[url]: (row_id, True) for url, row_id in found if url is not None}
    ids = {
        one.value: at
        for at, model in loose
        if isinstance(model, NewSpeaker)
        for one in model.external_ids
    }
    table = SpeakerExternalId
    its = table.scheme == "wikidata", table.value == _any(ids, Text())
    who = select(table.value, survivor(table.speaker_id)).where(*its)
    return {ids[value]: (row_id, True) for value, row_id in await session.execute(who)}


async def documents(
    session: AsyncSession, by: Caller, collection: Exported, ids: Iterable[UUID]
) -> dict[UUID, Json]:
    """Read documents as the caller's organisation sees them."""
    kind, view = KINDS[collection], View.EDITORIAL
    columns = kind.table.id, cast(kind.document(view), Text())
    asked = kind.select(view, *columns).where(
        kind.table.id == _any(ids, Uuid()), kind.visible(view), kind.archived_at.is_(None)
    )
    rows = await session.execute(asked, {"viewer": by.organization_id})
    return {row_id: read_json(document.encode()) for row_id, document in rows}


async def foresee(session: AsyncSession, wanted: Mapping[Kind[Any], set[UUID]]) -> Gathered:
    """Look up what is there of what is referred to."""
    foreseen = Gathered()
    for kind, ids in wanted.items():
        if not ids:
            continue
        columns = kind.table.id, kind.table.archived_at, kind.survivor()
        rows = await session.execute(select(*columns).where(kind.table.id == _any(ids, Uuid())))
        for row_id, *ended in rows:
            foreseen.known[kind.table, row_id] = tuple(ended)
    return foreseen
