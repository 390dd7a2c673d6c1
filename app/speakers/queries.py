"""How speakers are listed and looked up."""

from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, Text, func, select
from sqlalchemy.orm import selectinload

from app.documents.listing import Filter, Listing, among, by_name, equals, standard_orders
from app.documents.shape import Column, View
from app.documents.speaker import SPEAKER, survivor
from app.tables.speaker import Speaker, SpeakerExternalId

PARTS = (
    selectinload(Speaker.names),
    selectinload(Speaker.external_ids),
    selectinload(Speaker.affiliations),
)


def _has_external_id(value: BindParameter[Any], _: View) -> Column:
    given = func.row(SpeakerExternalId.scheme, SpeakerExternalId.value)
    colon = func.strpos(value, ":")
    asked = func.row(func.left(value, colon - 1), func.substr(value, colon + 1))
    return Speaker.id.in_(select(survivor(SpeakerExternalId.speaker_id)).where(given == asked))


def survivor_of(speaker_id: UUID) -> Select[UUID | None]:
    """Select the id of the speaker that another one is now, where it was merged."""
    return select(SPEAKER.survivor()).where(Speaker.id == speaker_id)


def merged_into(speaker_id: UUID) -> Select[Speaker]:
    """Select a speaker, and all that were merged into it, at one remove or several."""
    merged = select(Speaker.id).where(Speaker.id == speaker_id).cte("merged", recursive=True)
    merged = merged.union(select(Speaker.id).where(Speaker.merged_into_id == merged.c.id))
    return select(Speaker).where(Speaker.id.in_(select(merged.c.id)))


SPEAKERS = Listing(
    SPEAKER,
    {
        "among": among(Speaker.id),
        "kind": equals(Speaker.kind),
        "country": equals(Speaker.country),
        "external_id": Filter(Text(), _has_external_id),
    },
    {**standard_orders(SPEAKER), "name": by_name(Speaker.name)},
    lambda _: Speaker.merged_into_id.is_(None),
)
