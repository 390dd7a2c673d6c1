"""Verdicts, as shown."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import and_, case, func, literal_column, null, or_, select
from sqlalchemy.dialects.postgresql import JSON, array
from sqlalchemy.orm import aliased

from app.documents import contact, organization, version
from app.documents.contact import ContactSummary
from app.documents.organization import OrganizationSummary
from app.documents.rating import VerdictRating
from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    for_owner,
    head_fields,
    instant,
    json_object,
    owned,
    record_fields,
)
from app.documents.version import Evidence
from app.tables.evidence import Evidence as StoredEvidence
from app.tables.link import Link, LinkState, LinkType
from app.tables.rating import CheckType
from app.tables.source import Source
from app.tables.statement import Statement, Visibility
from app.tables.verdict import Verdict as Stored
from app.tables.verdict import VerdictState
from app.tables.version import ChangeKind, ChangeReason, Uncertainty, VerdictVersion


class StaleReason(StrEnum):
    """Why a verdict may no longer fit what it judged."""

    STATEMENT_REVISED = "statement_revised"
    STATEMENT_UPDATED = "statement_updated"
    STATEMENT_CONTRADICTED = "statement_contradicted"
    EVIDENCE_ARCHIVED = "evidence_archived"
    EVIDENCE_GONE = "evidence_gone"


class VerdictSummary(Document):
    """A verdict, as shown with its statement."""

    id: UUID
    organization: OrganizationSummary
    check_type: CheckType
    state: VerdictState
    rating: VerdictRating | None
    headline: str | None
    summary: str | None
    language: str = Field(examples=["en"])
    url: str | None
    published_at: datetime | None
    retracted: bool


class InheritedVerdict(VerdictSummary):
    """A verdict about another statement that was confirmed to be the same claim."""

    statement_id: UUID


class Verdict(Resource):
    """What an organisation found about a statement: a rating with reasons."""

    statement_id: UUID
    organization: OrganizationSummary
    check_type: CheckType
    state: VerdictState = Field(description="Where the work is; the public sees what is out.")
    rating: VerdictRating | None
    headline: str | None
    summary: str | None = Field(description="At most 600 characters.")
    explanation: str | None = Field(description="Markdown.")
    language: str = Field(examples=["en"])
    uncertainty: Uncertainty
    url: str | None = Field(description="The public article.")
    evidence: list[Evidence]
    evidence_note: str | None = Field(
        description="Why there are fewer or other sources than the organisation asks for."
    )
    contacts: list[ContactSummary] = Field(description=contact.SHOWN)
    statement_revision: int = Field(description="The statement's revision that was judged.")
    stale_reasons: list[StaleReason] = Field(
        description="What happened since then; worked out when read."
    )
    change_kind: ChangeKind | None = Field(description="What sort of change this version is.")
    change_reason: ChangeReason | None
    notice: str | None = Field(description="What readers are told about a correction.")
    published_at: datetime | None = Field(description="When it was first published.")
    published_version: int | None = Field(description="The number of the version that is out.")
    retracted: bool
    author: str
    approver: str | None
    publish_at: datetime | None = Field(
        description="When it shall be published. This, `assignee` and `due_on` are shown to the"
        " people of the organisation that owns it."
    )
    assignee: str | None
    due_on: date | None


_PUBLIC = aliased(VerdictVersion, name="public_version")


def summary_fields(view: View) -> dict[str, Column]:
    """Build a verdict's summary; the query is over `version.rows`."""
    return {
        "id": Stored.id.expression,
        "organization": organization.summary(),
        "check_type": Stored.check_type.expression,
        "state": version.state(view),
        "rating": version.rated(),
        "headline": VerdictVersion.headline.expression,
        "summary": VerdictVersion.summary.expression,
        "language": VerdictVersion.language.expression,
        "url": VerdictVersion.url.expression,
        "published_at": instant(Stored.published_at),
        "retracted": Stored.retracted.expression,
    }


def summary(view: View) -> Column:
    """Build a verdict's summary, as shown with its statement."""
    return json_object(**summary_fields(view))


