"""Pages of each kind, as lists answer them."""

from pydantic import MISSING, Field

from app.documents.api_key import ApiKey
from app.documents.comment import Comment
from app.documents.contact import Contact
from app.documents.correction import Correction
from app.documents.correction_request import CorrectionRequest
from app.documents.held_quantity import HeldQuantity
from app.documents.import_job import ImportJob
from app.documents.link import Link
from app.documents.measure import Measure
from app.documents.organization import Organization
from app.documents.rating import RatingScale
from app.documents.rating_map import RatingMap
from app.documents.shape import Document
from app.documents.source import Source
from app.documents.speaker import Speaker
from app.documents.statement import Statement
from app.documents.topic import Topic
from app.documents.verdict import Verdict
from app.documents.verdict_version import VerdictVersion
from app.documents.webhook import Webhook
from app.documents.webhook_delivery import WebhookDelivery
from app.foundation.pages import Count


class Page(Document):
    """What every page has besides its items."""

    next: str | None = Field(description="The cursor of the next page; null on the last.")
    count: Count | MISSING = Field(default=MISSING, description="Only with `count=true`.")


class ApiKeyPage(Page):
    """A page of API keys."""

    items: list[ApiKey]


class CorrectionPage(Page):
    """A page of the log of corrections."""

    items: list[Correction]


class CorrectionRequestPage(Page):
    """A page of correction requests."""

    items: list[CorrectionRequest]


class CommentPage(Page):
    """A page of comments."""

    items: list[Comment]


class ContactPage(Page):
    """A page of contacts."""

    items: list[Contact]


class HeldQuantityPage(Page):
    """A page of quantities, in the order of their time."""

    items: list[HeldQuantity]


class ImportJobPage(Page):
    """A page of imports."""

    items: list[ImportJob]


class LinkPage(Page):
    """A page of links."""

    items: list[Link]


class MeasurePage(Page):
    """A page of measures."""

    items: list[Measure]


class OrganizationPage(Page):
    """A page of organisations."""

    items: list[Organization]


class RatingMapPage(Page):
    """A page of rating maps."""

    items: list[RatingMap]


class RatingScalePage(Page):
    """A page of rating scales."""

    items: list[RatingScale]


class SourcePage(Page):
    """A page of sources."""

    items: list[Source]


class SpeakerPage(Page):
    """A page of speakers."""

    items: list[Speaker]


class StatementPage(Page):
    """A page of statements."""

    items: list[Statement]


class TopicPage(Page):
    """A page of topics."""

    items: list[Topic]


class VerdictPage(Page):
    """A page of verdicts."""

    items: list[Verdict]


class VerdictVersionPage(Page):
    """A page of the versions of a verdict."""

    items: list[VerdictVersion]


class WebhookPage(Page):
    """A page of webhooks."""

    items: list[Webhook]


class WebhookDeliveryPage(Page):
    """A page of the log of a webhook."""

    items: list[WebhookDelivery]
