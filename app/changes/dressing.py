"""Documents of the past, put together: each shows others, as they were at the same instant.

The log keeps a document as it was when its own resource changed. What it shows of others (a
speaker's name, a statement's verdicts, why a verdict is stale) may have changed since, so that is
looked up in the log of those others. It takes the same few queries for one document as for many.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, get_origin
from uuid import UUID

from asyncpg import Record
from pydantic import BaseModel

from app.changes.hiding import concealed
from app.changes.staleness import Staleness
from app.changes.then import Then, then
from app.documents.contact import ContactSummary
from app.documents.organization import OrganizationSummary
from app.documents.source import PublisherSummary, SourceSummary
from app.documents.speaker import SpeakerSummary
from app.documents.statement import Statement
from app.documents.topic import TopicSummary
from app.documents.verdict import InheritedVerdict, Verdict, VerdictSummary
from app.foundation.reads import Query, Reads
from app.tables.source import Access

Json = dict[str, Any]
_LATEST = """
    SELECT document, public_document, action FROM change
    WHERE resource_id = {of}.id AND at <= $2 ORDER BY version DESC LIMIT 1
"""
_VERDICTS = f"""
SELECT verdict.statement_id AS of, latest.public_document::json AS document
FROM verdict JOIN LATERAL ({_LATEST.format(of="verdict")}) AS latest ON true
WHERE verdict.statement_id = ANY($1) AND latest.public_document IS NOT NULL
ORDER BY (latest.public_document ->> 'published_at')::timestamptz, verdict.id
"""  # noqa: S608 - nothing of it comes from outside.
_CONTACTS = f"""
SELECT contact.verdict_id AS of, latest.public_document::json AS document
FROM contact JOIN LATERAL ({_LATEST.format(of="contact")}) AS latest ON true
WHERE contact.verdict_id = ANY($1) AND latest.public_document IS NOT NULL
ORDER BY (latest.public_document ->> 'asked_at')::timestamptz, contact.id
"""  # noqa: S608 - as above.
_TWINS = f"""
WITH RECURSIVE twin AS (
    SELECT root, root AS id FROM unnest($1::uuid[]) AS root
    UNION
    SELECT twin.root,
        CASE link.statement_id WHEN twin.id THEN link.other_id ELSE link.statement_id END
    FROM twin
    JOIN link ON twin.id IN (link.statement_id, link.other_id) AND link.type = 'same_claim'
    JOIN LATERAL ({_LATEST.format(of="link")}) AS latest
        ON latest.document ->> 'state' = 'confirmed' AND latest.action <> 'link.archived'
)
SELECT root, id FROM twin WHERE id <> root
"""  # noqa: S608 - as above.


class Dressing:
    """Puts documents of an instant together."""

    def __init__(self, reads: Reads, as_of: datetime) -> None:
        """Read from the log until this instant."""
        self._reads = reads
        self._as_of = as_of

    async def statements(self, documents: list[Json]) -> list[Json]:
        """Show statements with what they showed then."""
        ids = [UUID(one["id"]) for one in documents]
        twins = await self._twins(ids)
        related = {*ids, *(twin for found in twins.values() for twin in found)}
        verdicts = await self._belonging(_VERDICTS, related)
        for one in documents:
            _complete(Statement, one)
            own = UUID(one["id"])
            one["verdicts"] = [_picked(VerdictSummary, found) for found in verdicts[own]]
            one["inherited_verdicts"] = _inherited(verdicts, twins[own])
        return await self._shown(documents)

    async def verdicts(self, documents: list[Json]) -> list[Json]:
        """Show verdicts with what they showed then, and whether they were stale."""
        contacts = await self._belonging(_CONTACTS, {UUID(one["id"]) for one in documents})
        for one in documents:
            _complete(Verdict, one)
            asked = contacts[UUID(one["id"])]
            one["contacts"] = [_picked(ContactSummary, found) for found in asked]
        await Staleness(self._reads, self._as_of).tell(documents)
        return await self._shown(documents)

    async def _twins(self, ids: list[UUID]) -> dict[UUID, list[UUID]]:
        found: dict[UUID, list[UUID]] = defaultdict(list)
        for row in await self._asked(_TWINS, ids):
            found[row["root"]].append(row["id"])
        return found

    async def _belonging(self, query: str, ids: Iterable[UUID]) -> dict[UUID, list[Json]]:
        """Look up what belonged to each of these."""
        found: dict[UUID, list[Json]] = defaultdict(list)
        for row in await self._asked(query, ids):
            found[row["of"]].append(json.loads(row["document"]))
        return found

    async def _asked(self, query: str, ids: Iterable[UUID]) -> list[Record]:
        values = {"ids": list(ids), "as_of": self._as_of}
        return await self._reads.rows(Query(query, ("ids", "as_of")), values)

    async def _shown(self, documents: list[Json]) -> list[Json]:
        """Show people, sources, topics and organisations as they were then."""
        named = {UUID(part["id"]) for one in documents for part in _named(one)}
        others = await then(self._reads, named, self._as_of)
        outlets = {_publisher(one.shown) for one in others.values()} - {None} - others.keys()
        others |= await then(self._reads, {one for one in outlets if one}, self._as_of)
        for one in documents:
            for part in list(_named(one)):
                part.update(_as_then(part, others))
        hidden = {str(one) for one, found in others.items() if found.is_confidential}
        return [concealed(one, hidden) if hidden else one for one in documents]


def _inherited(verdicts: dict[UUID, list[Json]], twins: list[UUID]) -> list[Json]:
    """Show the verdicts about statements that were the same claim, but for those taken back."""
    found = [one for twin in twins for one in verdicts[twin] if not one["retracted"]]
    found.sort(key=lambda one: (one["published_at"], one["id"]))
    return [_picked(InheritedVerdict, one) for one in found]


def _named(document: Json) -> Iterator[Json]:
    """Go through what a document shows of others, by their kinds' summaries."""
    if document.get("speaker"):
        yield document["speaker"]
    if document.get("organization"):
        yield document["organization"]
    for contact in document.get("contacts", ()):
        yield from (contact[party] for party in ("speaker", "source") if contact[party])
    yield from document.get("topics", ())
    for part in (*document.get("appearances", ()), *document.get("evidence", ())):
        yield part["source"]
    for verdict in (*document.get("verdicts", ()), *document.get("inherited_verdicts", ())):
        yield verdict["organization"]


