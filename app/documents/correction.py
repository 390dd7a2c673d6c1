"""Corrections, as shown: the log of what was changed after it was published."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import case, null, select
from sqlalchemy.orm import aliased

from app.documents import organization, rating, verdict_version, version
from app.documents.organization import OrganizationSummary
from app.documents.rating import VerdictRating
from app.documents.shape import Column, Document, Kind, View, instant, json_object
from app.tables.rating import CheckType, Rating, RatingScale
from app.tables.verdict import Verdict
from app.tables.version import ChangeKind, ChangeReason
from app.tables.version import VerdictVersion as Stored


class Correction(Document):
    """A published verdict's change, for all to see: what sort, why, and from which to which."""

    id: UUID
    verdict_id: UUID
    statement_id: UUID
    organization: OrganizationSummary
    check_type: CheckType
    change_kind: ChangeKind = Field(description="What sort of change it is; never `initial`.")
    change_reason: ChangeReason | None
    notice: str | None = Field(description="What readers are told.")
    from_version: int = Field(description="The number of the version before.", examples=[1])
    to_version: int = Field(description="The number of the version that resulted.", examples=[2])
    from_rating: VerdictRating
    to_rating: VerdictRating | None = Field(
        description="Null for a retraction: nothing takes the place of what was taken back."
    )
    headline: str | None
    language: str = Field(examples=["en"])
    url: str | None = Field(description="The public article.")
    published_at: datetime = Field(description="When it was made public.")


_BEFORE = aliased(Stored, name="version_before")
_OLDER = aliased(Stored, name="older_version")


def _before(shown: Any) -> Column:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Show something of the version that was out before."""
    newest = (
        select(_OLDER.id)
        .where(_OLDER.verdict_id == Stored.verdict_id, _OLDER.published_at < Stored.published_at)
        .order_by(_OLDER.published_at.desc())
        .limit(1)
        .correlate(Stored)
        .scalar_subquery()
    )
    rows = (
        select(shown)
        .select_from(_BEFORE)
        .join(Rating, Rating.id == _BEFORE.rating_id)
        .join(RatingScale, RatingScale.id == Rating.scale_id)
        .where(_BEFORE.id == newest)
    )
    return rows.correlate(Stored).scalar_subquery()


def document(_: View) -> Column:
    """Build the whole document; the query is over a version's rows."""
    is_taken_back = Stored.change_kind == ChangeKind.RETRACTION
    return json_object(
        id=Stored.id,
        verdict_id=Stored.verdict_id,
        statement_id=Verdict.statement_id,
        organization=organization.summary(),
        check_type=Verdict.check_type,
        change_kind=Stored.change_kind,
        change_reason=Stored.change_reason,
        notice=Stored.notice,
        from_version=_before(_BEFORE.no),
        to_version=Stored.no,
        from_rating=_before(rating.verdict_rating(_BEFORE.language)),
        to_rating=case((is_taken_back, null()), else_=version.rated()),
        headline=Stored.headline,
        language=Stored.language,
        url=Stored.url,
        published_at=instant(Stored.published_at),
    )


def visible(_: View) -> Column:
    """Show every later publication, to everybody."""
    return Stored.published_at.is_not(None) & (Stored.change_kind != ChangeKind.INITIAL)


CORRECTION: Kind[Any] = Kind(
    "correction",
    "corrections",
    Stored,
    document,
    visible,
    lambda _: Stored.no.expression,
    verdict_version.rows,
    is_archivable=False,
)
