"""Keeping what is found current with what is recorded: in the transaction that changes it.

Triggers write down in `search_due` what a transaction made due. Before it commits, all of that is
analysed, so whoever is answered finds at once what they wrote. Where a change reaches more than
`AT_ONCE` (a speaker of ten thousand statements has a new name), the rest is left to `upkeep`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import case, delete, event, func, literal_column, select
from sqlalchemy.orm import Session

from app.finding import inputs, postings
from app.finding.storing import keep, keep_names
from app.foundation.reads import Query, compiled, few, given
from app.foundation.writes import run_now
from app.tables.finding import SearchDue, StatementSearch
from app.tables.record import Record, core
from app.tables.source import Source
from app.tables.speaker import Speaker
from app.tables.statement import Statement
from app.words import analysis
from app.words import names as spelling

AT_ONCE: Final = 1100
"""How much one transaction analyses itself: a whole batch of statements, and what belongs to it."""
Due: TypeAlias = tuple[str, UUID]
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
    found = run_now(session, own(), {})
    held = frozenset(row["resource_id"] for row in found if row["is_ours"])
    due = [(row["collection"], row["resource_id"]) for row in found]
    analyse(session, due, dictionary=dictionary, held=held)


def analyse(
    session: Session,
    due: Iterable[Due],
    *,
    dictionary: bool = False,
    only_free: bool = False,
    held: frozenset[UUID] = frozenset(),
) -> int:
    """Analyse statements, speakers and sources, as they are now in this transaction.

    Who analyses a resource holds its row from before it is read: of two at once, the later one has
    seen what the earlier one wrote. Those that are `held` already needn't be locked. With
    `only_free`, what others hold is left out. Gives how many were analysed.
    """
    by_collection: dict[str, set[UUID]] = defaultdict(set)
    for collection, resource_id in due:
        by_collection[collection].add(resource_id)
    done = 0
    for collection, table in TABLES.items():
        wanted = by_collection[collection]
        ids = sorted(wanted & held)
        if wanted - held:
            asked = select(table.id).where(table.id.in_(wanted - held)).order_by(table.id)
            locked = asked.with_for_update(key_share=True, skip_locked=only_free)
            ids += session.scalars(locked)
        done += len(ids)
        if ids and collection == "statements":
            _analyse_statements(session, ids)
        elif ids:
            _analyse_names(session, collection, ids, dictionary=dictionary)
    return done


def _analyse_statements(session: Session, ids: Sequence[UUID]) -> None:
    found = run_now(session, inputs.statements(few(ids)), given("ids", ids))
    if len(found) < len(ids):
        gone = set(ids) - {row["id"] for row in found}
        session.execute(_FORGET, {"ids": list(gone)})
        postings.forget(session, list(gone))
    if found:
        texts = {row["id"]: json.loads(row["texts"]) for row in found}
        words = [words_of(one) for one in texts.values()]
        values = given("ids", list(texts)) | {"words": words, "word": words[0]}
        run_now(session, keep(alone=len(found) == 1), values)
        postings.keep(session, [(one, postings.weights(read)) for one, read in texts.items()])


def words_of(texts: dict[str, Any]) -> str:
    """Write the tsvector of what is read of a statement."""
    return analysis.vector(inputs.passages(texts))


def _analyse_names(
    session: Session, collection: str, ids: Sequence[UUID], *, dictionary: bool
) -> None:
    found = run_now(session, inputs.names(collection, few(ids)), given("ids", ids))
    rows = [name_row(collection, row["id"], row["name"], dictionary=dictionary) for row in found]
    values = given("ids", ids) | {"rows": json.dumps(rows, default=str)}
    run_now(session, keep_names(few(ids)), values)


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


@cache
def own() -> Query:
    """Take what this transaction made due: collection, id, and whether it wrote the row itself.

    What it wrote, nobody else can change meanwhile.
    """
    mine = SearchDue.made_in == func.pg_current_xact_id_if_assigned()
    some = select(SearchDue.resource_id).where(mine).distinct().limit(literal_column(str(AT_ONCE)))
    taken = (
        delete(SearchDue)
        .where(mine, SearchDue.resource_id.in_(some))
        .returning(SearchDue.collection, SearchDue.resource_id)
        .cte("taken")
    )
    is_ours = case(
        *(
            (taken.c.collection == name, _is_ours(core(table), taken.c.resource_id))
            for name, table in TABLES.items()
        )
    )
    written = is_ours.label("is_ours")
    made: Any = select(taken.c.collection, taken.c.resource_id, written).distinct()
    return compiled(made)


def _is_ours(table: Any, resource_id: Any) -> Any:  # noqa: ANN401 - SQL.
    written: Any = literal_column(f"{table.name}.xmin = pg_current_xact_id()::xid")
    return select(written).select_from(table).where(table.c.id == resource_id).scalar_subquery()


_FORGET = delete(StatementSearch).where(StatementSearch.statement_id == func.any(inputs.IDS))
