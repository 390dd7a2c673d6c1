"""What was shown at an instant: the same kinds, read from the change log instead of the tables.

The log keeps of every change the document that the public then saw. What was there at an instant is
the last entry until then; entries about one resource are never dated before those that they follow.
"""

from typing import Any

from sqlalchemy import DateTime, Integer, Text, bindparam, cast, func, select, true
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import LateralFromClause

from app.documents.listing import Filter, Order
from app.documents.shape import Column, Kind
from app.tables.change import Change

MOMENT = DateTime(timezone=True)
AS_OF = bindparam("as_of", type_=MOMENT)
THEN = Filter(MOMENT, lambda value, _: value.is_not(None))
"""The filter that every list of the past has: its value is the instant."""


def entry(of: Any, name: str) -> LateralFromClause:  # noqa: ANN401 - a column.
    """Find the last entry about a resource until the instant: both of its documents.

    `of` is the column that has the resource's id, of something else in the same query.
    """
    log = aliased(Change, name=f"{name}_log")
    return (
        select(log.document, log.public_document)
        .where(log.resource_id == of, log.at <= AS_OF)
        .order_by(log.version.desc())
        .limit(1)
        .correlate(of.table)
        .lateral(name)
    )


def field(document: Any, *path: str) -> Column:  # noqa: ANN401 - a column.
    """Give what a field of a document said, as text."""
    made: Column = func.jsonb_extract_path_text(document, *path, type_=Text())
    return made


class Past:
    """A kind as the public saw it at the instant: `kind` to read it, and filters and orders."""

    def __init__(self, present: Kind[Any]) -> None:
        """Take the kind as it is now."""
        self.present = present
        table = present.table.__table__
        last = entry(table.c.id, f"{present.table.__tablename__}_then")
        document: Column = last.c.public_document
        self.document = document
        self.kind: Kind[Any] = Kind(
            present.noun,
            present.collection,
            present.table,
            lambda _: cast(document, JSON()),
            lambda _: document.is_not(None),
            lambda _: cast(document["version"].astext, Integer()),
            lambda _: table.join(last, true()),
            is_archivable=False,
        )

    def said(self, *path: str) -> Column:
        """Give what a field of the document said, as text."""
        return field(self.document, *path)

    def equals(self, *path: str) -> Filter:
        """Filter by what a field said."""
        return Filter(Text(), lambda value, _: self.said(*path) == value)

    def since(self, name: str) -> Filter:
        """Filter by an instant that a field said."""
        return Filter(MOMENT, lambda value, _: self.moment(name) >= value)

    def moment(self, name: str) -> Column:
        """Give an instant that a field said."""
        return cast(self.said(name), MOMENT)

    def orders(self) -> dict[str, Order]:
        """Give the orders that every list has."""
        made = self.present.table.created_at
        return {
            "created_at": Order(lambda _: made.expression, MOMENT),
            "updated_at": Order(lambda _: self.moment("updated_at"), MOMENT),
        }
