"""What comes in about quantities."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.foundation.dates import Instant, PartialDate
from app.foundation.merging import Input
from app.foundation.pages import PageQuery
from app.foundation.text import Key, Line


class NewQuantityComparison(Input):
    """Which two quantities to compare."""

    a: UUID = Field(description="The one, by its id as a statement shows it in `quantities`.")
    b: UUID = Field(description="The other.")


class QuantityFilter(PageQuery):
    """Which quantities to list."""

    measure: Key | None = Field(
        default=None, description="The key of a measure.", examples=["border_entries"]
    )
    place: Line | None = Field(
        default=None,
        description="The place that the number is about. A country is found under its code and its"
        " English names; case doesn't matter.",
        examples=["KZ"],
    )
    from_: PartialDate | None = Field(
        default=None, alias="from", description="Only those that reach until then, or beyond."
    )
    to: PartialDate | None = Field(
        default=None, description="Only those that begin by then, as far as it is known."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those whose statement changed at or after this instant."
    )
    sort: Literal["period", "-period"] = "period"
