"""What can be done with quantities: compare two of them, and see what conflicts in a series."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from asyncpg import Record

from app.access.reading import Reading
from app.documents.held_quantity import (
    QuantityComparison,
    QuantityConflict,
    QuantityConflicts,
    QuantityReason,
    QuantityRemark,
)
from app.figures import places
from app.figures.comparing import balance, compare
from app.figures.figure import Comparison, Figure, QuantityAspect, Side
from app.figures.periods import lasts
from app.foundation.problems import InputError, NotFound
from app.quantities import queries
from app.quantities.schemas import NewQuantityComparison
from app.tables.measure import Flow

CONFLICTS: Final = 10
"""How many conflicts of a quantity are shown at most."""
_NONE: Final = QuantityConflicts(items=[], exact=True)
_BALANCED = frozenset({Flow.IN, Flow.OUT, Flow.NET})


async def compared(reader: Reading, wanted: NewQuantityComparison) -> QuantityComparison:
    """Compare two quantities. Raises `NotFound`, pointing at each that can't be seen."""
    values = {"ids": [wanted.a, wanted.b], "viewer": reader.caller.organization_id}
    rows = await reader.reads.rows(queries.several(reader.view), values)
    figures = {row["id"]: queries.figure(row) for row in rows}
    asked = {"a": wanted.a, "b": wanted.b}
    _refuse_unseen({name: one for name, one in asked.items() if one not in figures})
    a, b = figures[wanted.a], figures[wanted.b]
    found, third = compare(a, b), None
    if [one.aspect for one in found.reasons] == [QuantityAspect.MEASURE]:
        found, third = await _balanced(reader, a, b, found)
    later = {None: None, Side.A: wanted.a, Side.B: wanted.b}[found.later]
    return QuantityComparison(
        a=wanted.a,
        b=wanted.b,
        comparable=found.comparable,
        relation=found.relation,
        reasons=[QuantityReason(reason=one.aspect, detail=one.detail) for one in found.reasons],
        assumed=[QuantityRemark(aspect=one.aspect, detail=one.detail) for one in found.assumed],
        detail=found.detail,
        later=later,
        third=third,
    )


def _refuse_unseen(unseen: Mapping[str, UUID]) -> None:
    if unseen:
        detail = "There is no such quantity, or none that you may see"
        errors = [
            InputError(pointer=f"/{name}", code="not_found", detail=detail) for name in unseen
        ]
        raise NotFound(detail, errors=errors)


async def _balanced(
    reader: Reading, a: Figure, b: Figure, found: Comparison
) -> tuple[Comparison, UUID | None]:
    """Compare net with in or out by net = in - out, where what is on record says the third.

    Where several do, one with which it adds up is enough to call it so.
    """
    flows = {a.measure.flow, b.measure.flow}
    missing = _BALANCED - flows
    if len(missing) != 1 or Flow.NET not in flows or a.measure.family != b.measure.family:
        return found, None
    (flow,) = missing
    values = {
        "family": a.measure.family,
        "flow": flow.value,
        "places": places.spellings(a.place or ""),
        "viewer": reader.caller.organization_id,
    }
    rows = await reader.reads.rows(queries.thirds(reader.view), values)
    tried = [(_added_up(a, b, queries.figure(row)), row["id"]) for row in rows]
    told = [one for one in tried if one[0].comparable]
    agreeing = [one for one in told if not one[0].contradicts]
    return next(iter(agreeing or told), (found, None))


def _added_up(a: Figure, b: Figure, third: Figure) -> Comparison:
    by_flow = {one.measure.flow: one for one in (a, b, third)}
    return balance(by_flow[Flow.NET], by_flow[Flow.IN], by_flow[Flow.OUT])


async def with_conflicts(reader: Reading, documents: list[bytes]) -> list[bytes]:
    """Complete a page of quantities by what each of them conflicts with."""
    ids = [UUID(json.loads(document)["id"]) for document in documents]
    if not ids:
        return []
    values: dict[str, Any] = {"ids": ids, "viewer": reader.caller.organization_id}
    own = await reader.reads.rows(queries.several(reader.view), values)
    spelt = [(row["id"], one) for row in own for one in _spellings(row["place"] or "")]
    values |= {"owners": [owner for owner, _ in spelt], "places": [place for _, place in spelt]}
    near = await reader.reads.rows(queries.neighbours(reader.view), values)
    by_mine = {mine: list(rows) for mine, rows in groupby(near, lambda row: row["mine"])}
    conflicts = {row["id"]: _conflicts(row, by_mine.get(row["id"], [])) for row in own}
    return [
        _completed(document, conflicts.get(one, _NONE))
        for document, one in zip(documents, ids, strict=True)
    ]


def _completed(document: bytes, conflicts: QuantityConflicts) -> bytes:
    shown = conflicts.model_dump_json().encode()
    return document.rstrip().removesuffix(b"}") + b', "conflicts": ' + shown + b"}"


def _conflicts(mine: Record, near: list[Record]) -> QuantityConflicts:
    found = list(_contradicting(mine, near))
    saw_all = all(row["no"] < queries.NEAREST for row in near)
    return QuantityConflicts(items=found[:CONFLICTS], exact=saw_all and len(found) <= CONFLICTS)


def _contradicting(mine: Record, near: list[Record]) -> Iterator[QuantityConflict]:
    own = queries.figure(mine)
    for row in near:
        if not lasts(own) and (
            row["first_on"] > mine["last_on"] or row["last_on"] < mine["first_on"]
        ):
            continue
        found = compare(own, queries.figure(row))
        if found.relation is not None and found.contradicts:
            yield QuantityConflict(
                quantity_id=row["id"],
                statement_id=row["statement_id"],
                relation=found.relation,
                detail=found.detail or "",
                assumed=[one.aspect for one in found.assumed],
            )


def _spellings(place: str) -> set[str]:
    """Give the ways in which a place is written, itself among them, whatever its letters are."""
    return {place, *places.spellings(place)}


def place_filter(place: str | None) -> dict[str, Any]:
    """Look for a place by every way in which it is written."""
    return {} if place is None else {"place": places.spellings(place)}
