"""A batch of queries, answered: what each may stand for, the likeliest first."""

from asyncio import sleep
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.access.reading import Reading
from app.finding.candidates import Named
from app.foundation.text import normalized_address, web_address
from app.reconciliation import queries
from app.reconciliation.agreeing import clue, country
from app.reconciliation.entities import Entity
from app.reconciliation.properties import references
from app.reconciliation.schemas import ReconciliationQuery
from app.reconciliation.scoring import Asked, Scored, is_match, ranked, scored
from app.reconciliation.types import Json, Pairs, is_whole, kinds_of, let_by

CONSIDERED: Final = 10
"""How many of each collection are looked at, for a match to be told from its rivals."""
NARROWED: Final = 25
"""How many are looked at where there are properties, which may turn the order round."""
ITSELF: Final = "query"
"""Where an identifier was given: in the query itself, and not as a property."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is found by identifiers and addresses, for all queries of a batch."""

    ids: Mapping[tuple[str, str], list[UUID]]
    addresses: Mapping[str, list[UUID]]

    def of(self, query: ReconciliationQuery) -> dict[str, list[UUID]]:
        """Give what a query leads to without doubt, by where it says so."""
        found: dict[str, list[UUID]] = defaultdict(list)
        for where, pid, texts in _places(query):
            for reference in references(pid, texts):
                found[where] += self.ids.get(reference, ())
            for url in _addresses(pid, texts):
                found[where] += self.addresses.get(url, ())
            found[where] += _own_ids(texts) if where == ITSELF else []
        return found


async def reconcile(reader: Reading, batch: Mapping[str, ReconciliationQuery]) -> Json:
    """Answer a batch: by the names of its queries, what each may stand for."""
    known = await _known(reader, batch.values())
    found = {name: known.of(query) for name, query in batch.items()}
    named = {name: await _named(reader, query, found[name]) for name, query in batch.items()}
    wanted = {one for likest in named.values() for one in likest}
    wanted |= {one for by in found.values() for ids in by.values() for one in ids}
    there = await entities(reader, wanted)
    answers: Json = {}
    for name, query in batch.items():
        await sleep(0)  # Others are served between two queries.
        answers[name] = {"result": _answer(reader, query, found[name], named[name], there)}
    return answers


async def entities(reader: Reading, ids: Iterable[UUID]) -> dict[UUID, Entity]:
    """Read speakers and sources by their ids; one that was merged is the one that it is now."""
    asked = list(ids)
    if not asked:
        return {}
    rows = await reader.reads.rows(queries.entities(), {"ids": asked})
    return {row["asked"]: Entity.read(row["collection"], row["document"]) for row in rows}


async def _known(reader: Reading, batch: Iterable[ReconciliationQuery]) -> Known:
    places = [place for query in batch for place in _places(query)]
    pairs = {one for _, pid, texts in places for one in references(pid, texts)}
    urls = {url for _, pid, texts in places for url in _addresses(pid, texts)}
    ids: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    addresses: dict[str, list[UUID]] = defaultdict(list)
    if pairs:
        values = {"schemes": [one for one, _ in pairs], "values": [one for _, one in pairs]}
        for row in await reader.reads.rows(queries.identified(), values):
            ids[row["scheme"], row["value"]].append(row["id"])
    if urls:
        for row in await reader.reads.rows(queries.at_addresses(), {"urls": list(urls)}):
            addresses[row["url"]].append(row["id"])
    return Known(ids, addresses)


async def _named(
    reader: Reading, query: ReconciliationQuery, found: Mapping[str, list[UUID]]
) -> dict[UUID, Named]:
    """Find by the name; not where the query is an identifier, which is no name."""
    name = query.name()
    if not name or found.get(ITSELF):
        return {}
    pairs = let_by(query.type, query.type_strict)
    likest: dict[UUID, Named] = {}
    most = max(query.limit, NARROWED if query.properties else CONSIDERED)
    for collection, listing in queries.LISTINGS.items():
        for filters in _filters(query, collection, pairs):
            values = filters | {"viewer": None}
            some, are_all = await reader.finder.names(
                name, listing, queries.SEEN, values, most=most
            )
            likest |= {one.id: one for one in some}
            if are_all:
                break
    return likest


def _filters(query: ReconciliationQuery, collection: str, pairs: Pairs) -> list[dict[str, Any]]:
    """Say among what to look: all that the types let by, and what has such a property besides.

    So one of very many namesakes is found by its country, which is tried where they are too many.
    """
    kinds = kinds_of(collection, pairs)
    if not kinds:
        return []
    base: dict[str, Any] = {} if is_whole(collection, pairs) else {"kinds": kinds}
    narrow = dict(base)
    for given in query.properties:
        texts = given.texts()
        if given.pid == "country" and texts and country(texts[0]):
            narrow["country"] = country(texts[0])
        elif given.pid == "language" and texts and collection == "sources":
            narrow["language"] = texts[0]
        elif given.pid == "kind" and texts and texts[0] in kinds:
            narrow["kind"] = texts[0]
    return [base] if narrow == base else [base, narrow]


def _answer(
    reader: Reading,
    query: ReconciliationQuery,
    found: Mapping[str, list[UUID]],
    named: Mapping[UUID, Named],
    there: Mapping[UUID, Entity],
) -> list[Json]:
    """Score what was found for one query, and write the best."""
    pairs = let_by(query.type, query.type_strict)
    hits = {
        where: frozenset(there[one].id for one in ids if one in there)
        for where, ids in found.items()
    }
    name = "" if hits.get(ITSELF) else query.name()
    clues = [one for given in query.besides() if (one := clue(given))]
    asked = Asked(query, name, reader.finder.keys(name), clues, hits)
    ids = [*named, *(one for by in found.values() for one in by)]
    candidates = {there[one].id: there[one] for one in ids if one in there}
    best = ranked(
        [scored(asked, one, named.get(one.id)) for one in candidates.values() if one.kind in pairs]
    )
    return [
        _shown(one, match=number == 0 and is_match(one, best[1:]))
        for number, one in enumerate(best[: query.limit])
    ]


def _shown(one: Scored, *, match: bool) -> Json:
    entity = one.entity
    return {
        "id": str(entity.id),
        "name": entity.name,
        "description": entity.description(),
        "type": entity.types(),
        "score": one.score,
        "match": match,
        "features": [{"id": name, "value": value} for name, value in one.features.items()],
    }


def _places(query: ReconciliationQuery) -> list[tuple[str, str, list[str]]]:
    """List where an identifier may be given: where, under which property, and the texts."""
    places = [(one.pid, one.pid, one.texts()) for one in query.properties]
    typed = (query.query or "").strip()
    if typed:
        is_address = typed.startswith(("http://", "https://"))
        places.append((ITSELF, "url" if is_address else "external_id", [typed]))
    return places


def _addresses(pid: str, texts: list[str]) -> list[str]:
    found = []
    for text in texts if pid == "url" else ():
        try:
            found.append(normalized_address(web_address(text)))
        except ValueError:
            continue
    return found


def _own_ids(texts: list[str]) -> list[UUID]:
    """Read a query as the id of something of ours."""
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        return []
