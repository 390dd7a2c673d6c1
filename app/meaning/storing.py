"""The SQL that writes vectors down: whose are due, which model makes them, and where they are kept.

Nobody who changes a statement waits for a vector. Who makes one takes what is due in a short
transaction, embeds in none, and writes in another; what others hold at that moment is left for the
next look.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.meaning.embedder import Model, Vector
from app.tables.meaning import VECTORS, MeaningDue, MeaningModel, StatementMeaning
from app.tables.record import core
from app.tables.statement import Statement

OLDEST: Final = (0, 8)
"""The oldest pgvector that goes on looking where a filter has left too few."""
LEASE: Final = timedelta(minutes=1)
"""For how long who takes something may keep it."""
GRACE: Final = timedelta(seconds=30)
"""After how long everybody knows that another model serves."""
SLICE: Final = 5000
"""How many vectors are deleted at once."""
_VERSION = text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
_AT_LEISURE = text("SET LOCAL statement_timeout = 0")
_IMPATIENT = text("SET LOCAL lock_timeout = '2s'")


@dataclass(frozen=True, slots=True)
class Taken:
    """A statement whose vector is due: what is to be embedded, and the note that was taken.

    What is archived has nothing to embed; of what reads as it did, the digest is the one before.
    """

    statement_id: UUID
    note: int
    passage: str | None
    digest_before: bytes | None

    @property
    def digest(self) -> bytes:
        """Give the digest of what is to be embedded."""
        return hashlib.blake2b((self.passage or "").encode(), digest_size=16).digest()

    @property
    def is_new(self) -> bool:
        """Say whether there is something to embed that wasn't embedded before."""
        return self.passage is not None and self.digest != self.digest_before


def can_keep(session: Session) -> bool:
    """Say whether the database has a pgvector that is new enough."""
    found = session.scalar(_VERSION)
    return found is not None and tuple(map(int, found.split(".")[:2])) >= OLDEST


def register(session: Session, model: Model) -> int:
    """Give the number of a model; of a new one, make the index, and have all statements due."""
    known = {
        "name": model.name, "version": model.version, "dimensions": model.dimensions,
    }  # fmt: skip
    found = session.scalar(select(MeaningModel.id).filter_by(**known))
    if found is not None:
        return int(found)
    session.execute(_AT_LEISURE)
    made = upsert(core(MeaningModel)).values(**known).on_conflict_do_nothing()
    number = session.scalar(made.returning(MeaningModel.id))
    if number is None:
        return session.scalars(select(MeaningModel.id).filter_by(**known)).one()
    session.execute(text(index_of(number, model.dimensions)))
    session.execute(_missing(number))
    return int(number)


def is_known(session: Session, number: int) -> bool:
    """Say whether a model is still there; who makes another serve drops those before it."""
    return session.get(MeaningModel, number) is not None


def halfvec(dimensions: int) -> str:
    """Name the type as which vectors are compared: half as long, and as good."""
    return f"halfvec({dimensions:d})"


def index_of(number: int, dimensions: int) -> str:
    """Write the index of a model's vectors. Who writes vectors waits for it, and nobody else."""
    return (
        f"CREATE INDEX {_index_name(number)} ON statement_meaning"
        f" USING hnsw ((vector::{halfvec(dimensions)}) halfvec_cosine_ops)"
        f" WHERE model_id = {number:d}::smallint"
    )


def _index_name(number: int) -> str:
    return f"{VECTORS}{number:d}"


def take(session: Session, model_id: int, most: int) -> list[Taken]:
    """Take some of what is due, what changed last first; others leave it alone for a while."""
    is_free = or_(MeaningDue.taken_until.is_(None), MeaningDue.taken_until < func.now())
    first = select(MeaningDue.statement_id).where(is_free).order_by(MeaningDue.note.desc())
    held = first.limit(most).with_for_update(skip_locked=True)
    locked = held.cte("locked").prefix_with("MATERIALIZED")
    taken = (
        update(core(MeaningDue))
        .where(MeaningDue.statement_id.in_(select(locked.c.statement_id)))
        .values(taken_until=func.now() + LEASE)
        .returning(MeaningDue.statement_id, MeaningDue.note)
    )
    notes = {row.statement_id: row.note for row in session.execute(taken)}
    return _read(session, model_id, notes)


def _read(session: Session, model_id: int, notes: dict[UUID, int]) -> list[Taken]:
    """Read what is to be embedded of statements: their words, and what sums them up."""
    wanted = (
        select(
            Statement.id,
            Statement.text,
            Statement.summary,
            Statement.archived_at,
            StatementMeaning.digest,
        )
        .outerjoin(
            StatementMeaning,
            (StatementMeaning.statement_id == Statement.id)
            & (StatementMeaning.model_id == model_id),
        )
        .where(Statement.id.in_(notes))
    )
    return [
        Taken(one, notes[one], passage(words, summary) if archived is None else None, digest)
        for one, words, summary, archived, digest in session.execute(wanted)
    ]


