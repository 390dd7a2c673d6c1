"""What lies on the desk: one SELECT for all of it."""

from functools import cache
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Select, Text, bindparam, func, literal_column, or_, select

from app.documents import desk, verdict
from app.documents.shape import VIEWER, Column, View, json_object
from app.foundation.reads import Query, compiled
from app.tables.correction_request import CorrectionRequest, CorrectionRequestState
from app.tables.organization import Organization
from app.tables.verdict import Verdict, VerdictState
from app.tables.version import VerdictVersion
from app.tables.webhook import DisabledReason, Webhook

_PERSON = bindparam("person", type_=Text())
_MARKS = bindparam("marks", type_=ARRAY(Text()))
_REVIEWS = bindparam("reviews", type_=Boolean())
_ADMINISTERS = bindparam("administers", type_=Boolean())
_UNASKED = (DisabledReason.GONE, DisabledReason.FAILING)
_OPEN = (CorrectionRequestState.RECEIVED, CorrectionRequestState.IN_REVIEW)
_SOON: Column = literal_column("interval '7 days'")
_NO_DAY: Column = literal_column("'infinity'::date")


@cache
def everything() -> Query:
    """Compile the SELECT of the whole desk."""
    mine = desk.verdict_rows().where(Verdict.organization_id == VIEWER)
    is_mine = func.lower(Verdict.assignee) == func.lower(_PERSON)
    is_open = Verdict.state != VerdictState.RETRACTED
    in_time = (func.coalesce(Verdict.due_on, _NO_DAY), Verdict.updated_at, Verdict.id)
    item = desk.verdict_item()
    is_stale = verdict.is_stale(View.EDITORIAL)
    requests = (
        select(CorrectionRequest.id)
        .where(CorrectionRequest.organization_id == VIEWER)
        .where(or_(*(CorrectionRequest.state == one for one in _OPEN)))
        .where(CorrectionRequest.archived_at.is_(None))
    )
    parts = {
        "assigned": desk.part(
            "assigned", mine.where(is_mine, is_open), item, *in_time
        ),
        "to_review": desk.part("to_review", mine.where(*_to_review()), item, *in_time),
        "due": desk.part(
            "due", mine.where(is_open, Verdict.due_on <= desk.today() + _SOON), item, *in_time
        ),
        "stale": desk.part(
            "stale",
            mine.where(Verdict.state == VerdictState.PUBLISHED, is_stale),
            item,
            *in_time,
        ),
        "correction_requests": desk.part(
            "requests", requests, desk.request_item(), CorrectionRequest.due_on,
            CorrectionRequest.id,
        ),
        "webhooks": desk.part(
            "webhooks", _silenced(), desk.webhook_item(), Webhook.disabled_at.desc(), Webhook.id
        ),
    }  # fmt: skip
    return compiled(select(json_object(person=_PERSON, **parts).label("document")))


def _silenced() -> Select[UUID]:
    """Select the webhooks that were disabled without anybody's asking, for who may enable them."""
    return select(Webhook.id).where(
        Webhook.organization_id == VIEWER,
        Webhook.archived_at.is_(None),
        or_(*(Webhook.disabled_reason == one for one in _UNASKED)),
        _ADMINISTERS,
    )


def _to_review() -> tuple[Column, ...]:
    """Say that a verdict waits for a review that the caller may give."""
    alone = select(Organization.id).where(
        Organization.id == VIEWER, Organization.second_person.is_(False)
    )
    wrote = VerdictVersion.writers.overlap(_MARKS)
    began = func.lower(VerdictVersion.author) == func.lower(_PERSON)
    is_another = ~wrote & or_(func.cardinality(VerdictVersion.writers) > 0, ~began)
    return Verdict.state == VerdictState.IN_REVIEW, _REVIEWS, or_(is_another, alone.exists())
