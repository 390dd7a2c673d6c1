"""The tutorial's models: classes over the project's tables, and how a document is loaded."""

from typing import Any, ClassVar

from sqlalchemy import and_
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, relationship, selectinload

from app import tables
from app.documents.statement import ADVISED
from app.tables.source import Access


class Base(DeclarativeBase):
    """The root of the tutorial's models, over the project's tables."""

    metadata = tables.metadata


def table(name: str) -> Any:  # noqa: ANN401 -- what `__table__` takes
    """Give a table of the project."""
    return tables.metadata.tables[name]


def _text_of(number: str) -> property:
    return property(lambda row: None if getattr(row, number) is None else str(getattr(row, number)))


class Organization(Base):
    """An organisation."""

    __table__ = table("organization")


class Scale(Base):
    """A rating scale."""

    __table__ = table("rating_scale")


class Rating(Base):
    """A rating of a scale."""

    __table__ = table("rating")
    scale_row: Mapped[Scale] = relationship()


class VerdictVersion(Base):
    """A version of a verdict."""

    __table__ = table("verdict_version")
    rating_row: Mapped[Rating] = relationship()

    @property
    def rating(self) -> dict[str, Any]:
        """Its rating, labelled in its language where there is such a label."""
        row: Any = self.rating_row
        language: str = self.language  # type: ignore[attr-defined]
        return {
            "scale": row.scale_row.key,
            "key": row.key,
            "label": row.labels.get(language) or row.labels["en"],
            "normalized": row.normalized,
            "ordinal": row.ordinal,
        }


class Verdict(Base):
    """A verdict, as its version that is out has it."""

    __table__ = table("verdict")
    organization: Mapped[Organization] = relationship()
    out: Mapped[VerdictVersion] = relationship(
        primaryjoin=table("verdict_version").c.id == table("verdict").c.public_id,
        foreign_keys=table("verdict").c.public_id,
        viewonly=True,
    )
    rating = association_proxy("out", "rating")
    headline = association_proxy("out", "headline")
    summary = association_proxy("out", "summary")
    language = association_proxy("out", "language")
    url = association_proxy("out", "url")


class ExternalId(Base):
    """A speaker's identifier elsewhere."""

    __table__ = table("speaker_external_id")


class Speaker(Base):
    """A speaker."""

    __table__ = table("speaker")
    ids: Mapped[list[ExternalId]] = relationship(order_by=table("speaker_external_id").c.position)

    @property
    def wikidata_id(self) -> str | None:
        """The identifier in Wikidata."""
        rows: list[Any] = self.ids
        return next((row.value for row in rows if row.scheme == "wikidata"), None)


class Source(Base):
    """A source, with its publisher."""

    __table__ = table("source")
    publisher: Mapped["Source | None"] = relationship(remote_side=table("source").c.id)


class Appearance(Base):
    """An appearance; what is confidential is blanked."""

    __table__ = table("appearance")
    source_row: Mapped[Source] = relationship()

    @property
    def source(self) -> object:
        """Its source, or what everybody may know of it."""
        row: Any = self.source_row
        if row.access != Access.CONFIDENTIAL:
            return row
        shown = {"id": row.id, "kind": row.kind, "access": row.access, "is_primary": False}
        return dict.fromkeys(("name", "url", "published_on", "publisher")) | shown


class Measure(Base):
    """A measure."""

    __table__ = table("measure")


class Quantity(Base):
    """A quantity."""

    __table__ = table("quantity")
    number = table("quantity").c.value
    lowest = table("quantity").c.low
    highest = table("quantity").c.high
    value, low, high = _text_of("number"), _text_of("lowest"), _text_of("highest")
    measure_row: Mapped[Measure] = relationship()
    measure = association_proxy("measure_row", "key")


class Translation(Base):
    """A translation."""

    __table__ = table("translation")


class Topic(Base):
    """A topic."""

    __table__ = table("topic")


class Statement(Base):
    """A statement with all that its document shows."""

    __table__ = table("statement")
    recorder = table("statement").c.created_by
    speaker: Mapped[Speaker | None] = relationship()
    translations: Mapped[list[Translation]] = relationship(order_by=table("translation").c.position)
    quantities: Mapped[list[Quantity]] = relationship(order_by=table("quantity").c.position)
    appearances: Mapped[list[Appearance]] = relationship(order_by=table("appearance").c.position)
    topics: Mapped[list[Topic]] = relationship(
        secondary=table("statement_topic"), order_by=table("statement_topic").c.position
    )
    verdicts: Mapped[list[Verdict]] = relationship(
        primaryjoin=and_(
            table("statement").c.id == table("verdict").c.statement_id,
            table("verdict").c.archived_at.is_(None),
            table("verdict").c.public_id.is_not(None),
        ),
        order_by=(table("verdict").c.published_at, table("verdict").c.id),
    )
    created_by = None
    inherited_verdicts: ClassVar[list[object]] = []

    @property
    def place(self) -> dict[str, str | None] | None:
        """Where it was said."""
        row: Any = self
        if row.place_name is None and row.place_country is None:
            return None
        return {"name": row.place_name, "country": row.place_country}

    @property
    def checkability(self) -> dict[str, Any]:
        """Whether it can be checked."""
        row: Any = self
        return {"state": row.checkability_state, "reason": row.checkability_reason}

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What could be better."""
        summary: str = self.summary or ""  # type: ignore[attr-defined]
        detail = f"ClaimReview advises fewer than {ADVISED + 1} characters"
        advice = {"pointer": "/summary", "code": "long", "detail": detail}
        return [advice] if len(summary) > ADVISED else []


WHOLE = (
    joinedload(Statement.speaker).selectinload(Speaker.ids),
    selectinload(Statement.translations),
    selectinload(Statement.quantities).joinedload(Quantity.measure_row),
    selectinload(Statement.appearances)
    .joinedload(Appearance.source_row)
    .joinedload(Source.publisher),
    selectinload(Statement.topics),
    selectinload(Statement.verdicts).options(
        joinedload(Verdict.organization),
        joinedload(Verdict.out).joinedload(VerdictVersion.rating_row).joinedload(Rating.scale_row),
    ),
)