def passage(words: str, summary: str | None) -> str:
    """Put together what is embedded of a statement."""
    return f"{words}\n{summary}" if summary else words


def keep(session: Session, model_id: int, done: Iterable[tuple[Taken, Vector | None]]) -> int:
    """Write vectors down, of statements that haven't changed meanwhile; give how many were done."""
    by_id = {taken.statement_id: (taken, vector) for taken, vector in done}
    mine = set(session.scalars(_forget([taken for taken, _ in by_id.values()])))
    finished = [by_id[one] for one in sorted(mine)]
    made = [(taken, vector) for taken, vector in finished if taken.is_new]
    gone = [taken.statement_id for taken, _ in finished if taken.passage is None]
    if gone:
        session.execute(delete(StatementMeaning).where(StatementMeaning.statement_id.in_(gone)))
    for taken, _ in made:
        session.execute(_outdated(taken, model_id))
    if made:
        session.execute(_KEEP, [_row(model_id, taken, vector) for taken, vector in made])
    return len(mine)


def _forget(done: Sequence[Taken]) -> Any:  # noqa: ANN401 - a DELETE of SQLAlchemy's.
    """Delete what is done of what is due, but for what others hold, or have noted anew."""
    notes = [taken.note for taken in done]
    held = select(MeaningDue.note).where(MeaningDue.note.in_(notes))
    locked = held.with_for_update(skip_locked=True).cte("locked").prefix_with("MATERIALIZED")
    forgotten = delete(MeaningDue).where(MeaningDue.note.in_(select(locked.c.note)))
    return forgotten.returning(MeaningDue.statement_id)


def _outdated(taken: Taken, model_id: int) -> Any:  # noqa: ANN401 - a DELETE of SQLAlchemy's.
    """Delete what other models made of words that have changed since."""
    return delete(StatementMeaning).where(
        StatementMeaning.statement_id == taken.statement_id,
        StatementMeaning.model_id != model_id,
        StatementMeaning.digest != taken.digest,
    )


def _row(model_id: int, taken: Taken, vector: Vector | None) -> dict[str, Any]:
    return {
        "statement_id": taken.statement_id,
        "model_id": model_id,
        "digest": taken.digest,
        "vector": None if vector is None else list(vector),
    }


def complete(session: Session, model_id: int) -> bool:
    """Have due what has no vector of a model; say whether there is nothing, and then note that."""
    session.execute(_AT_LEISURE)
    session.execute(_missing(model_id))
    if left(session):
        return False
    of_it = (MeaningModel.id == model_id) & MeaningModel.ready_at.is_(None)
    session.execute(update(core(MeaningModel)).where(of_it).values(ready_at=func.now()))
    return True


def left(session: Session) -> int:
    """Count what is due."""
    return session.scalar(select(func.count()).select_from(MeaningDue)) or 0


def _missing(model_id: int) -> Any:  # noqa: ANN401 - an INSERT of SQLAlchemy's.
    has_one = (
        select(StatementMeaning.statement_id)
        .where(StatementMeaning.statement_id == Statement.id)
        .where(StatementMeaning.model_id == model_id)
        .exists()
    )
    without = select(Statement.id).where(Statement.archived_at.is_(None), ~has_one)
    due = upsert(core(MeaningDue)).from_select(["statement_id"], without.order_by(Statement.id))
    return due.on_conflict_do_nothing()


def superseded(session: Session, model_id: int) -> list[int]:
    """Number the models that aren't needed any more, once this one has served for a while."""
    serves = MeaningModel.ready_at < func.now() - GRACE
    is_serving = select(MeaningModel.id).where(MeaningModel.id == model_id, serves).exists()
    others = select(MeaningModel.id).where(MeaningModel.id != model_id, is_serving)
    return list(session.scalars(others))


def drop(session: Session, number: int) -> bool:
    """Drop some of a model's vectors, or at last the model; say whether it is gone.

    Raises when somebody reads the index for longer than one may wait: others would wait behind.
    """
    session.execute(_IMPATIENT)
    some = select(StatementMeaning.statement_id).where(StatementMeaning.model_id == number)
    of_it = StatementMeaning.model_id == number
    chosen = some.limit(SLICE).scalar_subquery()
    gone = session.execute(
        delete(StatementMeaning)
        .where(of_it, StatementMeaning.statement_id.in_(chosen))
        .returning(StatementMeaning.statement_id)
    )
    if gone.first() is not None:
        return False
    session.execute(text(f"DROP INDEX IF EXISTS {_index_name(number)}"))
    session.execute(delete(MeaningModel).where(MeaningModel.id == number))
    return True


_ADDED = upsert(core(StatementMeaning))
_KEEP = _ADDED.on_conflict_do_update(
    index_elements=["statement_id", "model_id"],
    set_={"digest": _ADDED.excluded.digest, "vector": _ADDED.excluded.vector},
)
