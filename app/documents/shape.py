"""How Postgres builds a document, and who it builds it for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by

from app.tables.record import Record

Column = ColumnElement[Any]
R = TypeVar("R", bound=Record)
VIEWER = bindparam("viewer", type_=Uuid())
_INSTANT: Column = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""")
_NEVER: Column = cast(null(), DateTime(timezone=True))
_EMPTY: Column = literal_column("'[]'::json")


class View(Enum):
    """Through whose eyes: the public's, or those of an organisation's people (the viewer's)."""

    PUBLIC = "public"
    EDITORIAL = "editorial"


class Document(BaseModel):
    """A part of an answer: it always has all of its fields, and no others."""

    model_config = ConfigDict(extra="forbid")


class Resource(Document):
    """What every resource has."""

    id: UUID = Field(description="UUIDv7: ids sort by when they were made.")
    ref: str | None = Field(description="The caller's own reference.", examples=["cms-4711"])
    version: int = Field(description="Grows with each change.", examples=[1])
    created_at: datetime
    updated_at: datetime
    created_by: str | None = Field(
        description="Who recorded it. Shown to the people of the organisation that owns it."
    )


def everywhere(_: View) -> Column:
    """Say that something is visible to everybody."""
    return true()


def _never(_: object) -> bool:
    return False


@dataclass(frozen=True, eq=False)
class Kind(Generic[R]):
    """A kind of resource: where it is stored, how it is shown, and who sees it."""

    noun: str
    collection: str
    table: type[R]
    document: Callable[[View], Column]
    visible: Callable[[View], Column] = everywhere
    version: Callable[[View], Column] | None = None
    rows: Callable[[View], FromClause] | None = None
    is_archivable: bool = True
    lasts: bool = False
    """Whether the same is shown until something is written, whatever the time."""
    merged_into: Column | None = None
    """The id of what it turned out to be, and null when it is itself; where that can be."""
    is_hidden: Callable[[R], bool] = _never
    """Whether a row that was just made is for its own people alone, as far as the row tells."""

    @property
    def archived_at(self) -> Column:
        """Give when it was archived; null for what can't be."""
        return self.table.archived_at.expression if self.is_archivable else _NEVER

    def shown_version(self, view: View) -> Column:
        """Give the version that a view shows, which may be behind the one being worked on."""
        return self.version(view) if self.version else self.table.version.expression

    def survivor(self) -> Column:
        """Give the id under which it goes on; null when that is its own."""
        return null() if self.merged_into is None else self.merged_into

    def select(self, view: View, *columns: Any) -> Select[Any]:  # noqa: ANN401 - SQL.
        """Start a SELECT over what its document is built from, visible or not."""
        rows = self.rows(view) if self.rows else self.table.__table__
        return select(*columns).select_from(rows)


def json_object(**fields: Any) -> Column:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Build a JSON object, with its fields in this order."""
    pairs: list[Any] = []
    for name, value in fields.items():
        pairs += [literal_column(f"'{name}'"), value]
    made: Column = func.json_build_object(*pairs, type_=JSON())
    return made


def json_list(item: Column, of: Select[Any], *order: Any) -> Column:  # noqa: ANN401 - SQL.
    """Build a JSON list from the rows of a correlated SELECT; an empty one, not null."""
    rows = func.json_agg(aggregate_order_by(item, *order), type_=JSON())
    return of.with_only_columns(func.coalesce(rows, _EMPTY, type_=JSON())).scalar_subquery()


def one(item: Any, of: Select[Any]) -> ScalarSelect[Any]:  # noqa: ANN401 - SQL.
    """Build a JSON object from the row of a correlated SELECT; null when there is none."""
    return of.with_only_columns(item).scalar_subquery()


def instant(column: Any) -> Column:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Write an instant as RFC 3339 has it, in UTC, with `Z`."""
    return func.to_char(func.timezone(literal_column("'UTC'"), column), _INSTANT)


def decimal(column: Any) -> Column:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Write a decimal as text, so that no client rounds it."""
    return cast(column, Text())


def owned(table: Any, view: View) -> Column:  # noqa: ANN401 - a table, or an alias of one.
    """Say whether a record is the viewer's organisation's own."""
    if view is View.PUBLIC:
        return literal_column("false")
    owns: Column = table.organization_id == VIEWER
    return owns


def for_owner(table: Any, view: View, value: Any) -> Column:  # noqa: ANN401 - SQL.
    """Show something to the organisation that owns the record, and null to others."""
    return null() if view is View.PUBLIC else case((owned(table, view), value))


def record_fields(table: Any, view: View) -> dict[str, Any]:  # noqa: ANN401 - as above.
    """Build the fields that every resource ends with."""
    return {
        "created_at": instant(table.created_at),
        "updated_at": instant(table.updated_at),
        "created_by": for_owner(table, view, table.created_by),
    }


def head_fields(table: Any) -> dict[str, Any]:  # noqa: ANN401 - as above.
    """Build the fields that every resource begins with."""
    return {"id": table.id, "ref": table.ref, "version": table.version}
