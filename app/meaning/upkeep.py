"""Making the vectors that are due, in the background: any process that is there does it.

Nothing can be lost: what is due stands in the database. Who takes some of it and is killed leaves
it to others a minute later. A new model has everything due; until all of it is done, the one before
goes on serving, and then its vectors are dropped.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Final, TypeVar

import structlog
from sqlalchemy.orm import Session

from app.foundation import metrics
from app.foundation.database import Database
from app.foundation.pauses import looking
from app.foundation.refusal import Refusal
from app.meaning import storing
from app.meaning.choosing import Embedders
from app.meaning.embedder import Embedder, EmbedderAway, Model, Unreadable, Vector
from app.meaning.storing import Taken

BATCH: Final = 16
"""How many statements are embedded at once."""
PROBE: Final = "What was said, and whether it holds."
"""What every model can read."""
_LOG = structlog.get_logger("onrecord.meaning")
T = TypeVar("T")


class NothingEmbeds(Refusal):
    """There is nothing to embed statements with, or nowhere to keep vectors."""


class MeaningUpkeep:
    """Looks for statements to embed, for as long as the process runs."""

    def __init__(self, database: Database, embedders: Embedders, every: float) -> None:
        """Look every so many seconds; if that is 0, never: it is left to other processes."""
        self._database = database
        self._embedder = embedders.wanted
        self._every = every if self._embedder is not None else 0
        self._number: int | None = None
        self._is_told = self._is_complete = False

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look while this is open."""
        return looking(self.look, self._every, _failed)

    async def look(self, told: Callable[[int], None] | None = None) -> int:
        """Embed all that is due, and tell after each batch how much it was.

        Raises `EmbedderAway`.
        """
        if self._embedder is None or not await self._is_ready(self._embedder.model):
            return 0
        done, left = 0, await self.left()
        metrics.EMBEDDING_DUE.set(left)
        while taken := await self._within(self._take):
            vectors = await self._embedded(self._embedder, taken)
            kept = await self._within(partial(self._keep, list(zip(taken, vectors, strict=True))))
            done += kept
            metrics.EMBEDDING_DUE.set(max(0, left - done))
            if told is not None:
                told(kept)
        if done >= BATCH:
            _LOG.info("embedded", statements=done)
        await self._finish()
        metrics.EMBEDDING_DUE.set(await self.left())
        return done

    async def refuse_unable(self) -> None:
        """See that statements can be embedded. Raises `NothingEmbeds`."""
        if self._embedder is None:
            raise NothingEmbeds("There is no model: see ONRECORD_EMBEDDER in docs/settings.md")
        if not await self._is_ready(self._embedder.model):
            raise NothingEmbeds("The database has no pgvector of 0.8 or newer")

    async def left(self) -> int:
        """Count what is still to be embedded."""
        return await self._within(storing.left)

    async def _is_ready(self, model: Model) -> bool:
        """Say whether vectors can be kept; the first time, make the model known."""
        if self._number is not None:
            if await self._within(partial(storing.is_known, number=self._number)):
                return True
            return self._tell("another process has replaced the model")
        if not await self._within(storing.can_keep):
            return self._tell("the database has no pgvector of 0.8 or newer")
        self._number = await self._within(partial(storing.register, model=model))
        self._is_told = False
        return True

    def _tell(self, why: str) -> bool:
        """Say once why nothing is embedded."""
        if not self._is_told:
            _LOG.warning("nothing is embedded", why=why)
        self._is_told = True
        return False

    def _take(self, session: Session) -> list[Taken]:
        return storing.take(session, self._model_id, BATCH)

    def _keep(self, done: list[tuple[Taken, Vector | None]], session: Session) -> int:
        return storing.keep(session, self._model_id, done)

    @property
    def _model_id(self) -> int:
        assert self._number is not None  # noqa: S101 -- `_is_ready` came first
        return self._number

    async def _embedded(self, embedder: Embedder, taken: Sequence[Taken]) -> list[Vector | None]:
        """Embed what is new of what was taken; the rest gets none, and needs none."""
        texts = [one.passage for one in taken if one.is_new and one.passage is not None]
        vectors = iter(await _vectors(embedder, texts))
        return [next(vectors) if one.is_new else None for one in taken]

    async def _finish(self) -> None:
        """See whether all is done, once, and then drop the vectors of other models."""
        if not self._is_complete:
            complete = partial(storing.complete, model_id=self._model_id)
            self._is_complete = await self._within(complete)
        if self._is_complete:
            superseded = partial(storing.superseded, model_id=self._model_id)
            for number in await self._within(superseded):
                while not await self._within(partial(storing.drop, number=number)):
                    pass

    async def _within(self, work: Callable[[Session], T]) -> T:
        async with self._database.sessions.begin() as session:
            return await session.run_sync(work)


async def _vectors(embedder: Embedder, texts: Sequence[str]) -> list[Vector | None]:
    """Embed texts; where one can't be, each alone."""
    if not texts:
        return []
    try:
        return list(await embedder.passages(texts))
    except Unreadable:
        if len(texts) > 1:
            return [vector for one in texts for vector in await _vectors(embedder, [one])]
    return await _none(embedder)


async def _none(embedder: Embedder) -> list[Vector | None]:
    """Give no vector for a text that can't be read, once it is clear that others can be."""
    try:
        await embedder.passages([PROBE])
    except Unreadable as error:
        raise EmbedderAway(str(error)) from error
    return [None]


def _failed(error: Exception, in_a_row: int) -> None:
    why = str(error) if isinstance(error, EmbedderAway) else type(error).__name__
    _LOG.warning("meaning not kept up", why=why, in_a_row=in_a_row)
