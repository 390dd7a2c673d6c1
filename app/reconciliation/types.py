"""The types of what can be matched: speakers and sources, and their kinds as types below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from app.tables.source import OUTLETS, SourceKind
from app.tables.speaker import SpeakerKind

Json: TypeAlias = dict[str, Any]
Pairs: TypeAlias = frozenset[tuple[str, str]]
"""Collections with kinds: what a choice of types lets by."""
ANY, ALL, SHOULD = "any", "all", "should"


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type: what is in it, and the type right above it."""

    id: str
    name: str
    description: str
    pairs: Pairs
    above: str | None = None

    def brief(self) -> Json:
        """Show it with an entity."""
        return {"id": self.id, "name": self.name}

    def shown(self) -> Json:
        """Show it by itself."""
        above = [] if self.above is None else [TYPES[self.above].brief()]
        return self.brief() | {"description": self.description, "broader": above}


def _pairs(collection: str, kinds: Iterable[str]) -> Pairs:
    return frozenset((collection, str(kind)) for kind in kinds)


def _worded(kind: str) -> str:
    return "NGO" if kind == SourceKind.NGO else kind.replace("_", " ").capitalize()


_DOCUMENTS = [kind for kind in SourceKind if kind not in OUTLETS]
_BROAD = (
    EntityType("speaker", "Speaker", "Who said something.", _pairs("speakers", SpeakerKind)),
    EntityType("source", "Source", "Where it can be looked up.", _pairs("sources", SourceKind)),
    EntityType("outlet", "Outlet", "Who publishes.", _pairs("sources", OUTLETS), "source"),
    EntityType(
        "document", "Document", "What is published.", _pairs("sources", _DOCUMENTS), "source"
    ),
)
_NARROW = (
    *((f"speaker.{kind}", kind, "speakers", "speaker") for kind in SpeakerKind),
    *(
        (f"source.{kind}", kind, "sources", "outlet" if kind in OUTLETS else "document")
        for kind in SourceKind
    ),
)
TYPES: Final[dict[str, EntityType]] = {one.id: one for one in _BROAD} | {
    name: EntityType(name, _worded(kind), f"A kind of {above}.", _pairs(of, [kind]), above)
    for name, kind, of, above in _NARROW
}
EVERYTHING: Final[Pairs] = TYPES["speaker"].pairs | TYPES["source"].pairs
DEFAULT: Final = (
    "speaker",
    "speaker.person",
    "speaker.organization",
    "source",
    "outlet",
    "document",
)


def type_of(collection: str, kind: str) -> EntityType:
    """Give the narrowest type of something."""
    return TYPES[f"{collection.removesuffix('s')}.{kind}"]


def types_of(collection: str, kind: str) -> list[Json]:
    """Show all types of something, the narrowest first."""
    found, one = [], TYPES.get(f"{collection.removesuffix('s')}.{kind}")
    while one is not None:
        found.append(one.brief())
        one = TYPES.get(one.above or "")
    return found


def let_by(types: Sequence[str], strict: str = ANY) -> Pairs:
    """Say what a choice of types lets by: what is in any of them, or in all.

    With `should`, and without a type, that is everything.
    """
    if not types or strict == SHOULD:
        return EVERYTHING
    chosen = [TYPES[one].pairs for one in types]
    return frozenset.intersection(*chosen) if strict == ALL else frozenset().union(*chosen)


def kinds_of(collection: str, pairs: Pairs) -> list[str]:
    """Name the kinds of a collection that are let by."""
    return sorted(kind for of, kind in pairs if of == collection)


def is_whole(collection: str, pairs: Pairs) -> bool:
    """Say whether all kinds of a collection are let by."""
    return len(kinds_of(collection, pairs)) == len(kinds_of(collection, EVERYTHING))
