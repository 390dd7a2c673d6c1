"""The SELECT of what one may be about to type: one look for all kinds, each bounded."""

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY, distinct_on
from sqlalchemy.sql.selectable import CTE

from app.documents.listing import Listing
from app.documents.search import SuggestionType
from app.documents.shape import Column, View
from app.documents.statement import STATEMENT
from app.finding.beginnings import LOOKED_AT, begins, named_so
from app.finding.matching import BY_HAND, FIRST, LAST, SEARCH, shelves
from app.foundation.reads import Query, compiled
from app.sources.queries import SOURCES
from app.speakers.queries import SPEAKERS
from app.tables.finding import SearchWord
from app.tables.statement import Statement
from app.tables.topic import Topic

OR_ED: Final = 8
"""With how many words, the shortest, an unfinished one is completed."""
SHOWN: Final = 120
"""How many characters of a statement are shown."""
_LIMIT = bindparam("limit", type_=Integer())
_TYPED = bindparam("typed", type_=Text())
_FINISHED = bindparam("finished", type_=Text())
_ITSELF = bindparam("itself", type_=Text())
_UNFINISHED = bindparam("unfinished", type_=Text())
_ENDS = bindparam("unfinished_ends", type_=Text())
_QUOTE: Column = literal_column("''''")
_NAMED = {SuggestionType.SPEAKER: SPEAKERS, SuggestionType.SOURCE: SOURCES}


@cache
def query(view: View, types: frozenset[str]) -> Query:
    """Compile the SELECT of suggestions: type, id, text, language, and how far down it comes."""
    legs: list[Select[Any]] = [
        _names(kind, listing, view) for kind, listing in _NAMED.items() if kind in types
    ]
    if SuggestionType.TOPIC in types:
        legs.append(_topics())
    if SuggestionType.STATEMENT in types:
        legs.append(_statements(view))
    return compiled(select(union_all(*legs).subquery("suggestions")))


def _leg(
    kind: SuggestionType,
    rows: Any,  # noqa: ANN401 - a subquery.
    language: Column,
) -> Select[Any]:
    return select(
        literal_column(f"'{kind}'").label("type"),
        rows.c.id,
        rows.c.text,
        language.label("language"),
        rows.c.place,
    )


def _names(kind: SuggestionType, listing: Listing, view: View) -> Select[Any]:
    rows = named_so(listing, view).limit(_LIMIT).subquery(f"{kind}_found")
    return _leg(kind, rows, literal_column("NULL::text"))


def _topics() -> Select[Any]:
    label = (
        func.jsonb_each_text(Topic.labels)
        .table_valued("key", "value", name="label")
        .render_derived()
    )
    typed_so = or_(label.c.value.ilike(_TYPED), label.c.value.ilike(func.concat("% ", _TYPED)))
    rows = (
        select(Topic.id, label.c.value.label("text"), label.c.key.label("language"))
        .select_from(Topic)
        .join(label, true())
        .where(typed_so, Topic.archived_at.is_(None))
        .ext(distinct_on(Topic.id))
        .order_by(Topic.id, func.length(label.c.value))
        .subquery("labels")
    )
    place = func.length(rows.c.text).label("place")
    found = select(rows.c.id, rows.c.text, rows.c.language, place).order_by(place, rows.c.id)
    found_so = found.limit(_LIMIT).subquery("topics_found")
    return _leg(SuggestionType.TOPIC, found_so, found_so.c.language)


def _statements(view: View) -> Select[Any]:
    """Take the newest statements with these words, the last of which may be unfinished."""
    words = _completed()
    shelf = shelves(FIRST, LAST)
    seen = STATEMENT.visible(view)
    found = (
        select(Statement.id, Statement.text, Statement.language, SEARCH.place)
        .join(Statement, Statement.id == SEARCH.statement_id)
        .where(SEARCH.shelf == shelf.c.no, seen, Statement.archived_at.is_(None))
        .where(SEARCH.words.op("@@")(words.c.words))
    )
    if view is View.PUBLIC:
        # It is known here already, before each of them is looked up.
        found = found.where(SEARCH.is_public)
    hit = found.order_by(BY_HAND.desc()).limit(_LIMIT).lateral("hit")
    shown = func.left(hit.c.text, SHOWN).label("text")
    place = func.row_number().over().label("place")
    rows = (
        select(hit.c.id, shown, hit.c.language, place)
        .select_from(words.join(shelf, true()).join(hit, true()))
        .limit(_LIMIT)
        .subquery("statements_found")
    )
    return _leg(SuggestionType.STATEMENT, rows, cast(rows.c.language, Text()))


def _completed() -> CTE:
    """Complete the unfinished word with words that begin so; it may be one itself.

    Those are the shortest of the first that were recorded, which common words are among.
    """
    so = begins(SearchWord.word, _UNFINISHED, _ENDS)
    # As no index has it: PostgreSQL would walk through all words, hoping to come upon some soon.
    recorded = SearchWord.id + literal_column("0")
    first = select(SearchWord.word).where(so).order_by(recorded)
    begin = first.limit(literal_column(str(LOOKED_AT))).subquery("begin")
    shortest = (
        select(begin.c.word)
        .group_by(begin.c.word)
        .order_by(func.length(begin.c.word), begin.c.word)
        .limit(OR_ED)
        .subquery("shortest")
    )
    quoted = func.concat(_QUOTE, shortest.c.word, _QUOTE)
    completed = select(func.string_agg(quoted, literal_column("' | '"))).scalar_subquery()
    finished, nothing = cast(_FINISHED, TSQUERY()), cast(literal_column("''"), TSQUERY())
    itself = cast(_ITSELF, TSQUERY())
    begun = itself.op("||")(func.coalesce(cast(completed, TSQUERY()), nothing))
    asked = case((_UNFINISHED.is_(None), finished), else_=finished.op("&&")(begun))
    return select(asked.label("words")).cte("completed").prefix_with("MATERIALIZED")
