"""Organisations, as shown."""

from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    head_fields,
    json_list,
    json_object,
    record_fields,
)
from app.tables import organization as stored
from app.tables.rating import CheckType


class DefaultScale(Document):
    """The scale on which an organisation rates verdicts of a check type."""

    check_type: CheckType
    scale_id: UUID


class Gate(Document):
    """What a verdict of the organisation must have before it is published."""

    minimum_evidence: int = Field(description="So many pieces of evidence.", examples=[1])
    minimum_publishers: int = Field(description="From so many publishers.", examples=[2])
    primary_source: bool = Field(description="One of them first-hand.")
    second_person: bool = Field(description="Approved by another person than who wrote it.")


class OrganizationSummary(Document):
    """An organisation, as shown inside other resources."""

    id: UUID
    name: str = Field(examples=["Example Check"])
    url: str | None


class Organization(Resource):
    """A fact-checking newsroom: it owns verdicts, scales and keys."""

    name: str = Field(examples=["Example Check"])
    url: str | None = Field(examples=["https://check.example/"])
    description: str | None
    country: str | None = Field(examples=["KZ"])
    language: str | None = Field(examples=["fr"])
    escalation_url: str | None = Field(
        description="Where readers can turn who don't agree with what came of their correction"
        " request.",
        examples=["https://press-council.example/complaints"],
    )
    correction_days: int = Field(
        description="In how many working days it answers correction requests.", examples=[7]
    )
    default_scales: list[DefaultScale] = Field(
        description="Where it rates on other scales than the built-in ones."
    )
    gate: Gate
    is_imported: bool = Field(
        description="Whether it publishes elsewhere, and what it found came here by an import."
    )


_TABLE = stored.Organization
_SCALE = stored.DefaultScale


def summary() -> Column:
    """Build an organisation's summary."""
    return json_object(id=_TABLE.id, name=_TABLE.name, url=_TABLE.url)


def document(view: View) -> Column:
    """Build the whole document."""
    scales = select(_SCALE).where(_SCALE.organization_id == _TABLE.id).correlate(_TABLE)
    scale = json_object(check_type=_SCALE.check_type, scale_id=_SCALE.scale_id)
    return json_object(
        **head_fields(_TABLE),
        name=_TABLE.name,
        url=_TABLE.url,
        description=_TABLE.description,
        country=_TABLE.country,
        language=_TABLE.language,
        escalation_url=_TABLE.escalation_url,
        correction_days=_TABLE.correction_days,
        default_scales=json_list(scale, scales, _SCALE.check_type),
        gate=json_object(**{name: getattr(_TABLE, name) for name in stored.GATE}),
        is_imported=_TABLE.is_imported,
        **record_fields(_TABLE, view),
    )


ORGANIZATION = Kind("organization", "organizations", _TABLE, document)
