"""Carrying rows out: each through the same actions as any write, many of them together.

A step takes some rows, reads all of them first, and then records what they hold collection by
collection. What a row refers to and isn't here yet makes it wait for the end of the file.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.batches import Result, together
from app.documents.shape import Kind
from app.documents.source import SOURCE
from app.documents.speaker import SPEAKER
from app.exports.schemas import Exported
from app.foundation.answers import Written
from app.foundation.problems import Conflict, Forbidden, InputError, Problem, invalid
from app.imports import items, judging, looking
from app.imports.items import ORDER, Item, Row
from app.measures import actions as measures
from app.organizations import actions as organizations
from app.ratings import actions as ratings
from app.sources import actions as sources
from app.speakers import actions as speakers
from app.statements import actions as statements
from app.statements import links
from app.tables.api_key import Scope
from app.tables.importing import Imported
from app.tables.record import core
from app.topics import actions as topics

Add = Callable[..., Awaitable[Written]]
_ADD: Mapping[Exported, Add] = MappingProxyType(
    {
        Exported.ORGANIZATIONS: organizations.add,
        Exported.RATING_SCALES: ratings.add,
        Exported.MEASURES: measures.add,
        Exported.TOPICS: topics.add,
        Exported.SPEAKERS: speakers.add,
        Exported.SOURCES: sources.add,
        Exported.STATEMENTS: statements.add,
    }
)
_TOGETHER = frozenset({Exported.SPEAKERS, Exported.SOURCES, Exported.STATEMENTS})
_BY_ADMINS = frozenset({Exported.ORGANIZATIONS, Exported.RATING_SCALES})
_AT_ONCE = 250
"""How many are written together."""
_VERSION = 7
"""The version of UUIDs that are ids: they sort by when they were made."""
Pair = tuple[Row, Item]


async def carry(session: AsyncSession, by: Caller, rows: Sequence[Row]) -> None:
    """Record what rows hold, and note on them what became of it."""
    await looking.put_ids(session, by, rows)
    for row in rows:
        _read(row)
    await asyncio.sleep(0)
    now: dict[UUID, UUID] = {}
    for collection in ORDER:
        pairs = [
            (row, one)
            for row in rows
            for one in row.items
            if row.is_open and one.collection is collection
        ]
        if pairs:
            await _carry(session, by, collection, pairs, now)


def _read(row: Row) -> None:
    try:
        for one in row.items if row.is_open else ():
            items.validated(one)
    except Problem as problem:
        row.problem = problem


async def _carry(
    session: AsyncSession,
    by: Caller,
    collection: Exported,
    pairs: list[Pair],
    now: dict[UUID, UUID],
) -> None:
    """Record one collection's items. `now` has the ids that things have, for those they came by."""
    if collection in _BY_ADMINS and Scope.ADMIN not in by.scopes:
        wrong = Forbidden(f"To import {collection}, a key with the scope 'admin' is needed")
        await _leave(session, by, collection, pairs, wrong)
        return
    for _, one in pairs:
        _rename(one, now)
    left = await _without_known(session, by, collection, pairs, now)
    for start in range(0, len(left), _AT_ONCE):
        part = left[start : start + _AT_ONCE]
        results = await _record(session, by, collection, part)
        for (row, one), result in zip(part, results, strict=True):
            _note(row, one, result)
        await _look_again(session, by, collection, part, now)
        await _remember(session, by, part)
        await asyncio.sleep(0)


async def _look_again(
    session: AsyncSession,
    by: Caller,
    collection: Exported,
    pairs: Sequence[Pair],
    now: dict[UUID, UUID],
) -> None:
    """See whether what is taken was taken by the very same, recorded by somebody else meanwhile."""
    lost = [
        (row, one, row.problem) for row, one in pairs if row.problem and _codes(row) == {"taken"}
    ]
    for row, *_ in lost:
        row.problem = None
    left = await _without_known(session, by, collection, [(row, one) for row, one, _ in lost], now)
    still = {id(one) for _, one in left}
    for row, one, problem in lost:
        if id(one) in still:
            row.problem = problem


async def _leave(
    session: AsyncSession, by: Caller, collection: Exported, pairs: list[Pair], wrong: Problem
) -> None:
    """Refuse what the caller may not record, but for what is here already."""
    known = await looking.here(session, by, collection, [one for _, one in pairs])
    for at, (row, _) in enumerate(pairs):
        if at not in known:
            row.problem = wrong


def _rename(one: Item, now: Mapping[UUID, UUID]) -> None:
    """Put the ids that things have in place of those by which this file names them."""
    model: Any = one.model
    for part in (model, *getattr(model, "appearances", ())):
        for name in ("speaker_id", "statement_id", "other_id", "source_id"):
            given: UUID | None = getattr(part, name, None)
            if given is not None and given in now:
                setattr(part, name, now[given])
    if one.statement_id is not None:
        one.statement_id = now.get(one.statement_id, one.statement_id)


