"""Asking which statements are nearest in meaning, for whoever reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import (
    Float,
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import TableValuedAlias

from app.documents.shape import Column, View
from app.documents.statement import STATEMENT
from app.foundation.reads import Query, ReadPool, compiled
from app.meaning.choosing import Embedders
from app.meaning.embedder import Embedder, EmbedderAway, Model, Unreadable, Vector
from app.meaning.storing import halfvec
from app.tables.meaning import MeaningModel, StatementMeaning
from app.tables.statement import Statement

MOST_TEXTS: Final = 100
"""How many texts may be asked about at once."""
MOST_NEAREST: Final = 200
"""How many statements may be asked for, near to each."""
KEPT: Final = 5.0
"""Seconds for which it is known which models serve."""
PAUSE: Final = 5.0
"""Seconds for which a model that didn't answer isn't asked again."""
_LOG = structlog.get_logger("onrecord.meaning")


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as one model reads them: `model` names it, and the rest is for asking on."""

    model: Model
    number: int
    vectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A statement, and the cosine of its meaning and that of what was asked: 1 is the same."""

    id: UUID
    cosine: float


@dataclass(frozen=True, slots=True)
class Serving:
    """A model of which there are vectors; of all statements, if it is ready."""

    number: int
    model: Model
    is_ready: bool


class Meaning:
    """What texts mean, compared with what statements mean."""

    def __init__(self, reads: ReadPool, embedders: Embedders) -> None:
        """Ask over these connections, by these embedders; there may be none."""
        self._reads = reads
        self.embedders = embedders
        self._models: list[Serving] = []
        self._looked_at = float("-inf")
        self._away: dict[Model, float] = {}

    def forget(self) -> None:
        """Look anew which models serve, the next time."""
        self._looked_at = float("-inf")

    async def read(self, texts: Sequence[str]) -> Read | None:
        """Read up to `MOST_TEXTS` texts, all at once; None where no model can.

        Who gets None goes on without: there is no model, its vectors can't be kept, or it is away.
        """
        if len(texts) > MOST_TEXTS:
            raise ValueError(f"No more than {MOST_TEXTS} texts are read at once")
        if self.embedders.wanted is None:
            return None
        for serving in await self._in_turn():
            embedder = self.embedders.of(serving.model)
            vectors = None if embedder is None else await self._vectors(embedder, texts)
            if vectors is not None:
                return Read(serving.model, serving.number, tuple(map(_written, vectors)))
        return None

    async def nearest(
        self, read: Read, view: View, viewer: UUID | None, *, most: int
    ) -> list[list[Near]]:
        """Find up to `most` statements that the viewer may see, near to each text, nearest first.

        Very few may be missed, as HNSW searches: see `hnsw.ef_search` of pgvector.
        """
        query = _nearest(read.number, read.model.dimensions, view)
        values = {"vectors": read.vectors, "viewer": viewer, "most": min(most, MOST_NEAREST)}
        found: list[list[Near]] = [[] for _ in read.vectors]
        for row in await self._reads.rows(query, values):
            found[row["no"] - 1].append(Near(row["statement_id"], row["cosine"]))
        return found

    async def cosines(
        self, read: Read, pairs: Sequence[tuple[int, UUID]]
    ) -> dict[tuple[int, UUID], float]:
        """Give the cosines of texts, by their place, and statements.

        Who may see a statement isn't asked here. One that isn't embedded yet has none.
        """
        query = _cosines(read.number, read.model.dimensions)
        places, ids = [place + 1 for place, _ in pairs], [one for _, one in pairs]
        values = {"vectors": read.vectors, "places": places, "ids": ids}
        rows = await self._reads.rows(query, values) if pairs else []
        return {(row["no"] - 1, row["statement_id"]): row["cosine"] for row in rows}

    async def _in_turn(self) -> list[Serving]:
        """Give the models that may be asked: the one that is wanted first, if it is ready."""
        if self._looked_at + KEPT < monotonic():
            rows = await self._reads.rows(_MODELS, {})
            self._models = [Serving(row[0], Model(*row[1:4]), row["is_ready"]) for row in rows]
            self._looked_at = monotonic()
        wanted = self.embedders.wanted and self.embedders.wanted.model
        return sorted(self._models, key=lambda one: (not one.is_ready, one.model != wanted))

    async def _vectors(self, embedder: Embedder, texts: Sequence[str]) -> list[Vector] | None:
        """Ask a model, unless it didn't answer a moment ago."""
        if self._away.get(embedder.model, 0) > monotonic():
            return None
        try:
            read = await embedder.queries(texts)
        except (EmbedderAway, Unreadable) as error:
            _LOG.warning("nothing is found by meaning", why=str(error), model=str(embedder.model))
            if isinstance(error, EmbedderAway):
                self._away[embedder.model] = monotonic() + PAUSE
            return None
        return read


