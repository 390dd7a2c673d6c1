"""Keeping what is found current with what is recorded: in the transaction that changes it.

Triggers write down in `search_due` what a transaction made due. Before it commits, all of that is
analysed, so whoever is answered finds at once what they wrote. Where a change reaches more than
`AT_ONCE` (a speaker of ten thousand statements has a new name), the rest is left to `upkeep`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import (
    delete,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Session

from app.finding import inputs, postings
from app.finding.storing import keep
from app.tables.finding import NameKey, SearchDue, StatementSearch
from app.tables.record import Record, core
from app.tables.source import Source
from app.tables.speaker import Speaker
from app.tables.statement import Statement
from app.words import analysis
from app.words import names as spelling

AT_ONCE: Final = 1100
"""How much one transaction analyses itself: a whole batch of statements, and what belongs to it."""
Due: TypeAlias = tuple[str, UUID]
SHELVING: Final = 6031769118543
"""The number of the advisory lock that is shared by who writes, and held by who puts up shelves."""
TABLES: dict[str, type[Record]] = {
    "speakers": Speaker,
    "sources": Source,
    "statements": Statement,
}
"""What is analysed, in this order: what statements are found by comes before them."""


LATER: Final = "onrecord.analysed_later"
"""Says, in what a session knows, that it leaves to `upkeep` all that it makes due."""


def attach(sessions: type[Session], *, dictionary: bool) -> None:
    """Have every transaction of these sessions analyse what it made due."""
    event.listen(sessions, "before_commit", partial(analyse_own, dictionary=dictionary))


def analyse_own(session: Session, *, dictionary: bool = False) -> None:
    """Analyse what this transaction made due, before it commits."""
    session.flush()
    if session.info.get(LATER):
        return
    due: list[Due] = [tuple(row) for row in session.execute(OWN)]  # type: ignore[misc]
    if not due:
        return
    analyse(session, due, dictionary=dictionary)
    session.execute(_FORGET_OWN, {"ids": [resource_id for _, resource_id in due]})


def analyse(
    session: Session, due: Iterable[Due], *, dictionary: bool = False, only_free: bool = False
) -> int:
    """Analyse statements, speakers and sources, as they are now in this transaction.

    Who analyses a resource holds its row from before it is read: of two at once, the later one has
    seen what the earlier one wrote. With `only_free`, what others hold is left out. Gives how many
    were analysed.
    """
    by_collection: dict[str, set[UUID]] = defaultdict(set)
    for collection, resource_id in due:
        by_collection[collection].add(resource_id)
    done = 0
    for collection, table in TABLES.items():
        if by_collection[collection]:
            asked = select(table.id).where(table.id.in_(by_collection[collection]))
            held = asked.order_by(table.id).with_for_update(key_share=True, skip_locked=only_free)
            ids = list(session.scalars(held))
            done += len(ids)
            if collection == "statements":
                _analyse_statements(session, ids)
            else:
                _analyse_names(session, collection, ids, dictionary=dictionary)
    return done


def _analyse_statements(session: Session, ids: Sequence[UUID]) -> None:
    """Analyse statements; no shelf is put up meanwhile, so that each gets to its own."""
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": SHELVING})
    found = session.execute(inputs.statements(), {"ids": ids}).all()
    if len(found) < len(ids):
        gone = set(ids) - {row.id for row in found}
        session.execute(_FORGET, {"ids": list(gone)})
        postings.forget(session, list(gone))
    if found:
        texts = {row.id: json.loads(row.texts) for row in found}
        words = [words_of(one) for one in texts.values()]
        session.execute(keep(), {"ids": list(texts), "words": words})
        postings.keep(session, [(one, postings.weights(read)) for one, read in texts.items()])


def words_of(texts: dict[str, Any]) -> str:
    """Write the tsvector of what is read of a statement."""
    return analysis.vector(inputs.passages(texts))


def _analyse_names(
    session: Session, collection: str, ids: Sequence[UUID], *, dictionary: bool
) -> None:
    rows = session.execute(inputs.names(collection), {"ids": ids})
    found = [name_row(collection, *row, dictionary=dictionary) for row in rows]
    session.execute(delete(NameKey).where(NameKey.resource_id.in_(ids)))
    if found:
        session.execute(insert(core(NameKey)), found)


def name_row(
    collection: str, resource_id: UUID, name: str, *, dictionary: bool = False
) -> dict[str, Any]:
    """Write a name with its keys."""
    keys = spelling.keys(name, dictionary=dictionary)
    return {
        "collection": collection,
        "resource_id": resource_id,
        "name": name,
        "ascii": keys.ascii,
        "folds": list(keys.folds),
        "sounds": list(keys.sounds),
        "symbols": list(keys.symbols),
        "analysed_with": spelling.VERSION,
    }


_MINE = SearchDue.made_in == func.pg_current_xact_id_if_assigned()
OWN = select(SearchDue.collection, SearchDue.resource_id).where(_MINE).distinct().limit(AT_ONCE)
_FORGET_OWN = delete(SearchDue).where(_MINE, SearchDue.resource_id == func.any(inputs.IDS))
_FORGET = delete(StatementSearch).where(StatementSearch.statement_id == func.any(inputs.IDS))
