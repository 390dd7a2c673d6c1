"""What comes in about rating scales."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import Flag, PageQuery
from app.foundation.text import Key, Labels, Line, Paragraph, Ref
from app.tables.rating import CheckType, NormalizedRating


class NewRating(Input):
    """One rating of a scale."""

    key: Key = Field(examples=["mostly_true"])
    labels: Labels = Field(examples=[{"en": "Mostly true"}])
    definition: Paragraph | None = None
    ordinal: Annotated[int, Field(strict=True, ge=1, le=100)] | None = Field(
        default=None, description="Its place on the axis, 1 the worst; null: not on the axis."
    )
    normalized: NormalizedRating | None = Field(
        default=None, description="What it means in words that all share; null: unmapped."
    )


class NewRatingScale(Input):
    """A rating scale to record, or a new edition of one that is frozen."""

    ref: Ref | None = None
    key: Key = Field(examples=["truth_o_meter"])
    labels: Labels = Field(examples=[{"en": "Truth-O-Meter"}])
    description: Paragraph | None = None
    check_types: list[CheckType] = Field(min_length=1, max_length=4)
    ratings: list[NewRating] = Field(min_length=1, max_length=50)
    supersedes_id: UUID | None = Field(
        default=None, description="The edition that this one follows; it has the same key."
    )

    @model_validator(mode="after")
    def _tells_ratings_apart(self) -> "NewRatingScale":
        keys = [rating.key for rating in self.ratings]
        ordinals = [rating.ordinal for rating in self.ratings if rating.ordinal is not None]
        for what, found in (("key", keys), ("ordinal", ordinals), ("check type", self.check_types)):
            if len(set(found)) < len(found):
                raise PydanticCustomError("repeated", f"The same {what} is there twice")
        return self


class RatingScalePatch(MergePatch):
    """What to change of a scale that no verdict uses yet: null removes, lists are replaced."""

    of: ClassVar = NewRatingScale


class RatingScaleFilter(PageQuery):
    """Which rating scales to list."""

    key: Key | None = Field(default=None, description="All editions of this one.")
    check_type: CheckType | None = Field(default=None, description="What they are made for.")
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["key", "-key", "created_at", "-created_at", "updated_at", "-updated_at"] = "key"


class RatingMeaning(Input):
    """What a label means."""

    normalized: NormalizedRating | None = Field(
        default=None, description="In words that all share; null: unmapped.", examples=["false"]
    )


class NewRatingMap(RatingMeaning):
    """What a label means that is to come with an import."""

    organization_id: UUID = Field(description="Whose label it is: an imported organisation.")
    label: Line = Field(description="As it is published.", examples=["Pants on Fire!"])


class RatingMapPatch(MergePatch):
    """What a label means from now on, of all verdicts that have it; null: unmapped again."""

    of: ClassVar = RatingMeaning


class RatingMapFilter(PageQuery):
    """Which rating maps to list."""

    organization_id: UUID | None = Field(default=None, description="Whose labels they are.")
    mapped: Flag | None = Field(
        default=None, description="Whether somebody has said what it means."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["label", "-label", "created_at", "-created_at", "updated_at", "-updated_at"] = (
        "label"
    )