def _written(vector: Vector) -> str:
    """Write a vector as PostgreSQL reads it."""
    return "[" + ",".join(f"{number:.7g}" for number in vector) + "]"


_MODELS = compiled(
    select(
        MeaningModel.id,
        MeaningModel.name,
        MeaningModel.version,
        MeaningModel.dimensions,
        MeaningModel.ready_at.is_not(None).label("is_ready"),
    ).order_by(MeaningModel.ready_at.desc().nulls_last(), MeaningModel.id.desc())
)


def _asked() -> TableValuedAlias:
    """Select the vectors that are asked for, numbered from 1."""
    given = func.unnest(bindparam("vectors", type_=ARRAY(Text())))
    return given.table_valued("vector", with_ordinality="no").render_derived(name="asked")


def _distance(dimensions: int) -> Column:
    """Give the cosine distance of what is kept and what is asked, as the index has it."""
    kept: Column = literal_column(f"statement_meaning.vector::{halfvec(dimensions)}")
    asked: Column = literal_column(f"asked.vector::{halfvec(dimensions)}")
    return kept.op("<=>", return_type=Float())(asked)


@cache
def _nearest(number: int, dimensions: int, view: View) -> Query:
    """Compile the SELECT of what is nearest to each vector, of a model, that a view shows."""
    asked = _asked()
    distance = _distance(dimensions)
    near = (
        select(StatementMeaning.statement_id, distance.label("distance"))
        .join(Statement, Statement.id == StatementMeaning.statement_id)
        .where(StatementMeaning.model_id == number, StatementMeaning.vector.is_not(None))
        .where(STATEMENT.visible(view), Statement.archived_at.is_(None))
        .order_by(distance)
        .limit(bindparam("most", type_=Integer()))
        .lateral("near")
    )
    found = select(asked.c.no, near.c.statement_id, _cosine(near.c.distance))
    rows = found.select_from(asked.join(near, true()))
    return compiled(rows.order_by(asked.c.no, near.c.distance, near.c.statement_id))


@cache
def _cosines(number: int, dimensions: int) -> Query:
    """Compile the SELECT of the cosines of vectors and statements."""
    asked = _asked()
    given = func.unnest(
        bindparam("places", type_=ARRAY(Integer())), bindparam("ids", type_=ARRAY(Uuid()))
    )
    pairs = given.table_valued("place", "id", name="pairs").render_derived()
    cosine = _cosine(_distance(dimensions))
    rows: Select[Any] = select(asked.c.no, StatementMeaning.statement_id, cosine)
    return compiled(
        rows.select_from(pairs)
        .join(asked, asked.c.no == pairs.c.place)
        .join(StatementMeaning, StatementMeaning.statement_id == pairs.c.id)
        .where(StatementMeaning.model_id == number, StatementMeaning.vector.is_not(None))
    )


def _cosine(distance: Column) -> Column:
    return (cast(literal_column("1"), Float()) - distance).label("cosine")
