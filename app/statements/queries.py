"""How statements are listed and looked up."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Boolean,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.documents import source, verdict, version
from app.documents.listing import Filter, Listing, by_day, equals, standard_orders
from app.documents.shape import Column, View
from app.documents.speaker import survivor
from app.documents.statement import STATEMENT
from app.finding.matching import FEW, MANY
from app.statements.narrowing import split
from app.statements.ways import way
from app.tables.appearance import Appearance
from app.tables.quantity import Quantity
from app.tables.rating import Rating
from app.tables.source import Source
from app.tables.statement import Statement, StatementTopic
from app.tables.topic import Topic
from app.tables.verdict import Verdict

LONGEST = 366
"""Days in what a partial date can mean."""
PARTS = (
    selectinload(Statement.translations),
    selectinload(Statement.quantities).joinedload(Quantity.measure_row),
    selectinload(Statement.appearances),
    selectinload(Statement.topic_rows),
)


def _came_by(value: BindParameter[Any], _: View) -> Column:
    return Statement.id.in_(select(Appearance.statement_id).where(Appearance.source_id == value))


def _published_by(value: BindParameter[Any], view: View) -> Column:
    hops = select(Appearance.statement_id).join(Source, Source.id == Appearance.source_id)
    outlet = or_(Source.publisher_id == value, Source.id == value)
    return Statement.id.in_(hops.where(outlet, ~source.hidden(view)))


def _about(value: BindParameter[Any], _: View) -> Column:
    below = (
        select(Topic.id)
        .where(or_(Topic.key == value, cast(Topic.id, Text()) == value))
        .cte("below", recursive=True)
    )
    below = below.union(select(Topic.id).where(Topic.parent_id == below.c.id))
    about = select(StatementTopic.statement_id).where(
        StatementTopic.topic_id.in_(select(below.c.id))
    )
    return Statement.id.in_(about)


def _in_language(value: BindParameter[Any], _: View) -> Column:
    return or_(
        Statement.language == value, func.starts_with(Statement.language, func.concat(value, "-"))
    )


def _since(value: BindParameter[Any], _: View) -> Column:
    """Ask for the last day, and for what follows for the first one, by which there is an index."""
    first = func.partial_date_first(value, type_=Date())
    may_begin = Statement.said_first >= first - literal_column(str(LONGEST), Integer())
    return (Statement.said_last >= first) & may_begin


def _until(value: BindParameter[Any], _: View) -> Column:
    known = Statement.said_on.is_not(None)
    return known & (Statement.said_first <= func.partial_date_last(value))


def _verdict(view: View, conditions: list[Column]) -> Column:
    """Say that there is one visible verdict to which all of these apply."""
    return _verdicts(view).where(*conditions).exists()


def _verdicts(view: View) -> Select[Any]:
    return (
        select(Verdict.id)
        .select_from(version.rows(view))
        .where(Verdict.statement_id == Statement.id, Verdict.archived_at.is_(None))
        .where(verdict.visible(view))
        .correlate(Statement)
    )


def _has_verdict(value: BindParameter[Any], view: View) -> Column:
    """Look for one where there should be one: most have it, and the first page is found soon.

    Asked whether any exists, PostgreSQL may gather all that there are before it looks at the first
    statement, which pays only where one would look through many for those without.
    """
    one = _verdicts(view).limit(literal_column("1")).scalar_subquery()
    # Where PostgreSQL doesn't see it, for it would plan anew with each that it sees.
    wanted: Any = select(value).scalar_subquery()
    return or_(wanted & one.is_not(None), not_(wanted) & not_(_verdict(view, [])))


STATEMENTS = Listing(
    STATEMENT,
    {
        "few": FEW,
        "many": MANY,
        "speaker_id": Filter(Uuid(), lambda value, _: Statement.speaker_id == survivor(value)),
        "source_id": Filter(Uuid(), _came_by),
        "publisher_id": Filter(Uuid(), _published_by),
        "rating": Filter(Text(), lambda value, _: Rating.key == value, "verdict"),
        "normalized_rating": Filter(Text(), lambda value, _: Rating.normalized == value, "verdict"),
        "check_type": Filter(Text(), lambda value, _: Verdict.check_type == value, "verdict"),
        "has_verdict": Filter(Boolean(), _has_verdict),
        "topic": Filter(Text(), _about),
        "language": Filter(Text(), _in_language),
        "kind": equals(Statement.kind),
        "state": equals(Statement.state),
        "said_from": Filter(Text(), _since),
        "said_until": Filter(Text(), _until),
    },
    {**standard_orders(STATEMENT), "said_on": by_day(Statement.said_first)},
    groups={"verdict": _verdict},
    way=way,
    split=split,
)


async def has_public_verdict(session: AsyncSession, statement_id: UUID) -> bool:
    """Say whether any verdict about a statement is, or was, public."""
    public = select(Verdict.id).where(
        Verdict.statement_id == statement_id,
        Verdict.archived_at.is_(None),
        Verdict.public_id.is_not(None),
    )
    return bool(await session.scalar(select(public.exists())))