def inherited() -> Column:
    """Build the summary of a verdict about another statement; the public's view, always."""
    return json_object(**summary_fields(View.PUBLIC), statement_id=Stored.statement_id)


def _reasons(view: View) -> tuple[tuple[StaleReason, Column], ...]:
    revised = (
        select(Statement.id)
        .where(Statement.id == Stored.statement_id)
        .where(Statement.revision > VerdictVersion.statement_revision)
        .correlate(Stored, VerdictVersion)
    )
    return (
        (StaleReason.STATEMENT_REVISED, revised.exists()),
        (StaleReason.STATEMENT_UPDATED, _newer(LinkType.UPDATES, view)),
        (StaleReason.STATEMENT_CONTRADICTED, _newer(LinkType.CONTRADICTS, view)),
        (StaleReason.EVIDENCE_ARCHIVED, _lost(Source.archived_at)),
        (StaleReason.EVIDENCE_GONE, _lost(Source.gone_at)),
    )


def stale_reasons(view: View) -> Column:
    """List what speaks for judging again."""
    found = array([case((is_so, literal_column(f"'{name}'"))) for name, is_so in _reasons(view)])
    return func.to_json(func.array_remove(found, null()), type_=JSON())


def is_stale(view: View) -> Column:
    """Say whether anything speaks for judging again."""
    return or_(*(is_so for _, is_so in _reasons(view)))


def _lost(since: Any) -> Column:  # noqa: ANN401 - a column of `source`.
    """Say whether a source that the version cites was lost since the version was made."""
    return (
        select(Source.id)
        .join(StoredEvidence, StoredEvidence.source_id == Source.id)
        .where(StoredEvidence.version_id == VerdictVersion.id, since > VerdictVersion.created_at)
        .correlate(VerdictVersion)
        .exists()
    )


def _newer(link: LinkType, view: View) -> Column:
    """Say whether such a link to a visible statement was confirmed since the version was made."""
    other = aliased(Statement, name=f"{link.value}_statement")
    from_other = and_(Link.other_id == Stored.statement_id, other.id == Link.statement_id)
    to_other = and_(Link.statement_id == Stored.statement_id, other.id == Link.other_id)
    symmetric = link is LinkType.CONTRADICTS
    return (
        select(Link.id)
        .join(other, or_(from_other, to_other) if symmetric else from_other)
        .where(Link.type == link, Link.state == LinkState.CONFIRMED, Link.archived_at.is_(None))
        .where(Link.decided_at > VerdictVersion.created_at)
        .where(or_(other.visibility == Visibility.PUBLIC, owned(other, view)))
        .correlate(Stored, VerdictVersion)
        .exists()
    )


def document(view: View) -> Column:
    """Build the whole document; the query is over `version.rows`."""
    published = select(_PUBLIC.no).where(_PUBLIC.id == Stored.public_id).correlate(Stored)
    ours = {"version": version.record_version(view)}
    moments = {"updated_at": instant(version.updated_at(view))}
    return json_object(
        **head_fields(Stored) | ours,
        statement_id=Stored.statement_id,
        organization=organization.summary(),
        check_type=Stored.check_type,
        state=version.state(view),
        **version.content(view),
        contacts=contact.of_verdict(view),
        stale_reasons=stale_reasons(view),
        published_at=instant(Stored.published_at),
        published_version=published.scalar_subquery(),
        retracted=Stored.retracted,
        publish_at=for_owner(Stored, view, instant(Stored.publish_at)),
        assignee=for_owner(Stored, view, Stored.assignee),
        due_on=for_owner(Stored, view, Stored.due_on),
        **record_fields(Stored, view) | moments,
    )


def visible(view: View) -> Column:
    """Show what is out to everybody, and everything to the organisation whose it is."""
    return or_(Stored.public_id.is_not(None), owned(Stored, view))


VERDICT = Kind(
    "verdict",
    "verdicts",
    Stored,
    document,
    visible,
    version.record_version,
    version.rows,
    lasts=True,
)
