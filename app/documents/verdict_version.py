"""Versions of verdicts, as shown each by itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import FromClause, func, or_, select

from app.documents import version
from app.documents.rating import VerdictRating
from app.documents.shape import Column, Document, Kind, View, instant, json_object, owned
from app.documents.version import Evidence
from app.tables.organization import Organization
from app.tables.rating import Rating, RatingScale
from app.tables.verdict import Verdict
from app.tables.version import (
    ChangeKind,
    ChangeReason,
    Publication,
    Uncertainty,
)
from app.tables.version import VerdictVersion as Stored


class VerdictVersion(Document):
    """What was found, in one wording. Once it was published, it never changes."""

    verdict_id: UUID
    no: int = Field(description="Its number; the first is 1.", examples=[1])
    rating: VerdictRating | None
    headline: str | None
    summary: str | None
    explanation: str | None = Field(description="Markdown.")
    language: str = Field(examples=["en"])
    uncertainty: Uncertainty
    url: str | None = Field(description="The public article.")
    evidence: list[Evidence]
    evidence_note: str | None = Field(
        description="Why there are fewer or other sources than the organisation asks for."
    )
    statement_revision: int = Field(description="The statement's revision that was judged.")
    change_kind: ChangeKind | None = Field(description="What sort of change it is.")
    change_reason: ChangeReason | None
    notice: str | None = Field(description="What readers are told about a correction.")
    author: str
    approver: str | None
    created_at: datetime
    published_at: datetime | None = Field(
        description="From when on the public saw it; null while it is written."
    )
    public_until: datetime | None = Field(
        description="Until when; null for the one that is out, and for one that is written."
    )


def document(view: View) -> Column:
    """Build the whole document; the query is over `rows`."""
    ended = func.upper(Publication.during)
    until = select(instant(ended)).where(Publication.version_id == Stored.id).correlate(Stored)
    return json_object(
        verdict_id=Stored.verdict_id,
        no=Stored.no,
        **version.content(view),
        created_at=instant(Stored.created_at),
        published_at=instant(Stored.published_at),
        public_until=until.scalar_subquery(),
    )


def rows(_: View) -> FromClause:
    """Join a version to its verdict, the organisation and the rating."""
    table: Any = Stored.__table__
    joined: FromClause = (
        table.join(Verdict, Verdict.id == Stored.verdict_id)
        .join(Organization, Organization.id == Verdict.organization_id)
        .outerjoin(Rating, Rating.id == Stored.rating_id)
        .outerjoin(RatingScale, RatingScale.id == Rating.scale_id)
    )
    return joined


def visible(view: View) -> Column:
    """Show what was published to everybody, and everything to the organisation whose it is."""
    return or_(Stored.published_at.is_not(None), owned(Verdict, view))


VERDICT_VERSION: Kind[Any] = Kind(
    "version",
    "verdicts",
    Stored,
    document,
    visible,
    lambda _: Stored.no.expression,
    rows,
    is_archivable=False,
)
