"""What is read of statements that may match, and of what editors decided about them."""

from functools import cache
from typing import Any

from sqlalchemy import Text, Uuid, bindparam, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from app.documents.quantity import fields as quantity_fields
from app.documents.shape import View, json_list, json_object, owned
from app.documents.statement import STATEMENT
from app.finding.inputs import claim_texts
from app.foundation.reads import Query, compiled
from app.tables.link import Link, LinkState, LinkType
from app.tables.matching import StatementTerms
from app.tables.quantity import Quantity
from app.tables.speaker import Speaker
from app.tables.statement import Statement

SAME = (LinkType.SAME_CLAIM, LinkType.REPEATS, LinkType.TRANSLATION_OF)
"""The types of links that say that two statements claim the same."""
_IDS = bindparam("ids", type_=ARRAY(Uuid()))


@cache
def details(view: View) -> Query:
    """Compile the SELECT of what statements are compared by (`ids`), of those that a view shows."""
    said = select(Quantity).where(Quantity.statement_id == Statement.id).correlate(Statement)
    numbers = {name: quantity_fields()[name] for name in ("value", "low", "high", "comparator")}
    numbers["is_estimate"] = Quantity.is_estimate.expression
    rows: Any = (
        select(
            Statement.id,
            Statement.text,
            claim_texts().label("texts"),
            Statement.speaker_id,
            Speaker.name.label("speaker"),
            Statement.said_on,
            cast(json_list(json_object(**numbers), said, Quantity.position), Text()).label(
                "quantities"
            ),
            StatementTerms.terms,
            StatementTerms.weights,
        )
        .outerjoin(Speaker, Speaker.id == Statement.speaker_id)
        .outerjoin(StatementTerms, StatementTerms.statement_id == Statement.id)
        .where(Statement.id == func.any(_IDS))
        .where(STATEMENT.visible(view), Statement.archived_at.is_(None))
    )
    return compiled(rows)


@cache
def twins() -> Query:
    """Compile the SELECT of what is confirmed to be the same claim as statements (`ids`)."""
    asked = func.unnest(_IDS).table_valued("id", name="asked").render_derived()
    twin = func.same_claim_as(asked.c.id).table_valued("id", name="twin").render_derived()
    rows = select(asked.c.id.label("of"), twin.c.id).select_from(asked.join(twin, true()))
    return compiled(rows.where(twin.c.id != asked.c.id))


@cache
def rejected(view: View) -> Query:
    """Compile the SELECT of pairs that were rejected: one of `ids` each, and of `others`.

    Whoever is confirmed to be the same claim as either of them counts as them; but what is
    confirmed to be the same in another way isn't rejected. Those decide whose statements these
    are, and for themselves the viewer's organisation.
    """
    near, far = _with_twins("ids", "near"), _with_twins("others", "far")
    own = near.alias("own")
    is_same = select(own.c.id).where(own.c.of == near.c.of, own.c.id == far.c.of).exists()
    ends = (Link.statement_id, Link.other_id), (Link.other_id, Link.statement_id)
    joins = or_(*((one == near.c.id) & (other == far.c.id) for one, other in ends))
    owner = select(Statement.id).where(
        or_(Statement.id == Link.statement_id, Statement.id == Link.other_id),
        Statement.organization_id == Link.organization_id,
    )
    pairs = (
        select(near.c.of.label("one"), far.c.of.label("other"))
        .select_from(near.join(Link, or_(*(one == near.c.id for one, _ in ends))).join(far, joins))
        .where(Link.state == LinkState.REJECTED, Link.archived_at.is_(None))
        .where(or_(*(Link.type == one for one in SAME)), ~is_same)
        .where(or_(owner.correlate(Link).exists(), owned(Link, view)))
    )
    return compiled(pairs.distinct())


def _with_twins(name: str, called: str) -> Any:  # noqa: ANN401 - a CTE of SQLAlchemy's.
    given = bindparam(name, type_=ARRAY(Uuid()))
    asked = func.unnest(given).table_valued("id", name=f"asked_{called}").render_derived()
    twin = func.same_claim_as(asked.c.id).table_valued("id", name=f"twin_{called}")
    twin = twin.render_derived()
    own = select(asked.c.id.label("of"), asked.c.id)
    others = select(asked.c.id.label("of"), twin.c.id).select_from(asked.join(twin, true()))
    return own.union(others).cte(called)
