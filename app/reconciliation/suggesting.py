"""Suggesting entities, types and properties while one types."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from app.access.reading import Reading
from app.finding.beginnings import parameters
from app.reconciliation import queries
from app.reconciliation.entities import Entity
from app.reconciliation.matching import entities
from app.reconciliation.properties import PROPERTIES, known
from app.reconciliation.types import TYPES, Json, Pairs, is_whole, kinds_of, let_by

SHOWN: Final = 20
"""How many suggestions there are at once."""


async def suggest_entities(
    reader: Reading, prefix: str, skipped: int, type_: str | None
) -> list[Json]:
    """Suggest speakers and sources whose name, or a word of it, begins so; or the one with this id.

    What begins with nothing known is tried as a name with a slip.
    """
    pairs = let_by([type_] if type_ else [])
    try:
        ids = [UUID(prefix)][skipped:]
    except ValueError:
        ids = await _begun(reader, prefix, skipped, pairs)
    if not ids and not skipped:
        ids = await _misspelled(reader, prefix, pairs)
    there = await entities(reader, ids)
    found = [there[one] for one in ids if one in there]
    return [_shown(one) for one in found if one.kind in pairs]


def suggest_types(prefix: str, skipped: int) -> list[Json]:
    """Suggest types whose id or name begins so, in any of its words."""
    found = [one.shown() for one in TYPES.values() if _begins(prefix, (one.id, one.name))]
    return found[skipped : skipped + SHOWN]


def suggest_properties(prefix: str, skipped: int) -> list[Json]:
    """Suggest properties whose id or name begins so; also the identifiers of any register."""
    exact = known(prefix)
    listed = [one for one in PROPERTIES.values() if _begins(prefix, (one.id, one.name))]
    if exact is not None and exact.id not in PROPERTIES:
        listed.append(exact)
    return [one.shown() for one in listed[skipped : skipped + SHOWN]]


async def _begun(reader: Reading, prefix: str, skipped: int, pairs: Pairs) -> list[UUID]:
    wanted = {of: kinds for of in queries.LISTINGS if (kinds := kinds_of(of, pairs))}
    values = {f"kinds_of_{of}": kinds for of, kinds in wanted.items()}
    rows = await reader.finder.reads.rows(
        queries.begun(tuple(wanted)),
        {**values, **parameters(prefix), "limit": SHOWN, "skipped": skipped},
    )
    return [row["id"] for row in rows]


async def _misspelled(reader: Reading, prefix: str, pairs: Pairs) -> list[UUID]:
    wanted = {
        listing: {"viewer": None} | ({} if is_whole(of, pairs) else {"kinds": kinds})
        for of, listing in queries.LISTINGS.items()
        if (kinds := kinds_of(of, pairs))
    }
    found = await reader.finder.misspelled(prefix, wanted, queries.SEEN, most=SHOWN)
    return [one.id for one in found[:SHOWN]]


def _begins(prefix: str, words: Iterable[str]) -> bool:
    typed = prefix.casefold().strip()
    told = " ".join(words).casefold().replace(".", " ").replace("_", " ")
    return f" {told} ".find(f" {typed}") >= 0 or any(
        one.casefold().startswith(typed) for one in words
    )


def _shown(one: Entity) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "description": one.description(),
        "notable": one.types(),
    }
