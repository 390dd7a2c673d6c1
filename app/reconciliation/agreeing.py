"""What is known of something besides its name, and whether what an entity says agrees with it.

What a query tells is read once, however many candidates are compared with it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import normalize

from app.figures import places
from app.foundation.dates import real_date
from app.reconciliation.entities import Entity
from app.reconciliation.properties import Property, known, references
from app.reconciliation.schemas import GivenProperty

_NARROWED: Final = frozenset({"language", "published_on"})
"""The properties whose values are said more or less precisely: `fr` and `fr-CA`, `2022-09`."""
_DATE: Final = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:[T ].*)?")


@dataclass(frozen=True, slots=True)
class Clue:
    """What a property of a query tells: its texts as they are compared, each once."""

    of: Property
    texts: frozenset[str]
    wider: frozenset[str]
    """What those texts are a narrower word for."""
    schemes: frozenset[str]
    """The registers that gave the identifiers among them."""

    @property
    def is_identifier(self) -> bool:
        """Say whether it is an identifier in a register."""
        return bool(self.schemes)

    def agrees(self, values: Iterable[str]) -> bool:
        """Say whether any of the values of an entity is one of those given."""
        return any(
            one in self.texts
            or one in self.wider
            or not self.texts.isdisjoint(_wider(self.of, one))
            for one in (_folded(self.of.id, value) for value in values)
        )

    def is_denied(self, values: Sequence[str]) -> bool:
        """Say whether values that don't agree tell anything: those of another register don't."""
        if self.of.id == "external_id":
            return any(value.partition(":")[0] in self.schemes for value in values)
        return self.of.tells and bool(values and self.texts)


def clue(given: GivenProperty) -> Clue | None:
    """Read what a query tells under a property."""
    of, texts = known(given.pid), given.texts()
    if of is None:
        return None
    folded = frozenset(_folded(of.id, text) for text in texts) - {""}
    wider = frozenset(one for text in folded for one in _wider(of, text))
    return Clue(of, folded, wider, frozenset(one for one, _ in references(of.id, texts)))


def said(of: Property, entity: Entity) -> list[str]:
    """Give what an entity says under a property as texts: of another entity, its id and name."""
    return [text for value in of.read(entity) for text in _written(value)]


def country(text: str) -> str | None:
    """Read a country by its code, or by what it is called in English; any two letters are one."""
    upper = text.strip().upper()
    return places.country(text) or (upper if len(upper) == len("XK") else None)


def plain(text: str) -> str:
    """Write a name so that it compares equal however it is typed: case, width and spaces aside."""
    return " ".join(normalize("NFKC", text).casefold().split())


def _written(value: Any) -> Iterator[str]:  # noqa: ANN401 - a value of whatever property.
    if isinstance(value, dict):
        yield from (str(part) for part in value.values() if part is not None)
    else:
        yield str(value)


def _folded(pid: str, text: str) -> str:
    """Write a text as it is compared under a property; empty where it says nothing there."""
    if pid == "country":
        return country(text) or ""
    if pid == "published_on":
        return _day(text)
    identified = references(pid, [text])
    return ":".join(identified[0]) if identified else plain(text)


def _day(text: str) -> str:
    found = _DATE.fullmatch(text)
    try:
        return real_date(found[1]) if found else ""
    except ValueError:
        return ""


def _wider(of: Property, text: str) -> Iterator[str]:
    """Give the wider words for one that is narrow: of `2022-09-27`, `2022-09` and `2022`."""
    parts = text.split("-") if of.id in _NARROWED else []
    return ("-".join(parts[:end]) for end in range(1, len(parts)))
