"""Speakers: who asserts."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.tables.names import ExternalId, OtherName
from app.tables.record import CountryCode, Part, PartialDate, Record


class SpeakerKind(StrEnum):
    """What a speaker is."""

    PERSON = "person"
    ORGANIZATION = "organization"
    OFFICE = "office"
    GROUP = "group"
    UNKNOWN = "unknown"


class SpeakerName(OtherName):
    """Another name of a speaker."""

    __tablename__ = "speaker_name"

    speaker_id: Mapped[UUID] = mapped_column(ForeignKey("speaker.id"), index=True)


class SpeakerExternalId(ExternalId):
    """A speaker's identifier in somebody else's register."""

    __tablename__ = "speaker_external_id"
    __table_args__ = (UniqueConstraint("scheme", "value"),)

    speaker_id: Mapped[UUID] = mapped_column(ForeignKey("speaker.id"), index=True)


class Affiliation(Part):
    """A role that a speaker has, or had, in an organisation."""

    __tablename__ = "affiliation"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(organization_id, organization_name) = 1", name="names_one_organization"
        ),
        CheckConstraint(
            "partial_date_first(since) <= partial_date_last(until)", name="is_a_period"
        ),
    )

    speaker_id: Mapped[UUID] = mapped_column(ForeignKey("speaker.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("speaker.id"), index=True)
    organization_name: Mapped[str | None]
    role: Mapped[str | None]
    since: Mapped[PartialDate | None]
    until: Mapped[PartialDate | None]
    acting: Mapped[bool] = mapped_column(default=False)


class Speaker(Record):
    """Who asserted something: a person, an organisation, an office, a group."""

    __tablename__ = "speaker"
    __constraints__ = (
        CheckConstraint("name <> ''", name="has_name"),
        CheckConstraint("merged_into_id <> id", name="is_not_merged_into_itself"),
        Index("ix_speaker_name", "name", "id"),
        Index("ix_speaker_created_at", "created_at", "id"),
    )

    kind: Mapped[SpeakerKind]
    name: Mapped[str]
    description: Mapped[str | None]
    country: Mapped[CountryCode | None]
    image_url: Mapped[str | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("speaker.id"), index=True)

    names: Mapped[list[SpeakerName]] = relationship(
        lazy="raise", viewonly=True, order_by=SpeakerName.position
    )
    external_ids: Mapped[list[SpeakerExternalId]] = relationship(
        lazy="raise", viewonly=True, order_by=SpeakerExternalId.position
    )
    affiliations: Mapped[list[Affiliation]] = relationship(
        lazy="raise",
        viewonly=True,
        order_by=Affiliation.position,
        foreign_keys=Affiliation.speaker_id,
    )
