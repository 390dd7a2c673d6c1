"""The same endpoints as a good tutorial has it: FastAPI, SQLAlchemy's ORM, a response model.

One async session for each request, a connection for every client, `selectinload` for lists and
`joinedload` for what is one, the project's own schema as `response_model`. It is spared what would
make the comparison unfair: there is no authentication, no ETag, no log line, no metric, and no look
for inherited verdicts.
"""

import os
from collections.abc import AsyncIterator
from typing import Annotated, Any, ClassVar
from uuid import UUID

import asyncpg
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import and_, func, select
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, relationship, selectinload

from app import tables
from app.documents import statement as documents
from app.documents.pages import StatementPage
from app.documents.statement import ADVISED
from app.tables.source import Access


class Base(DeclarativeBase):
    """The root of the tutorial's models, over the project's tables."""

    metadata = tables.metadata


def _table(name: str) -> Any:  # noqa: ANN401 -- what `__table__` takes
    return tables.metadata.tables[name]


def _text_of(number: str) -> property:
    return property(lambda row: None if getattr(row, number) is None else str(getattr(row, number)))


class Organization(Base):
    """An organisation."""

    __table__ = _table("organization")


class Scale(Base):
    """A rating scale."""

    __table__ = _table("rating_scale")


class Rating(Base):
    """A rating of a scale."""

    __table__ = _table("rating")
    scale_row: Mapped[Scale] = relationship()


class VerdictVersion(Base):
    """A version of a verdict."""

    __table__ = _table("verdict_version")
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

    __table__ = _table("verdict")
    organization: Mapped[Organization] = relationship()
    out: Mapped[VerdictVersion] = relationship(
        primaryjoin=_table("verdict_version").c.id == _table("verdict").c.public_id,
        foreign_keys=_table("verdict").c.public_id,
        viewonly=True,
    )
    rating = association_proxy("out", "rating")
    headline = association_proxy("out", "headline")
    summary = association_proxy("out", "summary")
    language = association_proxy("out", "language")
    url = association_proxy("out", "url")


class ExternalId(Base):
    """A speaker's identifier elsewhere."""

    __table__ = _table("speaker_external_id")


class Speaker(Base):
    """A speaker."""

    __table__ = _table("speaker")
    ids: Mapped[list[ExternalId]] = relationship(order_by=_table("speaker_external_id").c.position)

    @property
    def wikidata_id(self) -> str | None:
        """The identifier in Wikidata."""
        rows: list[Any] = self.ids
        return next((row.value for row in rows if row.scheme == "wikidata"), None)


class Source(Base):
    """A source, with its publisher."""

    __table__ = _table("source")
    publisher: Mapped["Source | None"] = relationship(remote_side=_table("source").c.id)


class Appearance(Base):
    """An appearance; what is confidential is blanked."""

    __table__ = _table("appearance")
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

    __table__ = _table("measure")


class Quantity(Base):
    """A quantity."""

    __table__ = _table("quantity")
    number = _table("quantity").c.value
    lowest = _table("quantity").c.low
    highest = _table("quantity").c.high
    value, low, high = _text_of("number"), _text_of("lowest"), _text_of("highest")
    measure_row: Mapped[Measure] = relationship()
    measure = association_proxy("measure_row", "key")


class Translation(Base):
    """A translation."""

    __table__ = _table("translation")


class Topic(Base):
    """A topic."""

    __table__ = _table("topic")


class Statement(Base):
    """A statement with all that its document shows."""

    __table__ = _table("statement")
    recorder = _table("statement").c.created_by
    speaker: Mapped[Speaker | None] = relationship()
    translations: Mapped[list[Translation]] = relationship(
        order_by=_table("translation").c.position
    )
    quantities: Mapped[list[Quantity]] = relationship(order_by=_table("quantity").c.position)
    appearances: Mapped[list[Appearance]] = relationship(order_by=_table("appearance").c.position)
    topics: Mapped[list[Topic]] = relationship(
        secondary=_table("statement_topic"), order_by=_table("statement_topic").c.position
    )
    verdicts: Mapped[list[Verdict]] = relationship(
        primaryjoin=and_(
            _table("statement").c.id == _table("verdict").c.statement_id,
            _table("verdict").c.archived_at.is_(None),
            _table("verdict").c.public_id.is_not(None),
        ),
        order_by=(_table("verdict").c.published_at, _table("verdict").c.id),
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
_C = _table("statement").c
_SEEN = (_C.visibility == "public", _C.archived_at.is_(None))

engine = create_async_engine(
    "postgresql+asyncpg://",
    async_creator=lambda: asyncpg.connect(os.environ["DATABASE_URL"]),
    pool_size=16,
    max_overflow=0,
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


async def _session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(_session)]


@app.get("/v1/statements/{statement_id}", response_model=documents.Statement)
async def get_statement(statement_id: UUID, session: Session) -> Statement:
    """Fetch a statement."""
    wanted = select(Statement).where(_C.id == statement_id, *_SEEN).options(*WHOLE)
    found = (await session.scalars(wanted)).first()
    if found is None:
        raise HTTPException(404)
    return found


@app.get("/v1/statements", response_model=StatementPage)
async def list_statements(speaker_id: UUID, limit: int, session: Session) -> dict[str, object]:
    """List a speaker's statements, the newest first; without a cursor."""
    wanted = select(Statement).where(_C.speaker_id == speaker_id, *_SEEN).options(*WHOLE)
    newest = wanted.order_by(_C.said_first.desc(), _C.id.desc()).limit(limit)
    return {"items": (await session.scalars(newest)).all(), "next": None}


class Found(BaseModel):
    """A statement that was found."""

    statement: documents.Statement
    highlight: str
    score: float


@app.get("/v1/search", response_model=dict[str, list[Found]])
async def search(q: str, limit: int, session: Session) -> dict[str, object]:
    """Find statements by words, ranking all that match."""
    table, asked = _table("statement_search"), func.plainto_tsquery("simple", q)
    score, marked = func.ts_rank(table.c.words, asked), func.ts_headline("simple", _C.text, asked)
    found = select(Statement, marked, score).join(table, table.c.statement_id == _C.id)
    wanted = found.where(table.c.words.op("@@")(asked), *_SEEN).options(*WHOLE)
    rows = await session.execute(wanted.order_by(score.desc()).limit(limit))
    names = ("statement", "highlight", "score")
    return {"items": [dict(zip(names, row, strict=True)) for row in rows]}
