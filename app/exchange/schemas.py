"""What comes in about what goes out."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from app.foundation.dates import Instant
from app.foundation.pages import Paged, plain_integer
from app.foundation.text import Language, Typed
from app.tables.rating import CheckType
from app.tables.version import ChangeKind

_Pixels = Annotated[int, Field(ge=1), BeforeValidator(plain_integer)]
_Format = Annotated[str, Field(json_schema_extra={"pattern": "^(json|xml)$"})]
_SIDE = "The most pixels that the card may take, this way."


class VerdictFeedFilter(Paged):
    """Which published verdicts to feed."""

    organization_id: UUID | None = Field(default=None, description="Whose they are.")
    check_type: CheckType | None = Field(default=None, description="What was checked.")
    language: Language | None = Field(
        default=None, description="In which language; `fr` finds `fr-CA`, too."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that changed then or later."
    )


class CorrectionFeedFilter(Paged):
    """Which corrections to feed."""

    organization_id: UUID | None = Field(default=None, description="Whose they are.")
    change_kind: ChangeKind | None = Field(
        default=None, description="What sort of change: minor, update, correction or retraction."
    )
    updated_since: Instant | None = Field(
        default=None, description="Only those that were made public then or later."
    )


class OEmbedQuery(BaseModel):
    """What a CMS asks about an address that somebody pasted."""

    url: Annotated[Typed, Field(max_length=2000)] = Field(
        description="The address of a verdict, its card or its ClaimReview.",
        examples=[
            "https://facts.example.org/v1/verdicts/01a20470-f7d1-7338-b238-e2669ef3aa4c/embed"
        ],
    )
    format: _Format | None = Field(
        default=None,
        description="`json` or `xml`; without it, what `Accept` prefers. Any other is 501.",
        examples=["json"],
    )
    maxwidth: _Pixels | None = Field(default=None, description=_SIDE)
    maxheight: _Pixels | None = Field(default=None, description=_SIDE)
