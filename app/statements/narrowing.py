"""Statements of which few verdicts say what is asked: those are looked at one by one.

Of the newest that are rated so, twenty are found soon where many are. Where few are, one would look
through nearly all statements for them, and at the verdicts of each. So these are counted first, up
to some, along an index.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    CTE,
    Boolean,
    Select,
    Text,
    bindparam,
    func,
    literal_column,
    not_,
    select,
    true,
    union_all,
)
from sqlalchemy.types import TypeEngine

from app.documents.listing import Choice
from app.documents.shape import Column, View
from app.statements.ways import FEW
from app.tables.finding import SearchDue, StatementSearch
from app.tables.rating import Rating
from app.tables.statement import Statement
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion

FEW_RATED: Final = 2000
FEW_UNCHECKED: Final = 25_000
"""Up to so many are few. Of those without a verdict more are, for they may be anywhere."""
_RATED: Final = {"rating": Rating.key, "normalized_rating": Rating.normalized}
_ASKED: Final = frozenset({"has_verdict", *_RATED})


def split(choice: Choice, found: Select[Any]) -> Sequence[Select[Any]]:
    """Find what a SELECT does among few, where they are few, and else among all."""
    if choice.filters & FEW or not choice.filters & _ASKED:
        return (found,)
    ids, are_few = _few(choice.view, choice.filters & _ASKED)
    each = select(ids.c.statement_id).distinct().subquery("each")
    # With a limit, it is looked up by its id; else PostgreSQL might go through all for these few.
    one = found.where(Statement.id == each.c.statement_id).limit(literal_column("1"))
    seen = one.lateral("seen")
    among_few: Select[Any] = select(*seen.c).select_from(each.join(seen, true())).where(are_few)
    return among_few, found.where(not_(are_few))


@cache
def _few(view: View, filters: frozenset[str]) -> tuple[CTE, Column]:
    """Give all that may be meant, or more than that; and whether these are few."""
    rated = filters & _RATED.keys()
    if not rated:
        return _unchecked(view)
    so = [_RATED[name] == _unseen(name, Text()) for name in sorted(rated)]
    versions = select(VerdictVersion.rating_id).join(Rating, Rating.id == VerdictVersion.rating_id)
    versions = versions.where(*so)
    about = versions.join(Verdict, Verdict.id == VerdictVersion.verdict_id)
    ids = about.with_only_columns(Verdict.statement_id).limit(literal_column(str(FEW_RATED)))
    return ids.cte("few").prefix_with("MATERIALIZED"), _are_few(versions, FEW_RATED)


def _unchecked(view: View) -> tuple[CTE, Column]:
    """Give those without a public verdict, as far as is known, and those not looked at yet.

    What has one is meant by `true`, and isn't few.
    """
    wanted = not_(_unseen("has_verdict", Boolean()))
    without = select(StatementSearch.statement_id).where(
        StatementSearch.check_types == literal_column("'{}'::text[]")
    )
    if view is View.PUBLIC:
        without = without.where(StatementSearch.is_public)
    due = select(SearchDue.resource_id.label("statement_id")).where(
        SearchDue.collection == literal_column("'statements'")
    )
    ids = union_all(without, due).cte("few").prefix_with("MATERIALIZED")
    rows = union_all(without.where(wanted), due.where(wanted)).subquery("unchecked")
    return ids, wanted & _are_few(select(rows.c.statement_id), FEW_UNCHECKED)


def _unseen(name: str, type_: TypeEngine[Any]) -> Column:
    """Bind a value where PostgreSQL doesn't see it, for it would plan anew with each it sees."""
    value: Any = select(bindparam(name, type_=type_))
    unseen: Column = value.scalar_subquery()
    return unseen


def _are_few(rows: Select[Any], most: int) -> Column:
    some = rows.limit(literal_column(str(most + 1))).subquery("some")
    counted: Any = select(func.count() <= literal_column(str(most))).select_from(some)
    are_few: Column = counted.scalar_subquery()
    return are_few
