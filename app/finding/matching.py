"""The conditions by which statements are found by words, in SQL."""

from functools import cache
from typing import Any

from sqlalchemy import (
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.sql.selectable import Subquery

from app.documents.listing import Filter
from app.documents.shape import Column, View
from app.documents.statement import STATEMENT
from app.foundation.reads import Query, compiled, explained
from app.tables.finding import SearchShelf, SearchWord, StatementSearch
from app.tables.statement import Statement

SEARCH = StatementSearch
FIRST: Column = literal_column("'-9223372036854775808'::bigint")
LAST: Column = literal_column("'9223372036854775807'::bigint")
_ZERO: Column = literal_column("0")
BY_HAND: Column = SEARCH.place.op("+")(_ZERO)
"""The place, as no index has it: walking through all places would look cheap, and isn't."""
LIKE_ENOUGH: Column = literal_column("0.35")
"""From which similarity on (pg_trgm's) a word may be what was meant."""


def query(name: str) -> Column:
    """Take a tsquery that `app.words.querying` wrote."""
    return cast(bindparam(name, type_=Text()), TSQUERY())


def shelves(oldest: Column, newest: Column) -> Subquery:
    """Select the shelves on which these places are, the newest first: number and begin.

    What reads them one by one, and has enough, doesn't go on to the older ones.
    """
    first = select(_ZERO, FIRST)
    known = select(SearchShelf.no, SearchShelf.begins).union_all(first).subquery("known")
    last: Any = (
        select(func.max(SearchShelf.begins)).where(SearchShelf.begins <= oldest).scalar_subquery()
    )
    return (
        select(known)
        .where(known.c.begins >= func.coalesce(last, FIRST), known.c.begins <= newest)
        .order_by(known.c.begins.desc())
        .subquery("shelf")
    )


def _few(value: Column, _: View) -> Column:
    """Find the statements first: they are few."""
    found = (
        select(SEARCH.statement_id)
        .where(SEARCH.words.op("@@")(cast(value, TSQUERY())))
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    return Statement.id.in_(select(found.c.statement_id))


def _many(value: Column, _: View) -> Column:
    """Look at each statement on the way: a page is full before many were looked at."""
    looked: Any = (
        select(SEARCH.words.op("@@")(cast(value, TSQUERY())))
        .where(SEARCH.statement_id == Statement.id)
        .correlate(Statement)
        .scalar_subquery()
    )
    return func.coalesce(looked, literal_column("false"))


FEW, MANY = Filter(Text(), _few), Filter(Text(), _many)


@cache
def few_or_many(view: View) -> Query:
    """Compile the question how many statements PostgreSQL expects to have such words."""
    having = _having()
    return explained(having.where(SEARCH.is_public) if view is View.PUBLIC else having)


@cache
def whether_any(view: View) -> Query:
    """Compile the question whether any statement that the viewer may see has such words."""
    # Found first, along the index: without, PostgreSQL hopes to come upon one among all soon.
    having = _having().cte("with_words").prefix_with("MATERIALIZED")
    seen = select(having).join(Statement, Statement.id == having.c.statement_id)
    seen = seen.where(STATEMENT.visible(view), Statement.archived_at.is_(None))
    return compiled(select(seen.exists().label("found")))


def _having() -> Select[Any]:
    return select(SEARCH.statement_id).where(SEARCH.words.op("@@")(query("words")))


@cache
def nearest_words() -> Query:
    """Compile the look-up of words that occur and are spelled like these, if these do not occur.

    At most 20 of each begin with the same letter, and share a third of the groups of three letters.
    """
    given = bindparam("spellings", type_=ARRAY(Text()))
    asked = func.unnest(given).table_valued("spelling", name="asked").render_derived()
    spelling = asked.c.spelling
    likeness = func.similarity(SearchWord.word, spelling)
    near = (
        select(SearchWord.word, likeness.label("likeness"))
        .where(SearchWord.word.op("%")(spelling), likeness >= LIKE_ENOUGH)
        .where(func.left(SearchWord.word, 1) == func.left(spelling, 1))
        .distinct()
        .order_by(likeness.desc(), SearchWord.word)
        .limit(20)
        .lateral("near")
    )
    words = func.array_agg(near.c.word).label("words")
    occurs = select(SearchWord.id).where(SearchWord.word == spelling).exists()
    found = select(spelling, words).select_from(asked.join(near, true())).where(~occurs)
    return compiled(found.group_by(spelling))
