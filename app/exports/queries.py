"""What is exported of each collection, and the SELECT for a choice of statements.

When only some statements are wanted, what they need comes with them: their verdicts, the links
between them, who said them, where they can be looked up, and what they are about.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Select, Uuid, bindparam, cast, func, select

from app.documents import verdict, version
from app.documents.listing import Listing, conditions_of
from app.documents.shape import Column, View
from app.exports.schemas import Exported
from app.foundation.reads import Query, compiled
from app.measures.queries import MEASURES
from app.organizations.queries import ORGANIZATIONS
from app.ratings.queries import RATING_SCALES
from app.sources.queries import SOURCES
from app.speakers.queries import SPEAKERS
from app.statements.links import LINKS
from app.statements.queries import STATEMENTS
from app.tables.appearance import Appearance
from app.tables.change import SealedChange, UnsealedChange
from app.tables.evidence import Evidence
from app.tables.link import Link
from app.tables.source import Source
from app.tables.speaker import Affiliation, Speaker
from app.tables.statement import Statement, StatementTopic
from app.tables.topic import Topic
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion
from app.topics.queries import TOPICS
from app.verdicts.queries import VERDICTS

Chosen = Select[Any]
LISTINGS: Mapping[Exported, Listing] = MappingProxyType(
    {
        Exported.ORGANIZATIONS: ORGANIZATIONS,
        Exported.RATING_SCALES: RATING_SCALES,
        Exported.MEASURES: MEASURES,
        Exported.TOPICS: TOPICS,
        Exported.SPEAKERS: SPEAKERS,
        Exported.SOURCES: SOURCES,
        Exported.STATEMENTS: STATEMENTS,
        Exported.LINKS: LINKS,
        Exported.VERDICTS: VERDICTS,
    }
)


def _verdicts(chosen: Chosen, _: View) -> Column:
    return Verdict.statement_id.in_(chosen)


def _links(chosen: Chosen, _: View) -> Column:
    both: Column = Link.statement_id.in_(chosen) & Link.other_id.in_(chosen)
    return both


def _topics(chosen: Chosen, _: View) -> Column:
    """Say that statements are about a topic, or about one below it."""
    about = StatementTopic.statement_id.in_(chosen)
    above = select(StatementTopic.topic_id.label("id")).where(about).cte("above", recursive=True)
    parents = select(Topic.parent_id).join(above, Topic.id == above.c.id)
    return Topic.id.in_(_all(above, parents.where(Topic.parent_id.is_not(None))))


def _speakers(chosen: Chosen, _: View) -> Column:
    """Say that somebody said the statements, or is the organisation of one who did."""
    said = select(Statement.speaker_id.label("id")).where(Statement.id.in_(chosen))
    who = said.where(Statement.speaker_id.is_not(None)).cte("who", recursive=True)
    of = select(Affiliation.organization_id).join(who, Affiliation.speaker_id == who.c.id)
    return Speaker.id.in_(_all(who, of.where(Affiliation.organization_id.is_not(None))))


def _sources(chosen: Chosen, view: View) -> Column:
    """Say that a source carried the statements, is cited about them, or published such a one."""
    carried = select(Appearance.source_id.label("id")).where(Appearance.statement_id.in_(chosen))
    cited = (
        select(Evidence.source_id)
        .select_from(version.rows(view).join(Evidence, Evidence.version_id == VerdictVersion.id))
        .where(Verdict.statement_id.in_(chosen), verdict.visible(view))
    )
    used = carried.union(cited).subquery("used")
    found = select(used.c.id).cte("found", recursive=True)
    outlets = select(Source.publisher_id).join(found, Source.id == found.c.id)
    return Source.id.in_(_all(found, outlets.where(Source.publisher_id.is_not(None))))


def _all(first: Any, further: CompoundSelect[Any] | Select[Any]) -> Select[Any]:  # noqa: ANN401 - a CTE.
    return select(first.union(further).c.id)


_NEEDED: Mapping[Exported, Callable[[Chosen, View], Column]] = MappingProxyType(
    {
        Exported.VERDICTS: _verdicts,
        Exported.LINKS: _links,
        Exported.TOPICS: _topics,
        Exported.SPEAKERS: _speakers,
        Exported.SOURCES: _sources,
    }
)


@cache
def rows(collection: Exported, view: View, filters: frozenset[str], *, continued: bool) -> Query:
    """Compile the SELECT of a collection's documents, in the order of their ids."""
    listing = LISTINGS[collection]
    kind = listing.kind
    is_filtered = collection is Exported.STATEMENTS
    conditions = conditions_of(listing, view, filters if is_filtered else frozenset())
    if filters and collection in _NEEDED:
        chosen = select(Statement.id).where(*conditions_of(STATEMENTS, view, filters))
        conditions.append(_NEEDED[collection](chosen, view))
    if continued:
        conditions.append(kind.table.id > bindparam("after", type_=Uuid()))
    made = kind.select(view, kind.document(view).label("document")).where(*conditions)
    return compiled(made.order_by(kind.table.id))


def _stand() -> Query:
    """Compile the SELECT of where the feed stands, and whether something has no place in it yet."""
    last = func.coalesce(func.max(SealedChange.position), cast(0, BigInteger()))
    behind = select(UnsealedChange.change_id).exists()
    return compiled(select(last.label("position"), behind.label("behind")))


STAND = _stand()
