"""Measures, as shown."""

from pydantic import Field

from app.documents.shape import (
    Column,
    Kind,
    Resource,
    View,
    head_fields,
    json_object,
    record_fields,
)
from app.foundation.text import Labels
from app.tables import measure as stored
from app.tables.measure import Dimension, Flow


class Measure(Resource):
    """What a quantity counts or measures, and which way."""

    key: str = Field(examples=["border_entries"])
    labels: Labels = Field(examples=[{"en": "Entries across a border"}])
    description: str | None
    dimension: Dimension
    flow: Flow | None = Field(description="Within a family, net = in - out.")
    family: str | None = Field(examples=["border_crossings"])
    unit: str | None = Field(examples=["person"])


_TABLE = stored.Measure


def document(view: View) -> Column:
    """Build the whole document."""
    return json_object(
        **head_fields(_TABLE),
        key=_TABLE.key,
        labels=_TABLE.labels,
        description=_TABLE.description,
        dimension=_TABLE.dimension,
        flow=_TABLE.flow,
        family=_TABLE.family,
        unit=_TABLE.unit,
        **record_fields(_TABLE, view),
    )


MEASURE = Kind("measure", "measures", _TABLE, document)
