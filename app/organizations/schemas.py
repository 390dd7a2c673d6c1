"""What comes in about organisations."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import PageQuery
from app.foundation.text import Country, Language, Line, Paragraph, Ref, Url
from app.tables.rating import CheckType

Asked = Annotated[int, Field(strict=True, ge=0, le=200)]
Yes = Annotated[bool, Field(strict=True)]


class NewDefaultScale(Input):
    """The scale on which to rate verdicts of a check type."""

    check_type: CheckType
    scale_id: UUID


class NewGate(Input):
    """What a verdict of the organisation must have before it is published."""

    minimum_evidence: Asked = Field(default=1, description="So many pieces of evidence.")
    minimum_publishers: Asked = Field(
        default=2,
        description="Evidence from so many publishers. What has no publisher counts for none.",
    )
    primary_source: Yes = Field(
        default=True, description="A primary source: `is_primary`, or evidence whose role it is."
    )
    second_person: Yes = Field(
        default=True, description="Approved by another person than who wrote it."
    )


class NewOrganization(Input):
    """An organisation to record."""

    ref: Ref | None = None
    name: Line = Field(examples=["Example Check"])
    url: Url | None = None
    description: Paragraph | None = None
    country: Country | None = None
    language: Language | None = None
    escalation_url: Url | None = Field(
        default=None,
        description="Where readers can turn who don't agree with what came of their correction"
        " request.",
    )
    correction_days: Annotated[int, Field(strict=True, ge=1, le=90)] = Field(
        default=7,
        description="In how many working days, Monday to Friday, it answers correction requests.",
    )
    default_scales: list[NewDefaultScale] = Field(
        default=[], max_length=4, description="Where it rates on other scales than the built-in."
    )

    gate: NewGate = Field(
        default=NewGate(),
        description="The first three can be done without by an `evidence_note` of the verdict.",
    )

    is_imported: Yes = Field(
        default=False,
        description="Whether it publishes elsewhere, and what it finds comes here by imports. It"
        " stays as it is.",
    )

    @model_validator(mode="after")
    def _has_one_scale_a_check_type(self) -> "NewOrganization":
        types = [scale.check_type for scale in self.default_scales]
        if len(set(types)) < len(types):
            raise PydanticCustomError("repeated", "The same check type is there twice")
        return self


class OrganizationPatch(MergePatch):
    """What to change of an organisation: what is absent stays, null removes."""

    of: ClassVar = NewOrganization


class OrganizationFilter(PageQuery):
    """Which organisations to list."""

    country: Country | None = Field(default=None, description="As ISO 3166-1 alpha-2 names it.")
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] = (
        "name"
    )
