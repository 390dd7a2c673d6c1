"""What every embedder does: it turns texts into vectors that are near where meanings are."""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from app.foundation.refusal import Refusal

LONGEST: Final = 2000
"""How many characters of a passage are read: what a model of 512 tokens sees at once, or so."""
LONGEST_QUERY: Final = 600
"""How many characters of a query are read; somebody waits for it."""
_UNREADABLE: Final = dict.fromkeys([0, *range(0xD800, 0xE000)], " ")
Vector: TypeAlias = Sequence[float]


class EmbedderAway(Refusal):
    """The model doesn't answer, or not with what it should: later, it may."""


class Unreadable(Exception):
    """The model can make nothing of one of these texts."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model. Vectors of two models are never compared."""

    name: str
    version: str
    dimensions: int

    def __str__(self) -> str:
        """Name it as people do."""
        return f"{self.name} {self.version}"


class Embedder(Protocol):
    """Turns texts into vectors of length one, whose inner product is their cosine.

    Models may read what is asked for otherwise than what is found. Both methods raise
    `EmbedderAway` or `Unreadable`.
    """

    @property
    def model(self) -> Model:
        """Name the model."""

    async def queries(self, texts: Sequence[str]) -> list[Vector]:
        """Read texts that others shall be near to."""

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Read texts that are to be found; there may be time for it."""

    async def close(self) -> None:
        """Let go of whatever it holds."""


def readable(text: str, longest: int) -> str:
    """Cut a text to what is read of it, without what can't be written in UTF-8 or ends a string."""
    return text[:longest].translate(_UNREADABLE)


def unit(numbers: Iterable[float], dimensions: int) -> Vector:
    """Make a vector of length one. Raises `EmbedderAway` when these numbers aren't one."""
    vector = array("f", numbers)
    length = math.sqrt(math.fsum(number * number for number in vector))
    if len(vector) != dimensions:
        raise EmbedderAway(f"The model answers vectors of {len(vector)} dimensions")
    if not math.isfinite(length) or length == 0:
        raise EmbedderAway("The model answers what is no vector")
    return array("f", (number / length for number in vector))
