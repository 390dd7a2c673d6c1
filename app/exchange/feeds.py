"""Feeds of what is out, a page at a time: those who follow them ask again with the ETag."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from fastapi import Response

from app.access.gathering import end
from app.access.reading import Reading
from app.corrections.queries import CORRECTIONS
from app.documents.claim_review import DataFeed, DataFeedItem
from app.documents.correction import Correction
from app.documents.listing import Listing
from app.documents.phrases import Phrase, phrase
from app.documents.published import Published
from app.documents.reviewed import claim_review, claimed, label, page
from app.documents.showing import keys_of_page
from app.exchange import atom
from app.exchange.atom import Category, Entry, Link
from app.exchange.queries import FIRST_ORGANIZATION, PUBLISHED_VERDICTS
from app.exchange.schemas import CorrectionFeedFilter, VerdictFeedFilter
from app.foundation import outside
from app.foundation.pages import Paged, next_link, with_cursor
from app.foundation.preconditions import tag_of_bytes
from app.tables.version import ChangeKind
from app.verdicts.telling import LD_JSON

_JSON, _HTML = "application/json", "text/html"
_NEWEST_CHANGE, _NEWEST = "-updated_at", "-published_at"


@dataclass(frozen=True, slots=True)
class _Part:
    """A page of a feed: its documents, and the cursor of the next one."""

    documents: Sequence[bytes]
    cursor: str | None


async def data_feed(reader: Reading, wanted: VerdictFeedFilter, media: str) -> Response:
    """Answer published verdicts as a DataFeed of ClaimReviews. Raises `InvalidCursor`."""
    part = await _part(reader, PUBLISHED_VERDICTS, wanted, _NEWEST_CHANGE)
    root = outside.root(reader.request)
    items = [_item(Published.model_validate_json(one), root) for one in part.documents]
    feed = DataFeed(url=root + _address(reader, wanted.cursor), data_feed_element=items)
    if items:
        feed.date_modified = items[0].date_modified
    return _answer(reader, PUBLISHED_VERDICTS, feed.written(), part, media)


def _item(found: Published, root: str) -> DataFeedItem:
    made = DataFeedItem(
        date_created=found.published_at,
        date_modified=found.updated_at,
        item=[claim_review(found, root)],
    )
    if found.retracted:
        made.date_deleted = found.updated_at
    return made


async def verdicts(reader: Reading, wanted: VerdictFeedFilter) -> Response:
    """Answer published verdicts as an Atom feed. Raises `InvalidCursor`."""

    def entry(document: bytes, root: str) -> Entry:
        return _verdict(Published.model_validate_json(document), root)

    return await _atom(
        reader, PUBLISHED_VERDICTS, wanted, _NEWEST_CHANGE, "Published verdicts", entry
    )


def _verdict(found: Published, root: str) -> Entry:
    said, _ = label(found)
    title = found.headline or claimed(found)
    resource = f"{root}/v1/verdicts/{found.id}"
    return Entry(
        id=found.id,
        title=f"{said}: {title}" if found.retracted else title,
        language=found.language,
        published=found.published_at,
        updated=found.updated_at,
        author=found.organization.name,
        author_url=found.organization.url,
        summary=found.notice if found.retracted else found.summary,
        links=[
            Link("alternate", _HTML, page(found, root)),
            Link("alternate", LD_JSON, f"{resource}/claimreview"),
            Link("alternate", _JSON, resource),
        ],
        categories=[
            Category(f"{root}/v1/rating-scales#check-types", found.check_type),
            Category(f"{root}/v1/verdicts#states", "retracted", said)
            if found.retracted
            else Category(f"{root}/v1/rating-scales#{found.rating.scale}", found.rating.key, said),
        ],
    )


async def corrections(reader: Reading, wanted: CorrectionFeedFilter) -> Response:
    """Answer the log of corrections as an Atom feed. Raises `InvalidCursor`."""

    def entry(document: bytes, root: str) -> Entry:
        return _correction(Correction.model_validate_json(document), root)

    return await _atom(
        reader, CORRECTIONS, wanted, _NEWEST, "Corrections of published verdicts", entry
    )


def _correction(found: Correction, root: str) -> Entry:
    resource = f"{root}/v1/verdicts/{found.verdict_id}"
    versions = f"from={found.from_version}&to={found.to_version}"
    moment = found.published_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return Entry(
        id=found.id,
        title=_title(found),
        language=found.language,
        published=moment,
        updated=moment,
        author=found.organization.name,
        author_url=found.organization.url,
        summary=_told(found),
        links=[
            Link("alternate", _HTML, found.url or f"{resource}/embed"),
            Link("alternate", _JSON, resource),
            Link("related", _JSON, f"{resource}/diff?{versions}"),
        ],
        categories=[Category(f"{root}/v1/corrections#change-kinds", found.change_kind)],
    )


def _title(found: Correction) -> str:
    """Name a correction after what it corrects; say what it is, where that is grave."""
    title = found.headline or (found.to_rating and found.to_rating.label) or found.from_rating.label
    grave = {
        ChangeKind.CORRECTION: Phrase.CORRECTION,
        ChangeKind.RETRACTION: Phrase.RETRACTED,
    }
    if found.change_kind not in grave:
        return title
    return f"{phrase(grave[found.change_kind], found.language)[0]}: {title}"


def _told(found: Correction) -> str | None:
    """Give the notice; and from which rating to which, where that changed."""
    before, after = found.from_rating, found.to_rating
    if after is None or (before.scale, before.key) == (after.scale, after.key):
        return found.notice
    change = f"{before.label} → {after.label}"
    return f"{found.notice} ({change})" if found.notice else change


async def _atom(
    reader: Reading,
    listing: Listing,
    wanted: Paged,
    sort: str,
    title: str,
    entry: Callable[[bytes, str], Entry],
) -> Response:
    part = await _part(reader, listing, wanted, sort)
    root = outside.root(reader.request)
    made = atom.Page(
        id=await _id(reader, wanted),
        title=title,
        here=root + _address(reader, wanted.cursor),
        first=root + _address(reader, None),
        next=root + _address(reader, part.cursor) if part.cursor else None,
        entries=[entry(one, root) for one in part.documents],
    )
    return _answer(reader, listing, atom.written(made), part, atom.MEDIA)


async def _part(reader: Reading, listing: Listing, wanted: Paged, sort: str) -> _Part:
    """Read a page of what is out."""
    found = await reader.gathered(listing, wanted, sort)
    position = end(found.rows, wanted.limit)
    cursor = None if position is None else reader.cursor(found.asked, position)
    return _Part([row["document"] for row in found.rows[: wanted.limit]], cursor)


async def _id(reader: Reading, wanted: Paged) -> UUID:
    """Name a feed for ever: after the installation's first organisation, and what is fed.

    An address would change with the host; an organisation's id doesn't, and nobody else has it.
    """
    row = await reader.reads.row(FIRST_ORGANIZATION, {})
    whose = row["id"] if row else UUID(int=0)
    given: dict[str, Any] = wanted.conditions()
    filters = "&".join(f"{name}={given[name]}" for name in sorted(given))
    return uuid5(whose, f"{reader.request.url.path}?{filters}")


def _address(reader: Reading, cursor: str | None) -> str:
    request = reader.request
    return with_cursor(request.url.path, request.query_params.multi_items(), cursor)


def _answer(reader: Reading, listing: Listing, body: bytes, part: _Part, media: str) -> Response:
    headers = reader.headers(keys_of_page(listing)) | outside.varies(reader.request)
    headers["ETag"] = tag_of_bytes(body)
    if part.cursor is not None:
        query = reader.request.query_params.multi_items()
        headers["Link"] = next_link(reader.request.url.path, query, part.cursor)
    return reader.unless_known(body, headers, media)
