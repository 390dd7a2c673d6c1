"""How two versions of a verdict differ, as shown."""

from uuid import UUID

from pydantic import ConfigDict, Field

from app.documents.rating import VerdictRating
from app.documents.shape import Document
from app.documents.version import Evidence

Value = VerdictRating | str | int | None


class FieldDifference(Document):
    """A field that differs."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    field: str = Field(description="Which field.", examples=["summary"])
    from_: Value = Field(alias="from", description="What it was.", examples=["It is so."])
    to: Value = Field(description="What it is.", examples=["It is not so."])
    diff: str | None = Field(
        description="Of a text: what was taken out and put in, line by line, as a unified diff."
    )


class EvidenceDifference(Document):
    """A piece of evidence of which something differs."""

    source_id: UUID
    fields: list[FieldDifference]


class EvidenceDifferences(Document):
    """What became of the evidence."""

    added: list[Evidence]
    removed: list[Evidence]
    changed: list[EvidenceDifference]


class VerdictDiff(Document):
    """How two versions of a verdict differ."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    verdict_id: UUID
    from_: int = Field(alias="from", description="The number of the one version.", examples=[1])
    to: int = Field(description="The number of the other.", examples=[2])
    fields: list[FieldDifference] = Field(description="Those that differ.")
    evidence: EvidenceDifferences
