"""The desk, as shown: the open work of one person, and of their organisation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ScalarSelect, Select, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.sql.selectable import Subquery

from app.documents import verdict, version
from app.documents.listing import COUNTED
from app.documents.rating import VerdictRating
from app.documents.shape import Column, Document, View, instant, json_object
from app.documents.verdict import StaleReason
from app.foundation.pages import Count
from app.tables.correction_request import CorrectionRequest, CorrectionRequestState
from app.tables.rating import CheckType
from app.tables.statement import Statement
from app.tables.verdict import Verdict, VerdictState
from app.tables.version import VerdictVersion
from app.tables.webhook import DisabledReason, Webhook

SHOWN = 20
"""How many items each part of the desk shows at most."""
_EMPTY: Column = literal_column("'[]'::json")
_VIEW = View.EDITORIAL


class DeskVerdict(Document):
    """A verdict that there is something to do about."""

    id: UUID
    statement_id: UUID
    statement: str = Field(description="The statement's summary, or else its text.")
    check_type: CheckType
    state: VerdictState
    rating: VerdictRating | None
    headline: str | None
    author: str
    assignee: str | None
    due_on: date | None = Field(description="Until when it is to be done.", examples=["2022-10-06"])
    stale_reasons: list[StaleReason]
    updated_at: datetime


class DeskVerdicts(Document):
    """Verdicts of one part of the desk."""

    items: list[DeskVerdict] = Field(description="The most pressing first; at most 20.")
    count: Count


class DeskCorrectionRequest(Document):
    """A correction request that nobody has resolved yet."""

    id: UUID
    verdict_id: UUID
    message: str = Field(description="What is wrong, in the sender's words.")
    state: CorrectionRequestState
    assignee: str | None
    due_on: date = Field(description="By when to answer.", examples=["2022-10-06"])
    is_overdue: bool = Field(description="Whether that day is over.")
    created_at: datetime


class DeskCorrectionRequests(Document):
    """Correction requests on the desk."""

    items: list[DeskCorrectionRequest] = Field(description="The first due first; at most 20.")
    count: Count


class DeskWebhook(Document):
    """A webhook to which nothing is sent any more, though nobody asked for that."""

    id: UUID
    url: str = Field(description="Where it leads.", examples=["https://cms.example/hooks"])
    description: str | None = Field(description="What it is for.", examples=["The CMS"])
    disabled_reason: DisabledReason
    disabled_at: datetime = Field(description="Since when nothing is sent.")


class DeskWebhooks(Document):
    """Webhooks on the desk."""

    items: list[DeskWebhook] = Field(description="The latest first; at most 20.")
    count: Count


class Desk(Document):
    """The open work of who asks, and what their organisation shouldn't forget."""

    person: str = Field(description="Whose desk it is.", examples=["Ada Lovelace"])
    assigned: DeskVerdicts = Field(description="Assigned to you, and not out yet.")
    to_review: DeskVerdicts = Field(
        description="In review, and yours to approve: none that you wrote, where a second person is"
        " asked for. Empty without the scope `review`."
    )
    due: DeskVerdicts = Field(description="Due within a week or overdue, whoever does it.")
    stale: DeskVerdicts = Field(description="Out, and something speaks for judging again.")
    correction_requests: DeskCorrectionRequests
    webhooks: DeskWebhooks = Field(
        description="Webhooks that were disabled because they failed or were gone. Empty without"
        " the scope `admin`."
    )


def today() -> Column:
    """Give the day it is, in UTC."""
    day: Column = literal_column("(now() AT TIME ZONE 'UTC')::date")
    return day


def verdict_item() -> Column:
    """Build a verdict of the desk; the query is over `verdict_rows`."""
    return json_object(
        id=Verdict.id,
        statement_id=Verdict.statement_id,
        statement=func.coalesce(Statement.summary, Statement.text),
        check_type=Verdict.check_type,
        state=Verdict.state,
        rating=version.rated(),
        headline=VerdictVersion.headline,
        author=VerdictVersion.author,
        assignee=Verdict.assignee,
        due_on=Verdict.due_on,
        stale_reasons=verdict.stale_reasons(_VIEW),
        updated_at=instant(Verdict.updated_at),
    )


def verdict_rows() -> Select[Any]:
    """Start a SELECT over the verdicts of the viewer's organisation, as they are worked on."""
    joined = version.rows(_VIEW).join(Statement, Statement.id == Verdict.statement_id)
    return select(Verdict.id).select_from(joined).where(Verdict.archived_at.is_(None))


def request_item() -> Column:
    """Build a correction request of the desk."""
    row = CorrectionRequest
    return json_object(
        id=row.id,
        verdict_id=row.verdict_id,
        message=row.message,
        state=row.state,
        assignee=row.assignee,
        due_on=row.due_on,
        is_overdue=row.due_on < today(),
        created_at=instant(row.created_at),
    )


def webhook_item() -> Column:
    """Build a webhook of the desk."""
    return json_object(
        id=Webhook.id,
        url=Webhook.url,
        description=Webhook.description,
        disabled_reason=Webhook.disabled_reason,
        disabled_at=instant(Webhook.disabled_at),
    )


def part(name: str, rows: Select[Any], item: Column, *order: Any) -> Column:  # noqa: ANN401 - SQL.
    """Build a part of the desk: its first items, and how many there are."""
    place = func.row_number().over(order_by=order).label("place")
    first: Subquery = (
        rows.with_only_columns(item.label("item"), place)
        .order_by(*order)
        .limit(SHOWN)
        .subquery(f"{name}_items")
    )
    shown = func.json_agg(aggregate_order_by(first.c.item, first.c.place), type_=JSON())
    items = select(func.coalesce(shown, _EMPTY, type_=JSON())).scalar_subquery()
    return json_object(items=items, count=_count(name, rows))


def _count(name: str, rows: Select[Any]) -> Column:
    bounded = rows.limit(COUNTED + 1).subquery(f"{name}_counted")
    found = select(func.count().label("found")).select_from(bounded).subquery(f"{name}_found")
    value = func.least(found.c.found, COUNTED)
    made: ScalarSelect[Any] = select(
        json_object(value=value, exact=found.c.found <= COUNTED)
    ).scalar_subquery()
    return made
