"""Recognising what is here already, or twice in a file: that makes nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.exports.schemas import Exported
from app.foundation.problems import Conflict, InputError, Problem, invalid
from app.imports import items, looking
from app.imports.items import Item, Row

Pair = tuple[Row, Item]
_VERSION = 7
"""The version of UUIDs that are ids: they sort by when they were made."""


async def without_known(
    session: AsyncSession,
    by: Caller,
    collection: Exported,
    pairs: list[Pair],
    now: dict[UUID, UUID],
) -> list[Pair]:
    """Leave out what is here already, or twice in this step; say where it is other than here."""
    left = _once(pairs, now)
    found = await looking.here(session, by, collection, [one for _, one in left])
    compared: list[Pair] = []
    for at, (row_id, is_same) in found.items():
        row, one = left[at]
        if one.own_id != row_id:
            now[one.own_id] = one.own_id = row_id
        if not is_same:
            compared.append((row, one))
    if compared:
        await _compare(session, by, collection, compared)
    fresh = [pair for at, pair in enumerate(left) if at not in found]
    about = await looking.about(session, by, [one for _, one in fresh])
    said: set[bytes | None] = set()
    for row, one in fresh:
        if one.identity in about:
            one.renews = one.own_id = about[one.identity]
        elif one.identity is not None and one.identity in said:
            row.problem = differs("Something else is said about the same before, in this file")
            row.is_waiting = True
        said.add(one.identity)
        if one.own_id.version != _VERSION:
            row.problem = invalid("/id", "uuid", "Ids that come along are UUIDv7, as ours are")
    return [(row, one) for row, one in fresh if row.is_open]


async def look_again(
    session: AsyncSession,
    by: Caller,
    collection: Exported,
    pairs: Sequence[Pair],
    now: dict[UUID, UUID],
) -> None:
    """See whether what is taken was taken by the very same, recorded by somebody else meanwhile."""
    lost = [
        (row, one, row.problem) for row, one in pairs if row.problem and codes(row) == {"taken"}
    ]
    for row, *_ in lost:
        row.problem = None
    left = await without_known(session, by, collection, [(row, one) for row, one, _ in lost], now)
    still = {id(one) for _, one in left}
    for row, one, problem in lost:
        if id(one) in still:
            row.problem = problem


def _once(pairs: list[Pair], now: dict[UUID, UUID]) -> list[Pair]:
    """Leave out what is twice in this step; refuse what says something else the second time."""
    first: dict[Any, Pair] = {}
    for row, one in pairs:
        of = one.own_id if one.is_named else one.body.get("ref") or one.key
        known = first.setdefault(of, (row, one))
        if known[1] is not one:
            now[one.own_id] = known[1].own_id
            is_same = one.key is not None and one.key == known[1].key
            if not (is_same or one.is_loose or one.body == known[1].body):
                row.problem = differs("The same is in this file twice, and says something else")
    return list(first.values())


async def _compare(
    session: AsyncSession, by: Caller, collection: Exported, pairs: Sequence[Pair]
) -> None:
    ids = {one.own_id for _, one in pairs}
    shown = await looking.documents(session, by, collection, ids)
    for row, one in pairs:
        document = shown.get(one.own_id)
        if document is None:
            row.problem = differs("It was archived here, or isn't yours to see")
            continue
        present = items.item(collection, document)
        items.validated(present)
        wanted, known = _meaning(one), _meaning(present)
        names = sorted(name for name in wanted if wanted[name] != known.get(name))
        if names:
            row.problem = differs(f"It is here already, and differs in {', '.join(names)}")


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


def differs(detail: str) -> Problem:
    """Refuse what says something else of what is here."""
    return Conflict(detail, errors=[InputError(pointer="", code="differs", detail=detail)])


def codes(row: Row) -> set[str]:
    """List what a row was refused for."""
    return {error.code for error in row.problem.errors} if row.problem is not None else set()