def _as_then(part: Json, others: dict[UUID, Then]) -> Json:
    """Give a summary's fields as they were; as they are in it, where the log has nothing older."""
    found = others[UUID(part["id"])]
    if found.collection == "sources":
        return _source(found.shown, others)
    if found.document is None:
        return {}
    model = _SUMMARIES[found.collection]
    if model is SpeakerSummary:
        ids = found.document["external_ids"]
        wikidata = [one["value"] for one in ids if one["scheme"] == "wikidata"]
        return _picked(model, found.document | {"wikidata_id": next(iter(wikidata), None)})
    return _picked(model, found.document)


def _source(document: Json | None, others: dict[UUID, Then]) -> Json:
    if document is None:
        return {}
    shown = _picked(SourceSummary, document)
    outlet = _publisher(document)
    then_outlet = others[outlet].shown if outlet else None
    if outlet and then_outlet is not None:
        hidden = then_outlet["access"] == Access.CONFIDENTIAL
        shown["publisher"] = None if hidden else _picked(PublisherSummary, then_outlet)
    return shown


def _publisher(document: Json | None) -> UUID | None:
    named = (document or {}).get("publisher_id")
    return UUID(named) if named else None


def _picked(model: type[BaseModel], document: Json) -> Json:
    return {name: document.get(name) for name in model.model_fields}


def _complete(model: type[BaseModel], document: Json) -> None:
    """Give a document of an older form the fields that were added since."""
    for name, field in model.model_fields.items():
        if name not in document:
            document[name] = [] if get_origin(field.annotation) is list else None


_SUMMARIES: dict[str, type[BaseModel]] = {
    "speakers": SpeakerSummary,
    "topics": TopicSummary,
    "organizations": OrganizationSummary,
}
