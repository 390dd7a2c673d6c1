"""Organisations: the newsrooms that check facts, with the scales they rate on."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.tables.rating import CheckType
from app.tables.record import Base, CountryCode, LanguageTag, Record

GATE = ("minimum_evidence", "minimum_publishers", "primary_source", "second_person")


class DefaultScale(Base):
    """The scale on which an organisation rates verdicts of a check type, where it chose one."""

    __tablename__ = "default_scale"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    check_type: Mapped[CheckType] = mapped_column(primary_key=True)
    scale_id: Mapped[UUID] = mapped_column(ForeignKey("rating_scale.id"))


class Organization(Record):
    """A fact-checking newsroom: it owns verdicts, scales and keys.

    One that is imported has published elsewhere: what it found came here by an import, it has no
    keys, and nobody works for it here. What a verdict of its own must have before it is published
    are the columns of its gate.
    """

    __tablename__ = "organization"
    __constraints__ = (
        CheckConstraint("name <> ''", name="has_name"),
        CheckConstraint(
            "minimum_evidence BETWEEN 0 AND 200 AND minimum_publishers BETWEEN 0 AND 200",
            name="asks_for_what_can_be_given",
        ),
        CheckConstraint("correction_days BETWEEN 1 AND 90", name="answers_in_time"),
    )

    name: Mapped[str]
    url: Mapped[str | None]
    description: Mapped[str | None]
    country: Mapped[CountryCode | None]
    language: Mapped[LanguageTag | None]
    minimum_evidence: Mapped[int] = mapped_column(default=1, server_default="1")
    minimum_publishers: Mapped[int] = mapped_column(default=2, server_default="2")
    primary_source: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    second_person: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    escalation_url: Mapped[str | None]
    correction_days: Mapped[int] = mapped_column(default=7, server_default="7")

    is_imported: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    default_scales: Mapped[list[DefaultScale]] = relationship(
        lazy="raise", viewonly=True, order_by=DefaultScale.check_type
    )

    @property
    def gate(self) -> dict[str, int | bool]:
        """What a verdict must have before it is published."""
        return {name: getattr(self, name) for name in GATE}
