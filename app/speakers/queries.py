"""How speakers are listed and looked up."""

from typing import Any

from sqlalchemy import BindParameter, Text, func, select
from sqlalchemy.orm import selectinload

from app.documents.listing import Filter, Listing, by_name, equals, standard_orders
from app.documents.shape import Column, View
from app.documents.speaker import SPEAKER
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
    return Speaker.id.in_(select(SpeakerExternalId.speaker_id).where(given == asked))


SPEAKERS = Listing(
    SPEAKER,
    {
        "kind": equals(Speaker.kind),
        "country": equals(Speaker.country),
        "external_id": Filter(Text(), _has_external_id),
    },
    {**standard_orders(SPEAKER), "name": by_name(Speaker.name)},
)
