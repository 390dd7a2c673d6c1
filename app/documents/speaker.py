"""Speakers, as shown."""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import Uuid, func, select

from app.documents import names
from app.documents.names import ExternalId, OtherName
from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    head_fields,
    json_list,
    json_object,
    one,
    record_fields,
)
from app.tables import speaker as stored
from app.tables.speaker import SpeakerKind


class Affiliation(Document):
    """A role that a speaker has, or had, in an organisation."""

    organization_id: UUID | None = Field(
        description="The organisation, where it is a speaker itself."
    )
    organization_name: str | None = Field(description="Its name, where it is not.")
    role: str | None = Field(examples=["Chairman"])
    since: str | None = Field(examples=["2022-09"])
    until: str | None
    acting: bool


class SpeakerSummary(Document):
    """A speaker, as shown inside other resources."""

    id: UUID
    kind: SpeakerKind
    name: str = Field(examples=["Aslan Atalykov"])
    country: str | None
    wikidata_id: str | None = Field(examples=["Q7747"])


class Speaker(Resource):
    """Who asserts: a person, an organisation, an office, a group."""

    kind: SpeakerKind
    name: str = Field(examples=["Kassym-Jomart Tokayev"])
    names: list[OtherName]
    description: str | None
    country: str | None = Field(examples=["KZ"])
    image_url: str | None
    external_ids: list[ExternalId]
    affiliations: list[Affiliation]
    merged_into_id: UUID | None = Field(
        description="The speaker that this one turned out to be. Filled in the feed and in"
        " histories alone, for the address of such a speaker leads to the other one."
    )


_TABLE = stored.Speaker
_NAME = stored.SpeakerName
_EXTERNAL = stored.SpeakerExternalId
_AFFILIATION = stored.Affiliation


def summary() -> Column:
    """Build a speaker's summary."""
    wikidata = (
        select(_EXTERNAL)
        .where(_EXTERNAL.speaker_id == _TABLE.id, _EXTERNAL.scheme == "wikidata")
        .order_by(_EXTERNAL.position)
        .limit(1)
        .correlate(_TABLE)
    )
    return json_object(
        id=_TABLE.id,
        kind=_TABLE.kind,
        name=_TABLE.name,
        country=_TABLE.country,
        wikidata_id=one(_EXTERNAL.value, wikidata),
    )


def survivor(speaker_id: Any) -> Column:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Give the id of the speaker that another one is now: its own, unless it was merged."""
    now: Column = func.speaker_now(speaker_id, type_=Uuid())
    return now


def document(view: View) -> Column:
    """Build the whole document."""
    affiliation = json_object(
        organization_id=_AFFILIATION.organization_id,
        organization_name=_AFFILIATION.organization_name,
        role=_AFFILIATION.role,
        since=_AFFILIATION.since,
        until=_AFFILIATION.until,
        acting=_AFFILIATION.acting,
    )
    affiliations = (
        select(_AFFILIATION).where(_AFFILIATION.speaker_id == _TABLE.id).correlate(_TABLE)
    )
    return json_object(
        **head_fields(_TABLE),
        kind=_TABLE.kind,
        name=_TABLE.name,
        names=names.names(_NAME, _NAME.speaker_id == _TABLE.id, _TABLE),
        description=_TABLE.description,
        country=_TABLE.country,
        image_url=_TABLE.image_url,
        external_ids=names.external_ids(_EXTERNAL, _EXTERNAL.speaker_id == _TABLE.id, _TABLE),
        affiliations=json_list(affiliation, affiliations, _AFFILIATION.position),
        merged_into_id=_TABLE.merged_into_id,
        **record_fields(_TABLE, view),
    )


SPEAKER = Kind(
    "speaker", "speakers", _TABLE, document, lasts=True, merged_into=survivor(_TABLE.merged_into_id)
)
