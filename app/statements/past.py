"""How statements are listed as they were at an instant."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Text,
    Uuid,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.documents.listing import Condition, Filter, Listing, Order
from app.documents.past import THEN, Past, entry, field
from app.documents.shape import Column, View
from app.documents.statement import STATEMENT
from app.statements.queries import STATEMENTS
from app.tables.source import Access, Source
from app.tables.statement import Statement
from app.tables.topic import Topic
from app.tables.verdict import Verdict

_PAST = Past(STATEMENT)
_THEN = _PAST.document.table
_VERDICT = entry(Verdict.__table__.c.id, "verdict_then")
_FOUND: Column = _VERDICT.c.public_document
_NEVER: Column = literal_column("'-infinity'::date")


def _parts(name: str, alias: str) -> Any:  # noqa: ANN401 - a table-valued function.
    """Go through a list in the document."""
    listed = func.jsonb_array_elements(_PAST.document[name])
    return listed.table_valued("value", name=alias).render_derived()


def _came_by(value: Column, _: View) -> Column:
    hop = _parts("appearances", "hop")
    found = select(hop.c.value).where(_field(hop, "source_id") == cast(value, Text()))
    return found.correlate(_THEN).exists()


def _field(part: Any, name: str) -> Column:  # noqa: ANN401 - as above.
    return field(cast(part.c.value, JSONB()), name)


def _published_by(value: Column, _: View) -> Column:
    hop, wanted = _parts("appearances", "hop"), cast(value, Text())
    source = Source.__table__
    last = entry(source.c.id, "source_then")
    outlet = field(last.c.public_document, "publisher_id")
    found = (
        select(hop.c.value)
        .select_from(hop)
        .join(source, source.c.id == cast(_field(hop, "source_id"), Uuid()))
        .outerjoin(last, true())
        .where(or_(outlet == wanted, _field(hop, "source_id") == wanted))
        .where(source.c.access != Access.CONFIDENTIAL)
    )
    return found.correlate(_THEN).exists()


def _about(value: Column, _: View) -> Column:
    """Look for topics, and those that were below them then."""
    table = Topic.__table__
    last = entry(table.c.id, "topic_then")
    joined = select(table.c.id).select_from(table.join(last, true()))
    key, above = field(last.c.document, "key"), field(last.c.document, "parent_id")
    meant = joined.where(or_(key == value, cast(table.c.id, Text()) == value))
    below = meant.cte("below_then", recursive=True)
    below = below.union(joined.where(above == cast(below.c.id, Text())))
    topic = _parts("topics", "topic_part")
    about = select(topic.c.value).where(_field(topic, "id").in_(select(cast(below.c.id, Text()))))
    return about.correlate(_THEN).exists()


def _in_language(value: Column, _: View) -> Column:
    language = _PAST.said("language")
    return or_(language == value, func.starts_with(language, func.concat(value, "-")))


def _since(value: Column, _: View) -> Column:
    last: Column = func.partial_date_last(_PAST.said("said_on"))
    return last >= func.partial_date_first(value)


def _until(value: Column, _: View) -> Column:
    first: Column = func.partial_date_first(_PAST.said("said_on"))
    return first <= func.partial_date_last(value)


def _verdict(_: View, conditions: list[Column]) -> Column:
    """Say that there was one verdict to which all of these applied."""
    table = Verdict.__table__
    rows = (
        select(table.c.id)
        .select_from(table.join(_VERDICT, true()))
        .where(table.c.statement_id == Statement.id, _FOUND.is_not(None), *conditions)
    )
    return rows.correlate(Statement.__table__).exists()


def _of_verdict(*path: str) -> Filter:
    def condition(value: Column, _: View) -> Column:
        return field(_FOUND, *path) == value

    return Filter(Text(), condition, "verdict")


def _any_verdict(value: Column, view: View) -> Column:
    return _verdict(view, []) == value


_HAS_VERDICT: Condition = _any_verdict

PAST_STATEMENTS = Listing(
    _PAST.kind,
    {
        "as_of": THEN,
        "speaker_id": Filter(
            Uuid(), lambda value, _: _PAST.said("speaker_id") == cast(value, Text())
        ),
        "source_id": Filter(Uuid(), _came_by),
        "publisher_id": Filter(Uuid(), _published_by),
        "rating": _of_verdict("rating", "key"),
        "normalized_rating": _of_verdict("rating", "normalized"),
        "check_type": _of_verdict("check_type"),
        "has_verdict": Filter(Boolean(), _HAS_VERDICT),
        "topic": Filter(Text(), _about),
        "language": Filter(Text(), _in_language),
        "kind": _PAST.equals("kind"),
        "state": _PAST.equals("state"),
        "said_from": Filter(Text(), _since),
        "said_until": Filter(Text(), _until),
        "updated_since": _PAST.since("updated_at"),
    },
    {
        **_PAST.orders(),
        "said_on": Order(
            lambda _: func.coalesce(func.partial_date_first(_PAST.said("said_on")), _NEVER), Date()
        ),
    },
    groups={"verdict": _verdict},
    like=STATEMENTS,
)
