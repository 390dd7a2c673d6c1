"""What can be done with sources."""

from collections.abc import Iterable
from functools import partial
from urllib.parse import quote
from uuid import UUID

from fastapi import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes import archiving
from app.changes.adding import add_record, gathered, new_record
from app.changes.holding import hold, keep_ref
from app.changes.parts import names, refuse_taken_ids, require, rewrite, rows_of
from app.changes.record import record, recorded_change, shown
from app.changes.writing import whole
from app.documents.source import SOURCE
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import Forbidden, invalid, taken, under
from app.sources import queries
from app.sources.schemas import NewPublisher, NewSource, SourceFields, SourcePatch
from app.tables.source import (
    OUTLETS,
    Access,
    Source,
    SourceAlias,
    SourceExternalId,
    SourceName,
)

Stored = dict[UUID, Source]
_PARTS = {"names", "external_ids", "url_aliases", "publisher", "publisher_id"}


async def add(
    session: AsyncSession, by: Caller, new: NewSource, own_id: UUID | None = None
) -> Written:
    """Record a source, and its publisher with it where that is nested.

    Raises `Conflict` when an address or identifier is another source's.
    """
    return await whole(session, partial(_with_publisher, session, by, new, own_id))


async def _with_publisher(
    session: AsyncSession, by: Caller, new: NewSource, own_id: UUID | None
) -> Written:
    publisher_id = await _publisher(session, by, new, None)
    return await _add(session, by, new, publisher_id, own_id)


async def _add(
    session: AsyncSession,
    by: Caller,
    new: SourceFields,
    publisher_id: UUID | None,
    own_id: UUID | None = None,
) -> Written:
    columns = {
        "id": own_id or new_id(),
        "organization_id": by.organization_id,
        "created_by": by.person,
        "publisher_id": publisher_id,
        **new.model_dump(exclude=_PARTS),
    }
    row = new_record(session, Source, columns)
    await _refuse_taken_urls(session, row.id, new)
    await add_record(session, row)
    await _write_parts(session, row.id, new, None)
    return await record(session, by, "source.created", SOURCE, row)


async def change(
    session: AsyncSession,
    by: Caller,
    source_id: UUID,
    if_match: str | None,
    patch: SourcePatch | NewSource,
) -> Written:
    """Change a source, or replace it.

    Raises `Forbidden` for a confidential one of another organisation.
    """
    row = await hold(session, by, SOURCE, source_id, if_match, *queries.PARTS, shared=True)
    _refuse_stranger(row, by)
    current = _as_given(row)
    wanted = patch.applied(current)
    keep_ref(row, by, wanted.ref)
    if wanted.access is Access.CONFIDENTIAL and row.organization_id != by.organization_id:
        raise Forbidden("A source is its own organisation's to make confidential")
    if wanted.publisher is not None:
        known = await stored(session, [row.publisher_id])
        wanted = _settled(by, known, wanted, row.publisher_id)
    if wanted == current:
        return await shown(session, by, SOURCE, row)
    await _refuse_taken_urls(session, row.id, wanted)
    row.publisher_id = await _publisher(session, by, wanted, row)
    for name, value in wanted.model_dump(exclude=_PARTS).items():
        setattr(row, name, value)
    await _write_parts(session, row.id, wanted, current)
    return await recorded_change(session, by, "source.changed", SOURCE, row)


async def archive(
    session: AsyncSession, by: Caller, source_id: UUID, if_match: str | None
) -> Response:
    """Archive a source. Raises `Forbidden` for a confidential one of another organisation."""
    row = await hold(session, by, SOURCE, source_id, if_match, shared=True)
    _refuse_stranger(row, by)
    return await archiving.archive(session, by, SOURCE, source_id, if_match, shared=True)


async def stored(session: AsyncSession, source_ids: Iterable[UUID | None]) -> Stored:
    """Load sources with their publishers, by their ids."""
    found: Stored = {}
    asked = set(source_ids) - {None}
    while asked:
        rows = select(Source).where(Source.id.in_(asked)).options(*queries.PARTS)
        found |= {row.id: row for row in await session.scalars(rows)}
        asked = {row.publisher_id for row in found.values()} - found.keys() - {None}
    return found


