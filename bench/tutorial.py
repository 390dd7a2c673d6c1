"""The same endpoints as a good tutorial has it: FastAPI, SQLAlchemy's ORM, a response model.

One async session for each request, a connection for every client, `selectinload` for lists and
`joinedload` for what is one, the project's own schema as `response_model`. It is spared what would
make the comparison unfair: there is no authentication, no ETag, no log line, no metric, and no look
for inherited verdicts; and what it creates is in no change log and is not analysed for searching.
"""

import os
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from app.documents import statement as documents
from app.documents.pages import StatementPage
from app.foundation.ids import new_id
from app.tables.appearance import AppearanceMode, AppearanceRole
from app.tables.source import SourceKind
from bench.tutorial_models import WHOLE, Appearance, Source, Statement, table

_C = table("statement").c
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
    words, asked = table("statement_search"), func.plainto_tsquery("simple", q)
    score, marked = func.ts_rank(words.c.words, asked), func.ts_headline("simple", _C.text, asked)
    found = select(Statement, marked, score).join(words, words.c.statement_id == _C.id)
    wanted = found.where(words.c.words.op("@@")(asked), *_SEEN).options(*WHOLE)
    rows = await session.execute(wanted.order_by(score.desc()).limit(limit))
    names = ("statement", "highlight", "score")
    return {"items": [dict(zip(names, row, strict=True)) for row in rows]}


class NewSource(BaseModel):
    """A source to record."""

    kind: SourceKind
    name: str
    url: str


class NewAppearance(BaseModel):
    """An appearance to record, with its source."""

    key: str
    parent_key: str | None = None
    role: AppearanceRole
    mode: AppearanceMode
    source: NewSource


class NewStatement(BaseModel):
    """A statement to record."""

    text: str
    language: str
    speaker_id: UUID
    said_on: str
    appearances: list[NewAppearance]


@app.post("/v1/statements", response_model=documents.Statement, status_code=201)
async def create_statement(new: NewStatement, session: Session) -> Statement:
    """Record a statement with its sources."""
    row = Statement(
        id=new_id(), **new.model_dump(exclude={"appearances"}), speaker_is_anonymous=False,
        kind="factual", utterance="quote", checkability_state="undecided", state="captured",
        visibility="public", origin="human", revision=1,
    )  # fmt: skip
    ids = {one.key: new_id() for one in new.appearances}
    for position, one in enumerate(new.appearances):
        source = Source(id=new_id(), **one.source.model_dump(), is_primary=False, access="open")
        row.appearances.append(
            Appearance(
                id=ids[one.key], position=position, key=one.key, source_row=source,
                role=one.role, mode=one.mode, is_first_known=False, fidelity="unknown",
                parent_id=ids[one.parent_key] if one.parent_key else None, changed_facts=[],
            )
        )  # fmt: skip
    row_id: UUID = row.id  # type: ignore[attr-defined]
    session.add(row)
    await session.commit()
    session.expunge_all()
    return (await session.scalars(select(Statement).where(_C.id == row_id).options(*WHOLE))).one()
