"""Correction requests, as shown: to whose verdict it is, and once to who sent it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import FromClause, func, select

from app.documents import organization
from app.documents.organization import OrganizationSummary
from app.documents.shape import (
    Column,
    Document,
    Kind,
    Resource,
    View,
    for_owner,
    head_fields,
    instant,
    json_object,
    owned,
    record_fields,
)
from app.tables.correction_request import CorrectionRequest as Stored
from app.tables.correction_request import CorrectionRequestState
from app.tables.correction_request import Requester as StoredRequester
from app.tables.organization import Organization
from app.tables.verdict import Verdict


class CorrectionRequest(Resource):
    """What somebody says is wrong with a verdict, and what came of it.

    It is shown to the people of the organisation whose verdict it is, and to who sent it as the
    answer to that. Their name and address are not in it.
    """

    verdict_id: UUID = Field(description="The verdict that is said to be wrong.")
    statement_id: UUID = Field(description="The statement that was judged.")
    organization: OrganizationSummary
    message: str = Field(description="What is wrong, in the sender's words.")
    proposed_correction: str | None = Field(description="How it should be, as the sender has it.")
    links: list[str] = Field(description="Where that can be looked up.")
    language: str | None = Field(description="The language of the message.", examples=["fr"])
    state: CorrectionRequestState
    due_on: date = Field(
        description="By when the organisation means to answer.", examples=["2022-10-06"]
    )
    assignee: str | None = Field(
        description="Who looks into it. Shown to the organisation's own people."
    )
    resolution: str | None = Field(description="Why it was accepted or rejected.")
    resolved_at: datetime | None = Field(description="When it was accepted or rejected.")
    resolved_by: str | None = Field(
        description="Who did that. Shown to the organisation's own people."
    )
    resulting_version: int | None = Field(
        description="The number of the verdict's version that resulted.", examples=[2]
    )
    has_requester: bool = Field(
        description="Whether there is a name or an address of who sent it; erased ones are not."
    )
    escalation_url: str | None = Field(
        description="Where to turn who doesn't agree with what came of it; the organisation's."
    )


class Requester(Document):
    """Who sent a correction request. It is kept encrypted, and can be erased."""

    name: str | None = Field(examples=["Ada Lovelace"])
    email: str | None = Field(
        description="Where an answer can be sent.", examples=["reader@example.org"]
    )


def rows(_: View) -> FromClause:
    """Join a request to its verdict and its organisation."""
    table: Any = Stored.__table__
    joined: FromClause = table.join(Verdict, Verdict.id == Stored.verdict_id).join(
        Organization, Organization.id == Stored.organization_id
    )
    return joined


def document(view: View) -> Column:
    """Build the whole document; the query is over `rows`."""
    requester = select(StoredRequester).where(StoredRequester.correction_request_id == Stored.id)
    return json_object(
        **head_fields(Stored),
        verdict_id=Stored.verdict_id,
        statement_id=Verdict.statement_id,
        organization=organization.summary(),
        message=Stored.message,
        proposed_correction=Stored.proposed_correction,
        links=func.to_json(Stored.links),
        language=Stored.language,
        state=Stored.state,
        due_on=Stored.due_on,
        assignee=for_owner(Stored, view, Stored.assignee),
        resolution=Stored.resolution,
        resolved_at=instant(Stored.resolved_at),
        resolved_by=for_owner(Stored, view, Stored.resolved_by),
        resulting_version=Stored.resulting_version,
        has_requester=requester.correlate(Stored).exists(),
        escalation_url=Organization.escalation_url,
        **record_fields(Stored, view),
    )


def visible(view: View) -> Column:
    """Show a request to the organisation whose verdict it is, and never to the public."""
    return owned(Stored, view)


CORRECTION_REQUEST = Kind(
    "correction request", "correction-requests", Stored, document, visible, rows=rows
)
