"""Organisations: the newsrooms that check facts, with the scales they rate on."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.tables.rating import CheckType
from app.tables.record import Base, CountryCode, LanguageTag, Record


class DefaultScale(Base):
    """The scale on which an organisation rates verdicts of a check type, where it chose one."""

    __tablename__ = "default_scale"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    check_type: Mapped[CheckType] = mapped_column(primary_key=True)
    scale_id: Mapped[UUID] = mapped_column(ForeignKey("rating_scale.id"))


class Organization(Record):
    """A fact-checking newsroom: it owns verdicts, scales and keys."""

    __tablename__ = "organization"
    __constraints__ = (CheckConstraint("name <> ''", name="has_name"),)

    name: Mapped[str]
    url: Mapped[str | None]
    description: Mapped[str | None]
    country: Mapped[CountryCode | None]
    language: Mapped[LanguageTag | None]

    default_scales: Mapped[list[DefaultScale]] = relationship(
        lazy="raise", viewonly=True, order_by=DefaultScale.check_type
    )
