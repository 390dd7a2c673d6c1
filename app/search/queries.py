"""The SELECTs of searching: what is found, how it is ranked, what it is counted by.

Where few statements match, all of them are ranked. Where many do, only the newest of them are: they
are gathered shelf by shelf, and the search ends when there are enough. So the commonest word costs
no more than a rare one, however many statements there are.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Float,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.selectable import CTE

from app.documents.listing import COUNTED, Listing, conditions_of
from app.documents.shape import Column, View
from app.documents.statement import STATEMENT
from app.finding.matching import BY_HAND, FIRST, LAST, SEARCH, query, shelves
from app.foundation.reads import Query, compiled, explained
from app.search import facets
from app.statements.queries import STATEMENTS
from app.tables.statement import Statement

NEWEST: Final = 500
"""How many statements are ranked among each other, where many match."""
WEIGHTS: Column = literal_column("'{0.1, 0.2, 0.4, 1}'::real[]")
"""What a word weighs in a verdict, in the context, in a translation, in the statement itself."""
_PHRASE: Column = literal_column("0.3::float8")
_SHARE: Column = literal_column("0.4::float8")
_NONE: Column = literal_column("0::float8")
_ONE: Column = literal_column("1")
_HIGHEST, _LOWEST = bindparam("newest", type_=BigInteger()), bindparam("oldest", type_=BigInteger())


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked, without the values: one compiled SELECT for each."""

    view: View
    filters: frozenset[str]
    gathered: bool = False
    """Whether only the newest are ranked, shelf by shelf."""
    continued: bool = False
    facets: frozenset[str] = frozenset()
    counted: bool = False
    """Whether to count on, beyond what is ranked."""
    listing: Listing = STATEMENTS
    """Which statements there are to be found, by which filters, and as what they are shown."""


def score() -> Column:
    """Rank a statement, between 0 and 1.

    0.3 for the exact phrase anywhere, 0.3 more for it in the statement's own text, and 0.4 for the
    share of what was asked that is there, the nearer to each other and the weightier the better:
    (present - 1 + nearness) / asked, where nearness is PostgreSQL's cover density (`ts_rank_cd`,
    after Clarke, Cormack and Tudhope 1999) as r / (r + 1).

    A word alone is near to nothing. How often and exactly it is there, in so many `forms`, is what
    `ts_rank` tells, in an eighth of the time: it adds up what each form weighs, times 6/π².
    """
    words: Column = literal_column("words")
    forms = bindparam("forms", type_=Integer())
    near = case(
        (forms == 0, func.ts_rank_cd(WEIGHTS, words, _read_once("together"), 32)),
        else_=_ONE - _ONE / (_ONE + forms * func.ts_rank(WEIGHTS, words, _read_once("together"))),
    )
    units = bindparam("units", type_=ARRAY(Text()))
    asked = func.unnest(units).table_valued("unit", name="asked").render_derived()
    held = select(func.count()).where(words.op("@@")(cast(asked.c.unit, TSQUERY())))
    amount = bindparam("amount", type_=Integer())
    # The units are only counted where some of them may be missing.
    present = case((func.cardinality(units) == 0, amount), else_=held.scalar_subquery())
    phrase = _read_once("phrase")
    own = cast(words.op("@@")(_read_once("own")), Integer())
    return (
        case((words.op("@@")(phrase), _PHRASE + _PHRASE * own), else_=_NONE)
        + _SHARE * (present - _ONE + near) / amount
    )


def _read_once(name: str) -> Column:
    """Take a tsquery that PostgreSQL reads once, and not again for each row that is ranked."""
    read: Column = select(query(name)).scalar_subquery()
    return read


def _gathered(wanted: Search) -> CTE:
    """Gather the newest statements that match, shelf by shelf, until there are enough."""
    shelf = shelves(_LOWEST, _HIGHEST)
    on_it = SEARCH.shelf == shelf.c.no
    enough = bindparam("enough", type_=Integer())
    hit = (
        _matching(wanted)
        .where(on_it, BY_HAND.between(_LOWEST, _HIGHEST))
        .order_by(BY_HAND.desc())
        .limit(enough)
        .lateral("hit")
    )
    made = _scored(hit, wanted)
    return made.select_from(shelf.join(hit, true())).limit(enough).cte("found")


