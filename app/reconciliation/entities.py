"""A speaker or a source, as the public sees it, and what it says of itself under each property."""

import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.reconciliation.types import Json, type_of, types_of

SHORT: Final = 300
"""How many characters of a description are shown beside a name."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that a name can stand for."""

    collection: str
    document: Json

    @classmethod
    def read(cls, collection: str, document: bytes) -> "Entity":
        """Read a document as PostgreSQL built it."""
        return cls(collection, json.loads(document))

    @property
    def id(self) -> UUID:
        """Its id, the same as everywhere in the API."""
        return UUID(self.document["id"])

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.document["name"])

    @property
    def kind(self) -> tuple[str, str]:
        """Its collection and its kind."""
        return self.collection, self.document["kind"]

    @property
    def path(self) -> str:
        """Where it is in the API."""
        return f"/v1/{self.collection}/{self.document['id']}"

    def types(self) -> list[Json]:
        """Show its types, the narrowest first."""
        return types_of(*self.kind)

    def description(self) -> str:
        """Tell it from others of the same name, in a line."""
        one = self.document
        publisher = one.get("publisher") or {}
        parts = [type_of(*self.kind).name, one["country"], publisher.get("name")]
        parts += [one.get("published_on"), one.get("description")]
        told = " \u00b7 ".join(" ".join(str(part).split()) for part in parts if part)
        return told if len(told) <= SHORT else told[: SHORT - 1].rstrip() + "\u2026"

    def names(self, *, misspelled: bool = True) -> list[str]:
        """Give its own name, and its others; on demand without those that are slips."""
        others = self.document["names"]
        kept = [one for one in others if misspelled or one["kind"] != "misspelling"]
        return [self.name, *(one["name"] for one in kept)]

    def external_ids(self) -> list[str]:
        """Give its identifiers in registers, each as `scheme:value`."""
        return [f"{one['scheme']}:{one['value']}" for one in self.document["external_ids"]]

    def values(self, scheme: str) -> list[str]:
        """Give its identifiers in one register."""
        known = self.document["external_ids"]
        return [one["value"] for one in known if one["scheme"] == scheme]


def of_field(document: Json, name: str) -> list[Any]:
    """Give the value of a field, or all of them, as a list without nulls."""
    found = document.get(name)
    return [] if found is None else found if isinstance(found, list) else [found]
