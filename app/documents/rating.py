"""Rating scales, as shown, and a rating as shown with a verdict."""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import JSON

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
from app.foundation.text import Labels
from app.tables import rating as stored
from app.tables.rating import CheckType, NormalizedRating


class ScaleRating(Document):
    """One rating of a scale."""

    key: str = Field(examples=["mostly_true"])
    labels: Labels = Field(examples=[{"en": "Mostly true", "fr": "Plutôt vrai"}])
    definition: str | None
    ordinal: int | None = Field(
        description="Its place on the axis, 1 the worst; null where it isn't on the axis."
    )
    normalized: NormalizedRating | None = Field(
        description="What it means in words that all organisations share; null: unmapped."
    )


class RatingScale(Resource):
    """An organisation's ratings. Frozen once used, and then followed by a new edition."""

    key: str = Field(examples=["veracity"])
    edition: int = Field(examples=[1])
    organization_id: UUID | None = Field(description="Whose it is; null: built in.")
    supersedes_id: UUID | None = Field(description="The edition before.")
    labels: Labels = Field(examples=[{"en": "Veracity"}])
    description: str | None
    check_types: list[CheckType] = Field(description="The check types that it is made for.")
    ratings: list[ScaleRating]


class VerdictRating(Document):
    """What was found, on the organisation's scale and in the words that all share."""

    scale: str = Field(examples=["veracity"])
    key: str = Field(examples=["false"])
    label: str = Field(
        description="In the verdict's language, where the scale has it.", examples=["False"]
    )
    normalized: NormalizedRating | None
    ordinal: int | None


_TABLE = stored.RatingScale
_RATING = stored.Rating


def label(language: Any) -> ColumnElement[str]:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Pick a rating's label: in this language, its base language, English, or any."""
    labels = _RATING.labels
    base = func.split_part(language, "-", 1)
    anything = select(func.jsonb_each_text(labels).table_valued("value").c.value).limit(1)
    return func.coalesce(
        labels.op("->>")(func.text(language)),
        labels.op("->>")(base),
        labels.op("->>")("en"),
        anything.correlate(_RATING).scalar_subquery(),
    )


def verdict_rating(language: Any) -> Column:  # noqa: ANN401 - as above.
    """Build a verdict's rating; the query joins `rating` and `rating_scale`."""
    return json_object(
        scale=_TABLE.key,
        key=_RATING.key,
        label=label(language),
        normalized=_RATING.normalized,
        ordinal=_RATING.ordinal,
    )


def document(view: View) -> Column:
    """Build the whole document."""
    rating = json_object(
        key=_RATING.key,
        labels=_RATING.labels,
        definition=_RATING.definition,
        ordinal=_RATING.ordinal,
        normalized=_RATING.normalized,
    )
    ratings = select(_RATING).where(_RATING.scale_id == _TABLE.id).correlate(_TABLE)
    return json_object(
        **head_fields(_TABLE),
        key=_TABLE.key,
        edition=_TABLE.edition,
        organization_id=_TABLE.organization_id,
        supersedes_id=_TABLE.supersedes_id,
        labels=_TABLE.labels,
        description=_TABLE.description,
        check_types=func.to_json(_TABLE.check_types, type_=JSON()),
        ratings=json_list(rating, ratings, _RATING.position),
        **record_fields(_TABLE, view),
    )


RATING_SCALE = Kind("rating scale", "rating-scales", _TABLE, document)
