"""Sources: where a statement can be looked up."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.tables.names import ExternalId, OtherName
from app.tables.record import CountryCode, LanguageTag, Part, PartialDate, Record, Strings


class SourceKind(StrEnum):
    """What a source is: an outlet, or a document that an outlet may have published."""

    NEWS_AGENCY = "news_agency"
    NEWSPAPER = "newspaper"
    MAGAZINE = "magazine"
    BROADCASTER = "broadcaster"
    WEBSITE = "website"
    SOCIAL_PLATFORM = "social_platform"
    GOVERNMENT = "government"
    COMPANY = "company"
    NGO = "ngo"
    OTHER_OUTLET = "other_outlet"
    ARTICLE = "article"
    WIRE = "wire"
    PRESS_RELEASE = "press_release"
    REPORT = "report"
    TRANSCRIPT = "transcript"
    SPEECH = "speech"
    INTERVIEW = "interview"
    VIDEO = "video"
    AUDIO = "audio"
    SOCIAL_POST = "social_post"
    DATASET = "dataset"
    LAW = "law"
    LETTER = "letter"
    LEAK = "leak"
    PHOTO = "photo"
    OTHER_DOCUMENT = "other_document"


class Access(StrEnum):
    """Who can look a source up."""

    OPEN = "open"
    PAYWALLED = "paywalled"
    OFFLINE = "offline"
    CONFIDENTIAL = "confidential"


OUTLETS = frozenset(list(SourceKind)[: list(SourceKind).index(SourceKind.ARTICLE)])


class SourceName(OtherName):
    """Another name of an outlet, or another title of a document."""

    __tablename__ = "source_name"

    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"), index=True)


class SourceExternalId(ExternalId):
    """A source's identifier in somebody else's register."""

    __tablename__ = "source_external_id"
    __table_args__ = (UniqueConstraint("scheme", "value"),)

    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"), index=True)


class SourceAlias(Part):
    """Another address at which the same source is found, normalised."""

    __tablename__ = "source_alias"

    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"), index=True)
    url: Mapped[str] = mapped_column(unique=True)


class Source(Record):
    """An outlet (RIA Novosti) or a document (an FSB report, a newspaper article)."""

    __tablename__ = "source"
    __constraints__ = (
        CheckConstraint("name <> ''", name="has_name"),
        CheckConstraint("publisher_id <> id", name="does_not_publish_itself"),
        Index("ix_source_name", "name", "id"),
        Index("ix_source_created_at", "created_at", "id"),
        Index("uq_source_url", "url", unique=True),
    )

    kind: Mapped[SourceKind]
    name: Mapped[str]
    publisher_id: Mapped[UUID | None] = mapped_column(ForeignKey("source.id"), index=True)
    authors: Mapped[Strings]
    url: Mapped[str | None]
    archive_url: Mapped[str | None]
    published_on: Mapped[PartialDate | None]
    language: Mapped[LanguageTag | None]
    country: Mapped[CountryCode | None]
    is_primary: Mapped[bool] = mapped_column(default=False)
    access: Mapped[Access] = mapped_column(default=Access.OPEN)
    note: Mapped[str | None]
    gone_at: Mapped[datetime | None]

    names: Mapped[list[SourceName]] = relationship(
        lazy="raise", viewonly=True, order_by=SourceName.position
    )
    external_ids: Mapped[list[SourceExternalId]] = relationship(
        lazy="raise", viewonly=True, order_by=SourceExternalId.position
    )
    aliases: Mapped[list[SourceAlias]] = relationship(
        lazy="raise", viewonly=True, order_by=SourceAlias.position
    )

    @property
    def url_aliases(self) -> list[str]:
        """The other addresses, as their texts."""
        return [alias.url for alias in self.aliases]