def _counted(wanted: Search) -> Column:
    """Count what matches, all in all, as far as anybody wants to know."""
    everything = replace(wanted, facets=frozenset())
    shelf = shelves(FIRST, LAST)
    found = _matching(everything).where(SEARCH.shelf == shelf.c.no).lateral("found_on_it")
    most = select(found.c.id).select_from(shelf.join(found, true()))
    rows = most.limit(literal_column(str(COUNTED + 1))).subquery("counted")
    return select(func.count()).select_from(rows).scalar_subquery().label("counted")


def _all(wanted: Search) -> CTE:
    """Take everything that matches."""
    hit = _matching(wanted).subquery("hit")
    return _scored(hit, wanted).cte("found")


def _scored(hit: Any, wanted: Search) -> Select[Any]:  # noqa: ANN401 - a subquery.
    counted = [hit.c[column.key] for column in facets.columns(wanted.facets)]
    return select(hit.c.id, hit.c.place, score().label("score"), *counted)


def _matching(wanted: Search) -> Select[Any]:
    """Select what matches, and what the viewer may see, without an order."""
    counted = facets.columns(wanted.facets)
    made = select(SEARCH.statement_id.label("id"), SEARCH.place, SEARCH.words, *counted)
    made = made.where(SEARCH.words.op("@@")(query("words")))
    if wanted.view is View.PUBLIC:
        made = made.where(SEARCH.is_public)
    if wanted.view is View.PUBLIC and not wanted.filters and wanted.listing is STATEMENTS:
        return made
    conditions = conditions_of(wanted.listing, wanted.view, wanted.filters)
    return made.join(Statement, Statement.id == SEARCH.statement_id).where(*conditions)


@cache
def page(wanted: Search) -> Query:
    """Compile the SELECT of a page of what is found.

    There is one row at least: its `found` says how many matched, `last` how far back they reach.
    Rows of statements have `document`, `text`, `language`, `score`, `place` and `id` besides; what
    was hidden since it was analysed has no document, and its place.
    """
    found = (_gathered if wanted.gathered else _all)(wanted).prefix_with("MATERIALIZED")
    rows = select(found.c.id, found.c.score, found.c.place)
    ends = tuple_(found.c.score, found.c.place)
    if wanted.continued:
        after = (
            bindparam("after_score", type_=Float()),
            bindparam("after_place", type_=BigInteger()),
        )
        rows = rows.where(ends < tuple_(*after))
    rows = rows.order_by(found.c.score.desc(), found.c.place.desc())
    page_ = rows.limit(bindparam("limit", type_=Integer())).subquery("page")
    seen = STATEMENT.visible(wanted.view), Statement.archived_at.is_(None)
    shown = (
        select(
            page_.c.id,
            page_.c.score,
            page_.c.place,
            case((Statement.id.is_not(None), wanted.listing.kind.document(wanted.view))).label(
                "document"
            ),
            Statement.text.label("text"),
            Statement.language.label("language"),
        )
        .select_from(page_.outerjoin(Statement, and_(Statement.id == page_.c.id, *seen)))
        .subquery("shown")
    )
    totals = select(
        func.count().label("found"),
        func.min(found.c.place).label("last"),
        *([_counted(wanted)] if wanted.counted else []),
        *(facets.values(name, found, wanted.view) for name in sorted(wanted.facets)),
    ).subquery("totals")
    return compiled(
        select(totals, shown)
        .select_from(totals.outerjoin(shown, true()))
        .order_by(shown.c.score.desc(), shown.c.place.desc())
    )


@cache
def expectation(view: View, filters: frozenset[str], listing: Listing = STATEMENTS) -> Query:
    """Compile the question how many matches PostgreSQL expects."""
    return explained(_matching(Search(view, filters, listing=listing)))
