"""Rating maps, as shown: what others' labels are taken to mean."""

from uuid import UUID

from pydantic import Field
from sqlalchemy import FromClause

from app.documents import organization
from app.documents.organization import OrganizationSummary
from app.documents.shape import (
    Column,
    Kind,
    Resource,
    View,
    head_fields,
    json_object,
    record_fields,
)
from app.tables.organization import Organization
from app.tables.rating import NormalizedRating, Rating
from app.tables.rating import RatingMap as Stored


class RatingMap(Resource):
    """What a label of an imported organisation's verdicts is taken to mean."""

    organization: OrganizationSummary = Field(description="Whose label it is.")
    label: str = Field(description="As it is published.", examples=["Pants on Fire!"])
    scale_id: UUID = Field(description="The scale that has the labels of this organisation.")
    key: str = Field(description="The rating's key on that scale.", examples=["pants_on_fire"])
    normalized: NormalizedRating | None = Field(
        description="What it means in words that all organisations share; null: unmapped."
    )


def rows(_: View) -> FromClause:
    """Join a map to whose it is, and to the rating that it leads to."""
    table: FromClause = Stored.__table__
    return table.join(Organization, Organization.id == Stored.of_organization_id).join(
        Rating, Rating.id == Stored.rating_id
    )


def document(view: View) -> Column:
    """Build the whole document; the query is over `rows`."""
    return json_object(
        **head_fields(Stored),
        organization=organization.summary(),
        label=Stored.label,
        scale_id=Rating.scale_id,
        key=Rating.key,
        normalized=Rating.normalized,
        **record_fields(Stored, view),
    )


RATING_MAP = Kind("rating map", "rating-maps", Stored, document, rows=rows)
