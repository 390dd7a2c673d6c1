"""The properties of speakers and sources: those that narrow a match down, and those to fetch."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.reconciliation.entities import Entity, of_field
from app.reconciliation.types import Json, Pairs

SPEAKERS, SOURCES = frozenset({"speakers"}), frozenset({"sources"})
BOTH = SPEAKERS | SOURCES
SCHEME: Final = re.compile(r"external_id:([a-z0-9][a-z0-9_-]{0,63})")
"""The property of any other register."""
IDENTIFIER: Final = re.compile(r"([a-z0-9][a-z0-9_-]{0,63}):(\S.*)")
"""An identifier with the register that gave it."""
_WHOLE_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
Read = Callable[[Entity], list[Any]]


@dataclass(frozen=True, slots=True)
class Property:
    """A property: what it is called, what has it, and how its values are read."""

    id: str
    name: str
    description: str
    has: frozenset[str]
    read: Read
    tells: bool = False
    """Whether another value than the one that was given speaks against something."""
    gives: str | None = None
    """The type of the entities that are its values."""
    counts: bool = False
    """Whether its values are counted, which takes a look at other tables."""

    def shown(self) -> Json:
        """Show it by itself."""
        return {"id": self.id, "name": self.name, "description": self.description}

    def is_of(self, pairs: Pairs) -> bool:
        """Say whether anything of these kinds can have it."""
        return any(collection in self.has for collection, _ in pairs)


def _field(name: str) -> Read:
    return lambda one: of_field(one.document, name)


def _scheme(scheme: str) -> Read:
    return lambda one: one.values(scheme)


def _day(one: Entity) -> list[Any]:
    """Write a whole day as an instant, as the specification wants it; a part of one as text."""
    return [
        {"date": f"{day}T00:00:00Z"} if _WHOLE_DAY.fullmatch(day) else day
        for day in of_field(one.document, "published_on")
    ]


def _affiliations(one: Entity) -> list[Any]:
    return [
        {"id": each["organization_id"], "name": each["organization_name"]}
        if each["organization_id"]
        else each["organization_name"]
        for each in one.document["affiliations"]
    ]


def _publisher(one: Entity) -> list[Any]:
    found = one.document["publisher"]
    return [{"id": found["id"], "name": found["name"]}] if found else []


_ALL = (
    Property("name", "name", "What it is called.", BOTH, lambda one: [one.name]),
    Property(
        "names", "other names", "Its other names and spellings.", BOTH, lambda one: one.names()[1:]
    ),
    Property(
        "kind", "kind", "Which kind of speaker or source it is.", BOTH, _field("kind"), tells=True
    ),
    Property(
        "country", "country", "As ISO 3166-1 alpha-2 names it.", BOTH, _field("country"), tells=True
    ),
    Property(
        "description", "description", "A few words about it.", SPEAKERS, _field("description")
    ),
    Property(
        "external_id",
        "external id",
        "Its identifiers in all registers, as scheme:value.",
        BOTH,
        Entity.external_ids,
        tells=True,
    ),
    Property(
        "wikidata", "Wikidata", "Its item, as in Q7747.", BOTH, _scheme("wikidata"), tells=True
    ),
    Property("viaf", "VIAF", "Its number in VIAF.", BOTH, _scheme("viaf"), tells=True),
    Property(
        "opensanctions",
        "OpenSanctions",
        "Its key in OpenSanctions.",
        BOTH,
        _scheme("opensanctions"),
        tells=True,
    ),
    Property(
        "affiliation",
        "affiliation",
        "Organisations in which it has, or had, a role.",
        SPEAKERS,
        _affiliations,
        gives="speaker",
    ),
    Property("image_url", "image", "Where a picture is.", SPEAKERS, _field("image_url")),
    Property(
        "publisher",
        "publisher",
        "The outlet that published it.",
        SOURCES,
        _publisher,
        tells=True,
        gives="outlet",
    ),
    Property("author", "author", "Who wrote it, as it says.", SOURCES, _field("authors")),
    Property("url", "address", "Where it is on the web.", SOURCES, _field("url"), tells=True),
    Property(
        "archive_url", "archived copy", "Where a copy is kept.", SOURCES, _field("archive_url")
    ),
    Property(
        "published_on",
        "publication date",
        "When it came out, as precisely as known.",
        SOURCES,
        _day,
        tells=True,
    ),
    Property(
        "language", "language", "As BCP 47 names it.", SOURCES, _field("language"), tells=True
    ),
    Property("access", "access", "Who can look it up.", SOURCES, _field("access")),
    Property(
        "statements",
        "public statements",
        "How many public statements it made, or carried.",
        BOTH,
        _field("statements"),
        counts=True,
    ),
    Property(
        "verdicts",
        "published verdicts",
        "How many published verdicts there are about what it said; no score.",
        SPEAKERS,
        _field("verdicts"),
        counts=True,
    ),
)
PROPERTIES: Final[dict[str, Property]] = {one.id: one for one in _ALL}


def known(name: str) -> Property | None:
    """Find a property by its id: one of the list, or the identifiers of any register."""
    if name in PROPERTIES:
        return PROPERTIES[name]
    found = SCHEME.fullmatch(name)
    if found is None:
        return None
    told = f"Its identifiers of the scheme {found[1]}."
    return Property(name, found[1], told, BOTH, _scheme(found[1]), tells=True)


def scheme_of(name: str) -> str | None:
    """Name the register whose identifiers are a property's values."""
    if name in {"wikidata", "viaf", "opensanctions"}:
        return name
    found = SCHEME.fullmatch(name)
    return found[1] if found else None


def references(pid: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """Read values of a property as identifiers in registers: scheme and value."""
    scheme = scheme_of(pid)
    if scheme is not None:
        return [(scheme, _value(scheme, text)) for text in texts]
    if pid != "external_id":
        return []
    found = [IDENTIFIER.fullmatch(text) for text in texts]
    return [(one[1], _value(one[1], one[2])) for one in found if one is not None]


def _value(scheme: str, text: str) -> str:
    """Read an identifier as it stands, with its scheme before it, or as Wikidata's own address."""
    plain = text.removeprefix(f"{scheme}:")
    is_address = scheme == "wikidata" and plain.startswith(("http://", "https://"))
    return plain.rstrip("/").rpartition("/")[2] if is_address else plain
