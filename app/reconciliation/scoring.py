"""How well an entity matches a query, from 0 to 100, and whether it is safe to say that it is it.

The score begins with the likeness of the names (`app.words.names`), times 100. Each property that
agrees takes a fifth of what is missing to 100; each that speaks against it takes a fifth of the
score, and half where it is an identifier. A shared identifier makes 100, or 60 where the names are
unlike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

from app.finding.candidates import Named
from app.reconciliation.agreeing import Clue, plain, said
from app.reconciliation.entities import Entity
from app.reconciliation.schemas import ReconciliationQuery
from app.reconciliation.types import SHOULD, let_by
from app.words.names import LEFT_OVER, LIKE_ENOUGH, NameKeys, keys, likeness

AGREES: Final = 0.2
DENIES: Final = 0.8
OTHER_ID: Final = 0.5
UNLIKE: Final = 0.6
NEAR: Final = round(100 * (1 - LEFT_OVER), 2)
"""Within how many points another one is a rival: as near is a name with these words and more."""
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
    """What is to be matched: its name, what else is known, and where that leads for sure."""

    query: ReconciliationQuery
    name: str
    keys: NameKeys
    clues: Sequence[Clue]
    hits: Hits


def scored(asked: Asked, entity: Entity, named: Named | None) -> Scored:
    """Score one entity; `named` says how like its name is, where it was found by that."""
    made, query = Scored(entity), asked.query
    if asked.name:
        _compare_names(made, asked, named)
    for given in asked.clues:
        _compare(made, given, asked.hits.get(given.of.id, frozenset()))
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


def _compare(made: Scored, given: Clue, found: frozenset[UUID]) -> None:
    """Say whether an entity agrees with what is known; what it doesn't say tells nothing."""
    of = given.of
    if made.entity.collection not in of.has:
        return
    values = said(of, made.entity)
    if made.entity.id in found or given.agrees(values):
        _note(made, of.id, True, None)  # noqa: FBT003 - it agrees.
    elif given.is_denied(values):
        _note(made, of.id, False, OTHER_ID if given.is_identifier else DENIES)  # noqa: FBT003


def _note(made: Scored, name: str, agrees: bool, factor: float | None) -> None:  # noqa: FBT001
    """Take down what a property says; without a factor, it can only speak for something."""
    made.features[name] = agrees
    if agrees:
        made.share += (1 - made.share) * AGREES
    elif factor is not None:
        made.share *= factor
        made.is_denied = True


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
        one.is_named_so or one.is_identified or one.score >= best.score - NEAR for one in others
    )
