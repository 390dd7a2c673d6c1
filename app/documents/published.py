"""A published verdict with all that is told of it outside: ClaimReview, feeds and cards.

It is what the public sees, whoever asks. One SELECT reads it; what it is written as, is another
matter.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, func, or_, select
from sqlalchemy.orm import aliased

from app.documents import appearance, names, organization, statement, version
from app.documents.appearance import Appearance
from app.documents.names import ExternalId
from app.documents.organization import OrganizationSummary
from app.documents.rating import VerdictRating
from app.documents.shape import (
    Column,
    Document,
    Kind,
    View,
    instant,
    json_list,
    json_object,
    one,
)
from app.documents.statement import Translation
from app.documents.version import Evidence
from app.tables.organization import Organization
from app.tables.rating import CheckType, Rating, RatingScale
from app.tables.speaker import Speaker, SpeakerExternalId, SpeakerKind
from app.tables.statement import Statement
from app.tables.verdict import Verdict
from app.tables.version import ChangeKind
from app.tables.version import VerdictVersion as Stored


class ScaleEnds(Document):
    """The least and the greatest ordinal of a scale; null where nothing of it is on the axis."""

    worst: int | None
    best: int | None


class ToldChange(Document):
    """A correction or retraction that readers were told of."""

    kind: ChangeKind
    notice: str
    published_at: str


class PublishedSpeaker(Document):
    """Who said it."""

    kind: SpeakerKind
    name: str
    image_url: str | None
    external_ids: list[ExternalId]


class PublishedStatement(Document):
    """What was said."""

    id: UUID
    text: str
    language: str
    summary: str | None
    said_on: str | None
    speaker_is_anonymous: bool
    speaker_role: str | None
    speaker: PublishedSpeaker | None
    translations: list[Translation]
    appearances: list[Appearance]

    @property
    def claimant(self) -> PublishedSpeaker | None:
        """Who is named as having said it: nobody, where the speaker is anonymous."""
        return None if self.speaker_is_anonymous else self.speaker


class Published(Document):
    """What is out of a verdict, and what it is about."""

    id: UUID
    no: int
    organization: OrganizationSummary
    check_type: CheckType
    rating: VerdictRating
    scale: ScaleEnds
    headline: str | None
    summary: str | None
    language: str
    url: str | None
    evidence: list[Evidence]
    corrections: list[ToldChange]
    published_at: str
    updated_at: str
    retracted: bool
    notice: str | None
    statement: PublishedStatement


_EXTERNAL = SpeakerExternalId
_ALSO = aliased(Rating, name="also_on_the_scale")
_TOLD = aliased(Stored, name="told_version")


def _speaker() -> Column:
    shown = json_object(
        kind=Speaker.kind,
        name=Speaker.name,
        image_url=Speaker.image_url,
        external_ids=names.external_ids(_EXTERNAL, _EXTERNAL.speaker_id == Speaker.id, Speaker),
    )
    return one(
        shown, select(Speaker).where(Speaker.id == Statement.speaker_id).correlate(Statement)
    )


def _statement() -> Column:
    shown = json_object(
        id=Statement.id,
        text=Statement.text,
        language=Statement.language,
        summary=Statement.summary,
        said_on=Statement.said_on,
        speaker_is_anonymous=Statement.speaker_is_anonymous,
        speaker_role=Statement.speaker_role,
        speaker=_speaker(),
        translations=statement.translations(),
        appearances=appearance.appearances(View.PUBLIC),
    )
    its = select(Statement).where(Statement.id == Verdict.statement_id).correlate(Verdict)
    return one(shown, its)


def _ends() -> Column:
    ends = json_object(worst=func.min(_ALSO.ordinal), best=func.max(_ALSO.ordinal))
    return one(ends, select(_ALSO).where(_ALSO.scale_id == Rating.scale_id).correlate(Rating))


def _corrections() -> Column:
    told = json_object(
        kind=_TOLD.change_kind,
        notice=_TOLD.notice,
        published_at=instant(_TOLD.published_at),
    )
    rows = select(_TOLD).where(
        _TOLD.verdict_id == Stored.verdict_id,
        _TOLD.published_at.is_not(None),
        or_(
            _TOLD.change_kind == ChangeKind.CORRECTION,
            _TOLD.change_kind == ChangeKind.RETRACTION,
        ),
    )
    return json_list(told, rows.correlate(Stored), _TOLD.published_at)


def document(_: View) -> Column:
    """Build all of it; the query is over the version that is out."""
    return json_object(
        id=Stored.verdict_id,
        no=Stored.no,
        organization=organization.summary(),
        check_type=Verdict.check_type,
        rating=version.rated(),
        scale=_ends(),
        headline=Stored.headline,
        summary=Stored.summary,
        language=Stored.language,
        url=Stored.url,
        evidence=version.evidence(View.PUBLIC),
        corrections=_corrections(),
        published_at=instant(Verdict.published_at),
        updated_at=instant(Stored.published_at),
        retracted=Verdict.retracted,
        notice=Stored.notice,
        statement=_statement(),
    )


def rows(_: View) -> FromClause:
    """Join each version that is out to its verdict, the organisation and the rating.

    It is joined by nothing but being the one that is out: with more, PostgreSQL would expect next
    to none, and look through all of them for a page.
    """
    table: Any = Stored.__table__
    joined: FromClause = (
        table.join(Verdict, Verdict.public_id == Stored.id)
        .join(Organization, Organization.id == Verdict.organization_id)
        .join(Rating, Rating.id == Stored.rating_id)
        .join(RatingScale, RatingScale.id == Rating.scale_id)
    )
    return joined


def visible(_: View) -> Column:
    """Show all of them; the index of them is of what was published."""
    return Stored.published_at.is_not(None)


PUBLISHED: Kind[Any] = Kind(
    "published verdict",
    "verdicts",
    Stored,
    document,
    visible,
    lambda _: version.record_version(View.PUBLIC),
    rows,
    is_archivable=False,
)
