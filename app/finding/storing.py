"""Writing down what a search reads: the words of statements, their places, and what they count by.

Everything but the words is worked out by PostgreSQL, from what is recorded.
"""

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Date,
    Select,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from app.documents.shape import Column
from app.finding.inputs import IDS
from app.foundation.reads import Query, compiled, one_of
from app.tables.appearance import Appearance
from app.tables.finding import NameKey, SearchShelf, SearchWord, StatementSearch
from app.tables.rating import Rating
from app.tables.record import core
from app.tables.source import OUTLETS, Access, Source
from app.tables.statement import Statement, StatementTopic, Visibility
from app.tables.topic import Topic
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion
from app.words import analysis

WORD: Final = "^[[:alpha:]]{4,40}$"
"""What is listed of words, for those that are begun or misspelled."""
_OUTLET = aliased(Source, name="outlet")
_DAY_ONE: Column = literal_column("'0001-01-01'::date")
_MOVED: Column = literal_column(
    "coalesce((SELECT no FROM search_shelf WHERE begins <="
    " ((excluded.day - '0001-01-01'::date)::bigint << 36) + statement_search.serial"
    " ORDER BY begins DESC LIMIT 1), 0)"
)
"""The shelf of a statement that has one already; what is excluded can't be said otherwise."""
_UNDATED: Column = literal_column("'-infinity'::date")


@cache
def keep(*, alone: bool) -> Query:
    """Compile what keeps the words of statements (`ids`, `words`), and lists those that are new.

    Of one `alone`, they are `ids_0` and `word`.
    """
    given = _given_alone() if alone else _given()
    columns = _columns() | {
        "words": cast(given.c.words, TSVECTOR()),
        "analysed_with": literal(analysis.VERSION),
    }
    rows = (
        select(*columns.values())
        .select_from(given.join(Statement, Statement.id == given.c.id))
        .where(Statement.archived_at.is_(None))
    )
    made = upsert(core(StatementSearch)).from_select(list(columns), rows)
    moved = {"shelf": _MOVED}
    kept = (
        made.on_conflict_do_update(
            index_elements=["statement_id"],
            set_={name: made.excluded[name] for name in columns if name != "statement_id"} | moved,
        )
        .returning(StatementSearch.words)
        .cte("kept")
    )
    used = func.unnest(kept.c.words).table_valued("lexeme", "positions", "weights", name="used")
    used = used.render_derived()
    known = select(SearchWord.id).where(SearchWord.word == used.c.lexeme).exists()
    listed = select(used.c.lexeme).distinct().select_from(kept.join(used, literal(True)))  # noqa: FBT003 -- SQL's ON true
    new = listed.where(used.c.lexeme.regexp_match(WORD), ~known)
    return compiled(insert(core(SearchWord)).from_select(["word"], new))


def _given() -> Any:  # noqa: ANN401 - rows of SQLAlchemy's.
    words = bindparam("words", type_=ARRAY(Text()))
    return func.unnest(IDS, words).table_valued("id", "words", name="given").render_derived()


def _given_alone() -> Any:  # noqa: ANN401 - as above.
    one: Any = bindparam("ids_0", type_=Uuid())
    word: Any = bindparam("word", type_=Text())
    return select(one.label("id"), word.label("words")).subquery("given")


@cache
def keep_names(number: int) -> Query:
    """Compile what keeps these names (`rows`, as JSON), and no others, of so many resources."""
    columns = [one for one in core(NameKey).columns if one.key != "id"]
    given = (
        func.jsonb_to_recordset(cast(bindparam("rows", type_=Text()), JSONB()))
        .table_valued(*(column(one.key, one.type) for one in columns), name="given")
        .render_derived(with_types=True)
    )
    ours = one_of(NameKey.resource_id, "ids", Uuid(), number)
    gone = delete(core(NameKey)).where(ours).cte("gone")
    made = insert(core(NameKey)).from_select([one.key for one in columns], select(*given.c))
    return compiled(made.add_cte(gone))


def _columns() -> dict[str, Any]:
    """Work out a statement's place, who sees it, and what it counts by."""
    year = func.left(cast(Statement.said_on, Text()), literal_column("4"))
    rated = _verdicts(Rating.normalized).where(Rating.normalized.is_not(None))
    recorded = cast(func.timezone(literal_column("'UTC'"), Statement.created_at), Date())
    day = case((Statement.said_first == _UNDATED, recorded), else_=Statement.said_first)
    last_of_day = _place(day + literal_column("1"), literal_column("-1"))
    return {
        "statement_id": Statement.id,
        "day": day,
        "shelf": _shelf(last_of_day),
        "is_public": Statement.visibility == Visibility.PUBLIC,
        "speaker_id": Statement.speaker_id,
        "language": Statement.language,
        "year": cast(year, SmallInteger()),
        "topics": _list(_topics(), Text()),
        "publishers": _list(_publishers(), Uuid()),
        "ratings": _list(rated, Text()),
        "check_types": _list(_verdicts(Verdict.check_type), Text()),
    }


def _list(rows: Select[Any], of: Any) -> Column:  # noqa: ANN401 - a type of SQLAlchemy's.
    found = rows.distinct().correlate(Statement).scalar_subquery()
    made: Column = func.array(found, type_=ARRAY(of))
    return made


def _topics() -> Select[Any]:
    about = StatementTopic.statement_id == Statement.id
    return select(Topic.key).join(StatementTopic, StatementTopic.topic_id == Topic.id).where(about)


def _publishers() -> Select[Any]:
    """Select the outlets of a statement: who published where it appeared, or the outlet itself."""
    is_outlet = or_(*(Source.kind == kind for kind in sorted(OUTLETS)))
    itself = Source.publisher_id.is_(None) & is_outlet & (_OUTLET.id == Source.id)
    return (
        select(_OUTLET.id)
        .select_from(Appearance)
        .join(Source, Source.id == Appearance.source_id)
        .join(_OUTLET, or_(_OUTLET.id == Source.publisher_id, itself))
        .where(Appearance.statement_id == Statement.id)
        .where(Source.access != Access.CONFIDENTIAL, _OUTLET.access != Access.CONFIDENTIAL)
    )


def _verdicts(column: Any) -> Select[Any]:  # noqa: ANN401 - a column.
    """Select something of a statement's public verdicts."""
    return (
        select(cast(column, Text()))
        .select_from(Verdict)
        .join(VerdictVersion, VerdictVersion.id == Verdict.public_id)
        .join(Rating, Rating.id == VerdictVersion.rating_id)
        .where(Verdict.statement_id == Statement.id, Verdict.archived_at.is_(None))
    )


def _place(day: Any, serial: Any) -> Column:  # noqa: ANN401 - SQL.
    """Give the place of a statement, as the table works it out."""
    days = cast(day - _DAY_ONE, BigInteger())
    place: Column = days.op("<<")(literal_column("36")).op("+")(serial)
    return place


def _shelf(place: Column) -> Column:
    """Give the shelf on which a place is."""
    last = select(SearchShelf.no).where(SearchShelf.begins <= place)
    nearest = last.order_by(SearchShelf.begins.desc()).limit(literal_column("1"))
    return func.coalesce(nearest.scalar_subquery(), literal_column("0"))
