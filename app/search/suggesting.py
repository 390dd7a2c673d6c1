"""Suggesting, while one types."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from json import JSONEncoder
from typing import Any

from fastapi import Response

from app.access.reading import Reading
from app.documents.search import SuggestionType
from app.documents.showing import keys_of_pages
from app.finding.beginnings import LAST, parameters
from app.search import suggestions
from app.search.schemas import SuggestionQuery
from app.sources.queries import SOURCES
from app.speakers.queries import SPEAKERS
from app.statements.queries import STATEMENTS
from app.topics.queries import TOPICS
from app.words.highlighting import highlight
from app.words.querying import beginnings, understand

_LISTINGS = (SPEAKERS, SOURCES, TOPICS, STATEMENTS)
_BY_NAME = {SuggestionType.SPEAKER: SPEAKERS, SuggestionType.SOURCE: SOURCES}
_ENCODED = JSONEncoder(ensure_ascii=False).encode
_KINDS = {listing.kind.collection: kind for kind, listing in _BY_NAME.items()}


async def suggest(reader: Reading, wanted: SuggestionQuery) -> Response:
    """Answer what one may be about to type."""
    types = wanted.types.split(",") if wanted.types else [one.value for one in SuggestionType]
    finished, unfinished = beginnings(wanted.q)
    rows = [dict(row) for row in await _rows(reader, wanted, types, finished, unfinished)]
    known = {row["id"] for row in rows}
    named = any(row["type"] in _BY_NAME for row in rows)
    if not named and len(rows) < wanted.limit:
        rows += [row for row in await _misspelled(reader, wanted, types) if row["id"] not in known]
    openings = (unfinished,) if unfinished else ()
    mark = partial(highlight, asked=understand(wanted.q), openings=openings)
    shown = b", ".join(_item(row, mark) for row in _shared(rows, wanted.limit))
    headers = reader.headers(keys_of_pages(*_LISTINGS))
    return Response(b'{"items": [%s]}' % shown, 200, headers, "application/json")


async def _rows(
    reader: Reading,
    wanted: SuggestionQuery,
    types: list[str],
    finished: tuple[str, ...],
    unfinished: str,
) -> list[Any]:
    typed = wanted.q.strip()
    values = {
        **parameters(wanted.q),
        "typed": f"{_plain(typed)}%" if typed else None,
        "finished": " & ".join(f"({one})" for one in finished),
        "unfinished": unfinished or None,
        "unfinished_ends": unfinished + LAST if unfinished else None,
        "itself": f"'{unfinished}'" if unfinished else "",
        "limit": wanted.limit,
        "viewer": reader.caller.organization_id,
    }
    return await reader.finder.reads.rows(suggestions.query(reader.view, frozenset(types)), values)


def _plain(text: str) -> str:
    """Take the meaning from what means something in LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def _misspelled(
    reader: Reading, wanted: SuggestionQuery, types: list[str]
) -> list[dict[str, Any]]:
    """Find names that are spelled otherwise than one types them."""
    asked = [listing for kind, listing in _BY_NAME.items() if kind in types]
    values = {"viewer": reader.caller.organization_id}
    found = await reader.finder.misspelled(
        wanted.q, dict.fromkeys(asked, values), reader.view, most=wanted.limit
    )
    return [
        {"type": _KINDS[one.collection], "id": one.id, "text": one.name, "language": None}
        for one in found
    ]


def _shared(rows: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """Give each kind its share of the places, and what one leaves to the others."""
    by_type: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.get("place", 0)):
        by_type[row["type"]].append(row)
    order = [kind for kind in SuggestionType if by_type[kind]]
    share = max(1, limit // max(1, len(order)))
    taken = {kind: by_type[kind][:share] for kind in order}
    for kind in order:
        left = limit - sum(map(len, taken.values()))
        taken[kind] += by_type[kind][share : share + max(0, left)]
    return [row for kind in order for row in taken[kind]][:limit]


def _item(row: dict[str, Any], mark: Callable[[str, str | None], tuple[str, int]]) -> bytes:
    marked, _ = mark(row["text"], row["language"])
    shown = {
        "type": row["type"],
        "id": str(row["id"]),
        "text": row["text"],
        "highlight": marked,
    }
    return _ENCODED(shown).encode()
