"""What was found, written as a page: documents as PostgreSQL built them, and highlights."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from asyncpg import Record
from fastapi import Response

from app.access.naming import documents
from app.access.reading import Reading
from app.documents.listing import count
from app.documents.search import FoundType
from app.documents.showing import keys_of_pages
from app.finding.candidates import Named
from app.search.facets import Facet
from app.search.finding import BIGINT, LISTINGS, RANKS, Place, Searching, type_of
from app.search.schemas import SearchQuery
from app.statements.queries import STATEMENTS
from app.words.highlighting import highlight

_TYPES = [FoundType.STATEMENT, FoundType.SPEAKER, FoundType.SOURCE]
Mark: TypeAlias = Callable[[str, str | None], tuple[str, int]]
"""Marks what matches in a text of a language, and tells how much it was."""
Hit: TypeAlias = tuple[float, int, int, Any]
"""Score, rank and tie, by which hits are ordered; and the statement's row, or the name."""


async def search(reader: Reading, wanted: SearchQuery) -> Response:
    """Answer a page of what is found. Raises `InvalidCursor`."""
    given = wanted.conditions()
    asked_for = reader.asked(given, "score")
    after = reader.after(asked_for, wanted)
    place = Place() if after is None else Place(*after[0])
    searching = Searching(reader, wanted, given, place)
    place, rows = await searching.statements()
    names = await searching.names(rows)
    hits = ordered(names, rows, place)
    tried = searching.attempt
    mark = partial(highlight, asked=searching.asked, lexemes=tried.lexemes, openings=tried.openings)
    shown = await _items(reader, mark, hits[: wanted.limit])
    headers = reader.headers(keys_of_pages(STATEMENTS, *LISTINGS.values()))
    after_it = following(place, rows, hits, wanted.limit, searching.enough(place))
    position = None if after_it is None else (list(after_it), UUID(int=0))
    body = [b'{"items": [', b", ".join(shown), b'], "next": ']
    body.append(reader.going_on(asked_for, position, headers))
    body.append(b', "bounded": %s' % (b"true" if place.gathered else b"false"))
    full = _is_full(place, rows, searching.enough(place))
    if wanted.count:
        body.append(_count(len(names), place, rows))
    if wanted.facets:
        bounded = full or not place.has_names
        body.append(_facets(wanted.facets.split(","), rows, exact=not bounded))
    return Response(b"".join([*body, b"}"]), 200, headers, "application/json")


def ordered(names: list[Named], rows: list[Record], place: Place) -> list[Hit]:
    """Put statements and names in one order, the best first."""
    of_statements: list[Hit] = [
        (row["score"], 0, row["place"], row) for row in rows if row["id"] is not None
    ]
    of_names: list[Hit] = [(one.likeness, RANKS[type_of(one)], one.id.int, one) for one in names]
    hits = of_statements + [hit for hit in of_names if place.is_before(*hit[:3])]
    return sorted(hits, key=lambda hit: hit[:3], reverse=True)


def following(
    place: Place, rows: list[Record], hits: list[Hit], limit: int, enough: int
) -> tuple[Any, ...] | None:
    """Say where the next page begins: after this one's last, or among older statements."""
    full = _is_full(place, rows, enough)
    oldest = rows[0]["last"] if full and place.oldest == -BIGINT else place.oldest
    if len(hits) > limit:
        score, rank, tie, _ = hits[limit - 1]
        return _fields(replace(place, oldest=oldest, score=score, rank=rank, tie=tie))
    if full:
        return _fields(Place(place.stage, gathered=True, newest=oldest - 1))
    return None


def _fields(place: Place) -> tuple[Any, ...]:
    return tuple(getattr(place, name) for name in Place.__slots__)


def _is_full(place: Place, rows: list[Record], enough: int) -> bool:
    """Say whether there may be older statements than were gathered."""
    if not place.gathered or not rows:
        return False
    return place.oldest > -BIGINT or bool(rows[0]["found"] >= enough)


def _count(names: int, place: Place, rows: list[Record]) -> bytes:
    if not rows:
        return count(names)
    return count(names + rows[0]["counted" if place.gathered else "found"])


def _facets(asked: list[str], rows: list[Record], *, exact: bool) -> bytes:
    made = []
    for one in Facet:
        if one.value not in asked:
            made.append(b'"%s": null' % one.encode())
            continue
        values = rows[0][f"facet_{one}"] if rows else b"[]"
        said = b"true" if exact else b"false"
        made.append(b'"%s": {"values": %s, "exact": %s}' % (one.encode(), values, said))
    return b', "facets": {%s}' % b", ".join(made)


async def _items(reader: Reading, mark: Mark, hits: list[Hit]) -> list[bytes]:
    """Write the items of a page; what was hidden meanwhile is left out."""
    named = [hit[3] for hit in hits if isinstance(hit[3], Named)]
    shown: dict[UUID, bytes] = {}
    for kind, listing in LISTINGS.items():
        ids = [one.id for one in named if type_of(one) == kind]
        shown |= await documents(reader, listing.kind, ids)
    items = []
    for score, _, _, what in hits:
        if isinstance(what, Named):
            items.append(_named(score, what, shown[what.id], mark))
        elif what["document"] is not None:
            items.append(_stated(score, what, mark))
    return items


def _named(score: float, one: Named, document: bytes, mark: Mark) -> bytes:
    marked, _ = mark(one.name, None)
    return _item(type_of(one), one.id, score, marked, document)


def _stated(score: float, row: Record, mark: Mark) -> bytes:
    document = row["document"]
    return _item(FoundType.STATEMENT, row["id"], score, _highlight(row, mark), document)


def _item(kind: FoundType, one: UUID, score: float, marked: str, document: bytes) -> bytes:
    parts = {each: document if each == kind else b"null" for each in _TYPES}
    return b'{"type": "%s", "id": "%s", "score": %s, "highlight": %s, %s}' % (
        kind.encode(),
        str(one).encode(),
        repr(round(score, 6)).encode(),
        json.dumps(marked, ensure_ascii=False).encode(),
        b", ".join(b'"%s": %s' % (each.encode(), part) for each, part in parts.items()),
    )


def _highlight(row: Record, mark: Mark) -> str:
    """Mark what matches in the statement's own words, or where it is found by others, in those."""
    own, marks = mark(row["text"], row["language"])
    if marks:
        return own
    for text, language in _others(json.loads(row["document"])):
        marked, marks = mark(text, language)
        if marks:
            return marked
    return own


def _others(document: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Give the other texts by which a statement is found, those that say it first."""
    for one in document["translations"]:
        yield one["text"], one["language"]
    if document["summary"]:
        yield document["summary"], None
    for one in document["verdicts"]:
        for part in ("headline", "summary"):
            if one.get(part):
                yield one[part], one.get("language")
    if document["speaker"]:
        yield document["speaker"]["name"], None
    for part in ("speaker_role", "occasion"):
        if document[part]:
            yield document[part], None