def meant(by: Caller, known: Stored, likely: Iterable[UUID], nested: NewSource) -> UUID | None:
    """Find the first of some sources that a nested one is: it says the same, or names it."""
    for source_id in likely:
        row = known[source_id]
        wanted = _settled(by, known, nested, row.publisher_id)
        if _names(nested, row, by) or wanted == _as_given(row):
            return row.id
    return None


def _settled(by: Caller, known: Stored, wanted: NewSource, publisher_id: UUID | None) -> NewSource:
    """Name the publisher by its id, where a nested one is the one that is there."""
    if wanted.publisher is None or publisher_id is None:
        return wanted
    row = known[publisher_id]
    fields = SourceFields.model_validate(row).model_dump()
    if not _names(wanted.publisher, row, by) and wanted.publisher.model_dump() != fields:
        return wanted
    return wanted.model_copy(update={"publisher": None, "publisher_id": publisher_id})


def _names(nested: SourceFields, row: Source, by: Caller) -> bool:
    addresses = {nested.url, *nested.url_aliases} & {row.url, *row.url_aliases}
    return bool(addresses - {None}) or names(nested, row, row.external_ids, by)


def _as_given(row: Source) -> NewSource:
    fields = SourceFields.model_validate(row)
    return NewSource.model_construct(**dict(fields), publisher_id=row.publisher_id, publisher=None)


def _refuse_stranger(row: Source, by: Caller) -> None:
    """Keep a confidential source its own organisation's, for changes too."""
    if row.access is Access.CONFIDENTIAL and row.organization_id != by.organization_id:
        raise Forbidden("A confidential source is its own organisation's to change")


async def _publisher(
    session: AsyncSession, by: Caller, wanted: NewSource, row: Source | None
) -> UUID | None:
    """Find, or record, the publisher. Raises `InvalidInput` when it is no outlet."""
    if isinstance(wanted.publisher, NewPublisher):
        with under("/publisher"):
            return (await _add(session, by, wanted.publisher, None)).id
    if wanted.publisher_id is None or (row and row.publisher_id == wanted.publisher_id):
        return wanted.publisher_id
    await require(session, SOURCE, wanted.publisher_id, "/publisher_id")
    publisher = await _stored(session, wanted.publisher_id)
    if publisher.kind not in OUTLETS or (row and row.id == publisher.id):
        raise invalid("/publisher_id", "publisher", "A publisher is an outlet, and another source")
    return publisher.id


async def _stored(session: AsyncSession, source_id: UUID) -> Source:
    """Load a source, or take it from those that are still to be written."""
    later = gathered(session)
    pending = later.record(Source, source_id) if later is not None else None
    return await session.get_one(Source, source_id) if pending is None else pending


async def _write_parts(
    session: AsyncSession, source_id: UUID, wanted: SourceFields, current: SourceFields | None
) -> None:
    owner, anew = {"source_id": source_id}, current is None
    if current is None or wanted.names != current.names:
        await rewrite(session, SourceName, owner, rows_of(wanted.names), anew=anew)
    if current is None or wanted.external_ids != current.external_ids:
        ids = wanted.external_ids
        await refuse_taken_ids(session, SourceExternalId, owner, ids, SOURCE)
        await rewrite(session, SourceExternalId, owner, rows_of(ids), anew=anew)
    if current is None or wanted.url_aliases != current.url_aliases:
        aliases = [{"url": url} for url in wanted.url_aliases]
        await rewrite(session, SourceAlias, owner, aliases, anew=anew)


async def _refuse_taken_urls(session: AsyncSession, source_id: UUID, wanted: SourceFields) -> None:
    places = [("/url", wanted.url)] if wanted.url else []
    places += [(f"/url_aliases/{at}", url) for at, url in enumerate(wanted.url_aliases)]
    for at, (pointer, url) in enumerate(places):
        if url in [before for _, before in places[:at]]:
            raise taken(pointer, "This address is there twice")
    if not places:
        return
    others = await queries.others_at(session, source_id, [url for _, url in places])
    for pointer, url in places:
        if url in others:
            raise taken(
                pointer,
                f"Another source is at this address; find it with GET /v1/sources?url={quote(url)}",
            )