async def _without_known(
    session: AsyncSession,
    by: Caller,
    collection: Exported,
    pairs: list[Pair],
    now: dict[UUID, UUID],
) -> list[Pair]:
    """Leave out what is here already, or twice in this step; say where it is other than here."""
    first: dict[Any, Pair] = {}
    for row, one in pairs:
        of = one.own_id if one.is_named else one.body.get("ref") or one.key
        known = first.setdefault(of, (row, one))
        if known[1] is not one:
            now[one.own_id] = known[1].own_id
            is_same = one.key is not None and one.key == known[1].key
            if not (is_same or one.is_loose or one.body == known[1].body):
                row.problem = _differs("The same is in this file twice, and says something else")
    left = list(first.values())
    found = await looking.here(session, by, collection, [one for _, one in left])
    compared: list[Pair] = []
    for at, (row_id, is_same) in found.items():
        row, one = left[at]
        now[one.own_id] = row_id
        one.own_id = row_id
        if not is_same:
            compared.append((row, one))
    if compared:
        await _compare(session, by, collection, compared)
    fresh = [pair for at, pair in enumerate(left) if at not in found]
    about = await looking.about(session, by, [one for _, one in fresh])
    for row, one in fresh:
        if one.identity in about:
            row.problem = _differs("It was imported before, and says something else now")
        if one.own_id.version != _VERSION:
            row.problem = invalid("/id", "uuid", "Ids that come along are UUIDv7, as ours are")
    return [(row, one) for row, one in fresh if row.is_open]


async def _compare(
    session: AsyncSession, by: Caller, collection: Exported, pairs: Sequence[Pair]
) -> None:
    ids = {one.own_id for _, one in pairs}
    shown = await looking.documents(session, by, collection, ids)
    for row, one in pairs:
        document = shown.get(one.own_id)
        if document is None:
            row.problem = _differs("It was archived here, or isn't yours to see")
            continue
        present = items.item(collection, document)
        items.validated(present)
        wanted, known = _meaning(one), _meaning(present)
        names = sorted(name for name in wanted if wanted[name] != known.get(name))
        if names:
            row.problem = _differs(f"It is here already, and differs in {', '.join(names)}")


def _meaning(one: Item) -> dict[str, Any]:
    """Give what an item says, however its parts are named."""
    body: dict[str, Any] = one.model.model_dump(mode="json", by_alias=True) if one.model else {}
    hops = body.get("appearances", ())
    keys = {hop["id"]: hop["key"] for hop in hops if hop["id"]}
    for hop in hops:
        hop["parent"] = keys.get(hop["parent_id"], hop["parent_id"] or hop["parent_key"])
    for part in (*hops, *body.get("quantities", ())):
        for name in ("id", "parent_id", "parent_key"):
            part.pop(name, None)
    return body


def _differs(detail: str) -> Problem:
    return Conflict(detail, errors=[InputError(pointer="", code="differs", detail=detail)])


async def _record(
    session: AsyncSession, by: Caller, collection: Exported, pairs: Sequence[Pair]
) -> list[Result]:
    if collection in _TOGETHER:
        foreseen = await looking.foresee(session, _referred([one for _, one in pairs]))
        foreseen.free.update(
            (looking.KINDS[collection].table, str(one.body["ref"]))
            for _, one in pairs
            if one.body.get("ref")
        )
        acts = [partial(_ADD[collection], session, by, one.model, one.own_id) for _, one in pairs]
        return await together(session, by, acts, foreseen)
    return [await _alone(session, by, row, one) for row, one in pairs]


def _referred(found: Sequence[Item]) -> dict[Kind[Any], set[UUID]]:
    """List what items refer to, by its kind."""
    ids: dict[Kind[Any], set[UUID]] = defaultdict(set)
    for one in found:
        model: Any = one.model
        if one.collection is Exported.STATEMENTS:
            ids[SPEAKER].add(model.speaker_id)
            ids[SOURCE] |= {hop.source_id for hop in model.appearances}
        elif one.collection is Exported.SPEAKERS:
            ids[SPEAKER] |= {role.organization_id for role in model.affiliations}
        else:
            ids[SOURCE].add(model.publisher_id)
    return {kind: wanted - {None} for kind, wanted in ids.items()}


async def _alone(session: AsyncSession, by: Caller, row: Row, one: Item) -> Result:
    """Record an item on its own; what is refused is taken back."""
    model: Any = one.model
    if one.collection is Exported.VERDICTS:
        act: Callable[[], Awaitable[Written]] = partial(judging.bring_in, session, by, row, one)
    elif one.statement_id is not None:
        act = partial(links.add, session, by, one.statement_id, model, one.own_id)
    else:
        act = partial(_ADD[one.collection], session, by, model, one.own_id)
    return await judging.tried(session, act)


def _note(row: Row, one: Item, result: Result) -> None:
    """Write down on a row what became of an item."""
    if not isinstance(result, Problem):
        one.is_made = True
        return
    row.problem = result
    codes = _codes(row)
    row.is_waiting = codes == {"reference"} or (one.is_loose and codes == {"taken"})


def _codes(row: Row) -> set[str]:
    return {error.code for error in row.problem.errors} if row.problem is not None else set()


async def _remember(session: AsyncSession, by: Caller, pairs: Sequence[Pair]) -> None:
    """Remember what was made of rows that are known by a digest alone."""
    made = [
        {
            "organization_id": by.organization_id,
            "digest": digest,
            "collection": one.collection.value,
            "resource_id": one.own_id,
        }
        for _, one in pairs
        for digest in (one.key, one.identity)
        if one.is_made and digest is not None
    ]
    if made:
        await session.execute(insert(core(Imported)), made)
