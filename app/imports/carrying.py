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

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.batches import Result, together
from app.documents.shape import Kind
from app.documents.source import SOURCE
from app.documents.speaker import SPEAKER
from app.exports.schemas import Exported
from app.foundation.answers import Written
from app.foundation.columnwise import insert_rows
from app.foundation.problems import Forbidden, Problem
from app.imports import items, judging, looking, recognising
from app.imports.items import ORDER, Item, Row
from app.imports.recognising import Pair
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
    left = await recognising.without_known(session, by, collection, pairs, now)
    for start in range(0, len(left), _AT_ONCE):
        part = left[start : start + _AT_ONCE]
        results = await _record(session, by, collection, part)
        for (row, one), result in zip(part, results, strict=True):
            _note(row, one, result)
        await recognising.look_again(session, by, collection, part, now)
        await _remember(session, by, part)
        await asyncio.sleep(0)


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
    if not now:
        return
    model: Any = one.model
    for part in (model, *getattr(model, "appearances", ())):
        for name in ("speaker_id", "statement_id", "other_id", "source_id"):
            given: UUID | None = getattr(part, name, None)
            if given is not None and given in now:
                setattr(part, name, now[given])
    if one.statement_id is not None:
        one.statement_id = now.get(one.statement_id, one.statement_id)


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
        return await together(session, acts, foreseen, shown=False)
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
    codes = recognising.codes(row)
    row.is_waiting = codes == {"reference"} or (one.is_loose and codes == {"taken"})


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
        for digest in (one.key, None if one.renews else one.identity)
        if one.is_made and digest is not None
    ]
    if made:
        await insert_rows(session, core(Imported), made)
