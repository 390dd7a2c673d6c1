"""Embedding all that is due at once, from the command line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from app.foundation.database import Database
from app.foundation.settings import Settings
from app.meaning import choosing
from app.meaning.choosing import Embedders
from app.meaning.upkeep import MeaningUpkeep


class Bar(Protocol):
    """Shows how far it is."""

    def update(self, n_steps: int) -> None:
        """Go on by so many."""


async def embed(
    settings: Settings, url: str, showing: Callable[..., AbstractContextManager[Bar]]
) -> str:
    """Embed all that is due, while a bar shows how far it is, and say how much that was.

    Raises a `Refusal`.
    """
    choosing.check(settings)
    embedders = Embedders(settings)
    database = Database(url, settings)
    try:
        upkeep = MeaningUpkeep(database, embedders, 0)
        await upkeep.refuse_unable()
        with showing(length=await upkeep.left()) as bar:
            done = await upkeep.look(bar.update)
        left = await upkeep.left()
    finally:
        await embedders.close()
        await database.close()
    said = f"Embedded {done:,} statements"
    return f"{said}; {left:,} are with another process, or with one that ended" if left else said
