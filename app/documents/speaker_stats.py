"""What was found about a speaker's statements, counted: no score."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Select, Text, cast, distinct, func, literal_column, select

from app.documents.shape import Column, Document, Kind, View, json_list, json_object
from app.documents.speaker import SPEAKER
from app.tables.rating import CheckType, NormalizedRating, Rating
from app.tables.record import values
from app.tables.speaker import Speaker
from app.tables.statement import Statement, Visibility
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion


class RatingCount(Document):
    """How many verdicts have a rating."""

    normalized: NormalizedRating | None = Field(
        description="The rating, in the words that all share; null: it is mapped to none of them."
    )
    count: int = Field(description="How many verdicts have it.", examples=[2])


class CheckTypeStats(Document):
    """The verdicts on one question: whether it is so, whether they said it, and so on."""

    check_type: CheckType
    verdicts: int = Field(
        description="How many verdicts there are: what the counts of `ratings` are out of.",
        examples=[3],
    )
    statements: int = Field(description="About how many statements they are.", examples=[2])
    ratings: list[RatingCount] = Field(description="Those that occur; they add up to `verdicts`.")


class SpeakerStats(Document):
    """How many verdicts there are about a speaker's statements, and what they found. No score.

    Counted are published verdicts of all organisations, as the public sees them, about public
    statements. Several may be about one statement.
    """

    speaker_id: UUID = Field(description="The speaker.")
    statements: int = Field(description="How many public statements of theirs.", examples=[12])
    statements_with_verdict: int = Field(
        description="How many of these have a verdict that counts.", examples=[2]
    )
    verdicts: int = Field(
        description="How many verdicts count: published, and not retracted.", examples=[3]
    )
    retracted: int = Field(
        description="How many were published and then retracted; nowhere else counted.",
        examples=[0],
    )
    by_check_type: list[CheckTypeStats] = Field(
        description="For each check type of which there is a verdict."
    )


_COUNTS = ~Verdict.retracted


def document(_: View) -> Column:
    """Build the counts; they are the public's for everybody."""
    statements = (
        select(func.count())
        .select_from(Statement)
        .where(*_said())
        .correlate(Speaker)
        .scalar_subquery()
    )
    return json_object(
        speaker_id=Speaker.id,
        statements=statements,
        statements_with_verdict=_count(func.count(distinct(Verdict.statement_id)), _COUNTS),
        verdicts=_count(func.count(), _COUNTS),
        retracted=_count(func.count(), Verdict.retracted.expression),
        by_check_type=_by_check_type(),
    )


def _said() -> tuple[ColumnElement[bool], ...]:
    """Say that a statement is the speaker's, and public."""
    is_public = Statement.visibility == Visibility.PUBLIC
    return Statement.speaker_id == Speaker.id, is_public, Statement.archived_at.is_(None)


def _judged(*columns: Any) -> Select[Any]:  # noqa: ANN401 - whatever SQLAlchemy takes as SQL.
    """Select from the published verdicts about what the speaker said."""
    return (
        select(*columns)
        .select_from(Statement)
        .join(Verdict, Verdict.statement_id == Statement.id)
        .join(VerdictVersion, VerdictVersion.id == Verdict.public_id)
        .join(Rating, Rating.id == VerdictVersion.rating_id)
        .where(*_said(), Verdict.archived_at.is_(None))
        .correlate(Speaker)
    )


def _count(what: Column, which: ColumnElement[bool]) -> Column:
    return _judged(what).where(which).scalar_subquery()


def _by_check_type() -> Column:
    counted = _judged().where(_COUNTS)
    typed = (
        counted.with_only_columns(
            Verdict.check_type,
            func.count().label("verdicts"),
            func.count(distinct(Verdict.statement_id)).label("statements"),
        )
        .group_by(Verdict.check_type)
        .subquery("typed")
    )
    item = json_object(
        check_type=typed.c.check_type,
        verdicts=typed.c.verdicts,
        statements=typed.c.statements,
        ratings=_ratings(counted, typed.c.check_type),
    )
    return json_list(
        item, select(typed).correlate(Speaker), _in_order(typed.c.check_type, CheckType)
    )


def _ratings(counted: Select[Any], check_type: Column) -> Column:
    rated = (
        counted.with_only_columns(
            Verdict.check_type, Rating.normalized, func.count().label("verdicts")
        )
        .group_by(Verdict.check_type, Rating.normalized)
        .subquery("rated")
    )
    item = json_object(normalized=rated.c.normalized, count=rated.c.verdicts)
    of = select(rated).where(rated.c.check_type == check_type).correlate(check_type.table, Speaker)
    return json_list(item, of, _in_order(rated.c.normalized, NormalizedRating))


def _in_order(column: Column, words: type[StrEnum]) -> Column:
    """Sort as the words are listed; what is null comes last."""
    order: Column = literal_column(f"ARRAY{values(words)}")
    return func.array_position(order, cast(column, Text()))


STATS = Kind(SPEAKER.noun, SPEAKER.collection, Speaker, document, merged_into=SPEAKER.merged_into)
