"""A version of a verdict, as shown: its evidence, and which of the versions a viewer sees."""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import FromClause, and_, case, func, null, select

from app.documents import rating, source
from app.documents.shape import Column, Document, View, json_list, json_object, one, owned
from app.documents.source import SourceSummary
from app.tables.evidence import Evidence as StoredEvidence
from app.tables.evidence import EvidenceRole, Stance
from app.tables.organization import Organization
from app.tables.rating import Rating, RatingScale
from app.tables.source import Source
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion


class Evidence(Document):
    """A source cited by a verdict, with its stance."""

    source_id: UUID
    source: SourceSummary
    stance: Stance
    role: EvidenceRole
    excerpt: str | None
    locator: str | None = Field(examples=["p. 4"])
    note: str | None


def evidence(view: View) -> Column:
    """Build the evidence of the version in the query."""
    row = StoredEvidence
    cited = select(Source).where(Source.id == row.source_id).correlate(row)
    item = json_object(
        source_id=row.source_id,
        source=one(source.summary(view), cited),
        stance=row.stance,
        role=row.role,
        excerpt=row.excerpt,
        locator=row.locator,
        note=row.note,
    )
    rows = select(row).where(row.version_id == VerdictVersion.id).correlate(VerdictVersion)
    return json_list(item, rows, row.position)


def rated() -> Column:
    """Build the rating of the version in the query; null when it has none."""
    shown = rating.verdict_rating(VerdictVersion.language)
    return case((Rating.id.is_(None), null()), else_=shown)


def content(view: View) -> dict[str, Any]:
    """Build the fields of what the version in the query says, and who says it."""
    return {
        "rating": rated(),
        "headline": VerdictVersion.headline,
        "summary": VerdictVersion.summary,
        "explanation": VerdictVersion.explanation,
        "language": VerdictVersion.language,
        "uncertainty": VerdictVersion.uncertainty,
        "url": VerdictVersion.url,
        "evidence": evidence(view),
        "evidence_note": VerdictVersion.evidence_note,
        "statement_revision": VerdictVersion.statement_revision,
        "change_kind": VerdictVersion.change_kind,
        "change_reason": VerdictVersion.change_reason,
        "notice": VerdictVersion.notice,
        "author": VerdictVersion.author,
        "approver": VerdictVersion.approver,
    }


def sees_working(view: View) -> Column:
    """Say whether the viewer sees the working version: there is one, and it is theirs."""
    return and_(owned(Verdict, view), Verdict.working_id.is_not(None))


def shown_id(view: View) -> Column:
    """Pick the version that a viewer sees: the working one where it is theirs, or what is out."""
    if view is View.PUBLIC:
        return Verdict.public_id.expression
    return case((sees_working(view), Verdict.working_id), else_=Verdict.public_id)


def rows(view: View) -> FromClause:
    """Join a verdict to the version that the viewer sees, its rating, and its organisation."""
    table: Any = Verdict.__table__
    joined: FromClause = (
        table.join(VerdictVersion, VerdictVersion.id == shown_id(view))
        .join(Organization, Organization.id == Verdict.organization_id)
        .outerjoin(Rating, Rating.id == VerdictVersion.rating_id)
        .outerjoin(RatingScale, RatingScale.id == Rating.scale_id)
    )
    return joined


def state(view: View) -> Column:
    """Show the state of the work to its own people, and to others what is out."""
    out = case((Verdict.retracted, "retracted"), else_="published")
    if view is View.PUBLIC:
        return out
    return case((owned(Verdict, view), Verdict.state), else_=out)


def record_version(view: View) -> Column:
    """Give the record's version: to others than its own people, as it was when it came out."""
    if view is View.PUBLIC:
        return func.coalesce(Verdict.public_record_version, Verdict.version)
    return case((owned(Verdict, view), Verdict.version), else_=Verdict.public_record_version)


def updated_at(view: View) -> Column:
    """Give the moment of the last change: to others than its own people, of what is out."""
    if view is View.PUBLIC:
        return VerdictVersion.published_at.expression
    return case((owned(Verdict, view), Verdict.updated_at), else_=VerdictVersion.published_at)
