"""What comes in about corrections."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.foundation.dates import Instant
from app.foundation.pages import PageQuery
from app.tables.rating import CheckType
from app.tables.version import ChangeKind, ChangeReason


class CorrectionFilter(PageQuery):
    """Which corrections to list."""

    organization_id: UUID | None = Field(default=None, description="Whose they are.")
    verdict_id: UUID | None = Field(default=None, description="Of which verdict.")
    statement_id: UUID | None = Field(default=None, description="About which statement.")
    check_type: CheckType | None = Field(default=None, description="What was checked.")
    change_kind: ChangeKind | None = Field(
        default=None, description="What sort of change: minor, update, correction or retraction."
    )
    change_reason: ChangeReason | None = Field(default=None, description="Why it was changed.")
    published_from: Instant | None = Field(
        default=None, description="Only those that were made public then or later."
    )
    published_until: Instant | None = Field(
        default=None, description="Only those that were made public then or earlier."
    )
    updated_since: Instant | None = Field(
        default=None, description="The same as `published_from`: they never change."
    )
    sort: Literal["published_at", "-published_at"] = "-published_at"
