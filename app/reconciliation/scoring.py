"""How well an entity matches a query, from 0 to 100, and whether it is safe to say that it is it.

The score begins with the likeness of the names (`app.words.names`), times 100. Each property that
agrees takes a fifth of what is missing to 100; each that speaks against it takes a fifth of the
score, and half where it is an identifier. A shared identifier makes 100, or 60 where the names are
unlike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from unicodedata import normalize
from uuid import UUID

import iso3166

from app.finding.candidates import Named
from app.reconciliation.entities import Entity
from app.reconciliation.properties import known, references
from app.reconciliation.schemas import GivenProperty, ReconciliationQuery
from app.reconciliation.types import SHOULD, let_by
from app.words.names import LIKE_ENOUGH, NameKeys, keys, likeness

AGREES: Final = 0.2
DENIES: Final = 0.8
OTHER_ID: Final = 0.5
UNLIKE: Final = 0.6
NEAR: Final = 5.0
"""Within how many points another one is a rival."""
Hits: TypeAlias = Mapping[str, frozenset[UUID]]
"""By property: what was found by an identifier or an address that it gives."""


@dataclass(slots=True)
class Scored:
    """An entity, and how well it matches."""

    entity: Entity
    share: float = 0.0
    is_named_so: bool = False
    is_identified: bool = False
    is_denied: bool = False
    is_unlike: bool = False
    features: dict[str, float | bool] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """From 0 to 100."""
        return round(self.share * 100, 2)

    @property
    def is_safe(self) -> bool:
        """Say whether it would be a match if it had no rival."""
        return (self.is_named_so or self.is_identified) and not (self.is_denied or self.is_unlike)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be matched: the query, its name with its keys, and where it leads for sure."""

    query: ReconciliationQuery
    name: str
    keys: NameKeys
    hits: Hits


def scored(asked: Asked, entity: Entity, named: Named | None) -> Scored:
    """Score one entity; `named` says how like its name is, where it was found by that."""
    made, query = Scored(entity), asked.query
    if asked.name:
        _compare_names(made, asked, named)
    for given in query.properties:
        if given.pid != "name" or (query.query or "").strip():
            _compare(made, given, asked.hits.get(given.pid, frozenset()))
    if query.type and query.type_strict == SHOULD:
        _note(made, "type", entity.kind in let_by(query.type), DENIES)
    made.is_identified = any(entity.id in found for found in asked.hits.values())
    if made.is_identified:
        made.is_unlike = bool(asked.name) and made.features["name_likeness"] < LIKE_ENOUGH
        made.share = UNLIKE if made.is_unlike else 1.0
        made.features["identifier"] = True
    return made


def _compare_names(made: Scored, asked: Asked, named: Named | None) -> None:
    """Compare names; one that is listed as a slip is found by, and is no proof."""
    entity, name = made.entity, plain(asked.name)
    if named is None:
        made.share = max(likeness(asked.keys, keys(one)) for one in entity.names())
    else:
        made.share = named.likeness
    called = {plain(one) for one in entity.names(misspelled=False)}
    slips = {plain(one) for one in entity.names()} - called
    called |= set() if named is None else {plain(named.name)} - slips
    made.is_named_so = name in called
    made.features |= {"name_likeness": round(made.share, 4), "same_name": made.is_named_so}


def _compare(made: Scored, given: GivenProperty, found: frozenset[UUID]) -> None:
    """Say whether an entity agrees with what is known; what it doesn't say tells nothing."""
    of, texts = known(given.pid), given.texts()
    if of is None or made.entity.collection not in of.has:
        return
    values = [text for value in of.read(made.entity) for text in _written(value)]
    if made.entity.id in found or any(_agree(of.id, one, text) for one in values for text in texts):
        _note(made, of.id, True, None)  # noqa: FBT003 - it agrees.
    elif of.tells and _speaks_against(of.id, values, texts):
        _note(made, of.id, False, OTHER_ID if references(of.id, texts) else DENIES)  # noqa: FBT003


def _speaks_against(pid: str, values: Sequence[str], texts: Sequence[str]) -> bool:
    """Say whether other values tell anything: those of another register don't."""
    if pid == "external_id":
        schemes = {scheme for scheme, _ in references(pid, texts)}
        return any(value.partition(":")[0] in schemes for value in values)
    if pid == "country":
        return bool(values) and any(country(text) for text in texts)
    return bool(values and texts)


def _note(made: Scored, name: str, agrees: bool, factor: float | None) -> None:  # noqa: FBT001
    """Take down what a property says; without a factor, it can only speak for something."""
    made.features[name] = agrees
    if agrees:
        made.share += (1 - made.share) * AGREES
    elif factor is not None:
        made.share *= factor
        made.is_denied = True


def _written(value: Any) -> Iterator[str]:  # noqa: ANN401 - a value of whatever property.
    """Give what a value is compared by: of another entity, its id and its name."""
    if isinstance(value, dict):
        yield from (str(part) for part in value.values() if part is not None)
    else:
        yield str(value)


def _agree(pid: str, value: str, text: str) -> bool:
    if pid == "country":
        return value == country(text)
    if pid == "language":
        one, other = value.lower(), text.lower()
        return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")
    if pid == "published_on":
        one, other = value[:10], text[:10]
        return one.startswith(other) or other.startswith(one)
    identifiers = references(pid, [text])
    if identifiers:
        scheme, identifier = identifiers[0]
        return value in {identifier, f"{scheme}:{identifier}"}
    return plain(value) == plain(text)


def country(text: str) -> str | None:
    """Read a country by its ISO 3166-1 codes, or by its English name there."""
    upper = text.strip().upper()
    found = (
        iso3166.countries_by_alpha2.get(upper)
        or iso3166.countries_by_alpha3.get(upper)
        or iso3166.countries_by_name.get(upper)
        or iso3166.countries_by_apolitical_name.get(upper)
    )
    return found.alpha2 if found else upper if len(upper) == len("XK") else None


def plain(text: str) -> str:
    """Write a name so that it compares equal however it is typed: case, width and spaces aside."""
    return " ".join(normalize("NFKC", text).casefold().split())


def ranked(candidates: Sequence[Scored]) -> list[Scored]:
    """Put the best first."""
    return sorted(
        candidates, key=lambda one: (-one.score, not one.is_identified, one.entity.document["id"])
    )


def is_match(best: Scored, others: Sequence[Scored]) -> bool:
    """Say whether the best may be taken without anybody's looking.

    It has exactly the name, or shares an identifier; nothing that was given speaks against it; and
    no other one shares an identifier, is called the same, or scores nearly as high.
    """
    if not best.is_safe:
        return False
    if best.is_identified:
        return not any(one.is_identified for one in others)
    return not any(
        one.is_named_so or one.is_identified or one.score > best.score - NEAR for one in others
    )
