"""Quantities of any statement, as held: each with who asserts it, and what it conflicts with."""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import FromClause

from app.documents import quantity, statement
from app.documents.quantity import Quantity
from app.documents.shape import Column, Document, Kind, View, json_object
from app.documents.speaker import SpeakerSummary
from app.documents.verdict import VerdictSummary
from app.figures.figure import QuantityAspect, QuantityRelation
from app.tables.measure import Measure
from app.tables.quantity import Quantity as Stored
from app.tables.statement import Statement


class QuantityStatement(Document):
    """The statement that asserts a quantity."""

    id: UUID
    text: str = Field(
        examples=["environ 98.000 Russes sont entrés au Kazakhstan depuis le 21 septembre"]
    )
    language: str = Field(examples=["fr"])
    summary: str | None = Field(
        description="Neutral, at most 300 characters.",
        examples=["About 98,000 Russians have entered Kazakhstan since 21 September"],
    )
    speaker: SpeakerSummary | None
    said_on: str | None = Field(examples=["2022-09-27"])
    verdicts: list[VerdictSummary] = Field(description="Those that are public.")


class QuantityConflict(Document):
    """A quantity that can't be so together with this one."""

    quantity_id: UUID = Field(description="The other quantity.")
    statement_id: UUID = Field(description="The statement that asserts it.")
    relation: QuantityRelation = Field(description="`conflict` or `violates_bound`.")
    detail: str = Field(
        description="The numbers, for a person to check; `a` is this one, `b` the other.",
        examples=["a is 97000 to 99000, b is 117500 to 122500 (person)"],
    )
    assumed: list[QuantityAspect] = Field(
        description="What only one of them says, and was taken for both."
    )


class QuantityConflicts(Document):
    """What conflicts with a quantity."""

    items: list[QuantityConflict] = Field(description="The nearest in time; at most 10.")
    exact: bool = Field(
        description="False where there may be more: it was compared with its nearest neighbours in"
        " time, at most 25 on each side."
    )


class HeldQuantity(Quantity):
    """A number that is on record: with the statement that asserts it, and what conflicts."""

    statement: QuantityStatement
    conflicts: QuantityConflicts = Field(
        description="Other quantities of the same measure and place that can't be so as well."
    )


class QuantityRemark(Document):
    """A reason or an assumption."""

    aspect: QuantityAspect
    detail: str = Field(
        description="Which, in a few words, for a person to check.",
        examples=["a counts 'men', b 'Russian citizens'"],
    )


class QuantityReason(Document):
    """Why two quantities can't be compared."""

    reason: QuantityAspect = Field(description="In what they differ.")
    detail: str = Field(
        description="How, in a few words, for a person to check.",
        examples=["a counts 'men', b 'Russian citizens'"],
    )


class QuantityComparison(Document):
    """How two quantities compare: by a relation, or not at all, with all the reasons."""

    a: UUID = Field(description="The one quantity.")
    b: UUID = Field(description="The other.")
    comparable: bool = Field(description="Whether they are about the same, or whole and part.")
    relation: QuantityRelation | None = Field(description="Null where they aren't comparable.")
    reasons: list[QuantityReason] = Field(description="Why not; all of them.")
    assumed: list[QuantityRemark] = Field(
        description="What only one of the two says, and was taken for both."
    )
    detail: str | None = Field(
        description="The numbers as they were compared, in the unit of `b`.",
        examples=["a is 97000 to 99000, b is 90000 to 110000 (person)"],
    )
    later: UUID | None = Field(description="Which is the later one, where one of them is.")
    third: UUID | None = Field(
        description="The quantity that was needed besides, to compare by net = in - out."
    )


def document(_: View) -> Column:
    """Build the document without its conflicts, which SQL doesn't know."""
    asserted = json_object(
        id=Statement.id,
        text=Statement.text,
        language=Statement.language,
        summary=Statement.summary,
        speaker=statement.spoken_by(),
        said_on=Statement.said_on,
        verdicts=statement.verdicts(View.PUBLIC),
    )
    return json_object(**quantity.fields(), statement=asserted)


def visible(view: View) -> Column:
    """Show what a statement asserts to whoever sees the statement."""
    return statement.visible(view) & Statement.archived_at.is_(None)


def rows(_: View) -> FromClause:
    """Join a quantity to its measure and its statement."""
    table: Any = Stored.__table__
    joined: FromClause = table.join(Measure, Measure.id == Stored.measure_id).join(
        Statement, Statement.id == Stored.statement_id
    )
    return joined


HELD_QUANTITY: Kind[Any] = Kind(
    "quantity",
    "quantities",
    Stored,
    document,
    visible,
    lambda _: Statement.version.expression,
    rows,
    is_archivable=False,
)
