"""What comes in about measures."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import PageQuery
from app.foundation.text import Key, Labels, Line, Paragraph, Ref
from app.tables.measure import Dimension, Flow


class NewMeasure(Input):
    """A measure to record."""

    ref: Ref | None = None
    key: Key = Field(examples=["border_entries"])
    labels: Labels = Field(examples=[{"en": "Entries across a border"}])
    description: Paragraph | None = None
    dimension: Dimension
    flow: Flow | None = Field(
        default=None, description="Within a family, net = in - out. A flow needs a family."
    )
    family: Key | None = Field(default=None, examples=["border_crossings"])
    unit: Line | None = Field(default=None, examples=["person"])

    @model_validator(mode="after")
    def _flows_in_a_family(self) -> "NewMeasure":
        if self.flow not in {None, Flow.STOCK} and self.family is None:
            raise PydanticCustomError("family", "A measure that flows in or out needs a family")
        return self


class MeasurePatch(MergePatch):
    """What to change of a measure: what is absent stays, null removes."""

    of: ClassVar = NewMeasure


class MeasureFilter(PageQuery):
    """Which measures to list."""

    family: Key | None = Field(default=None, description="Those that belong together.")
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["key", "-key", "created_at", "-created_at", "updated_at", "-updated_at"] = "key"
