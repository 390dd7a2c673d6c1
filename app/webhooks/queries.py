"""How webhooks and their deliveries are listed and looked up."""

from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, DateTime, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.documents.listing import Filter, Listing, equals, same_id, standard_orders
from app.documents.shape import Column, View
from app.documents.webhook import WEBHOOK
from app.documents.webhook_delivery import DELIVERY
from app.foundation.answers import Written
from app.foundation.problems import NotFound
from app.tables.change import SealedChange
from app.tables.webhook import WebhookCursor, WebhookDelivery

_MOMENT = DateTime(timezone=True)
OF_WEBHOOK = same_id(WebhookDelivery.webhook_id)
SAME = same_id(WebhookDelivery.id)


def _from(value: BindParameter[Any], _: View) -> Column:
    return WebhookDelivery.created_at >= value


def _until(value: BindParameter[Any], _: View) -> Column:
    return WebhookDelivery.created_at <= value


WEBHOOKS = Listing(WEBHOOK, {}, standard_orders(WEBHOOK))
DELIVERIES = Listing(
    DELIVERY,
    {
        "webhook_id": OF_WEBHOOK,
        "state": equals(WebhookDelivery.state),
        "event": equals(WebhookDelivery.event),
        "created_from": Filter(_MOMENT, _from),
        "created_until": Filter(_MOMENT, _until),
    },
    standard_orders(DELIVERY),
)


async def end_of_feed(session: AsyncSession) -> int:
    """Tell how far the feed goes."""
    return await session.scalar(select(func.max(SealedChange.position))) or 0


async def count_replays(session: AsyncSession, webhook_id: UUID) -> int:
    """Count the replays of a webhook that are under way."""
    under_way = select(func.count()).where(
        WebhookCursor.webhook_id == webhook_id, WebhookCursor.until.is_not(None)
    )
    return await session.scalar(under_way) or 0


async def delivery(session: AsyncSession, webhook_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """Find a delivery of a webhook, and lock it. Raises `NotFound`."""
    one = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == webhook_id
    )
    found = await session.scalar(one.with_for_update())
    if found is None:
        raise NotFound("There is no such delivery, or the log doesn't keep it any more")
    return found


async def shown_delivery(session: AsyncSession, row: WebhookDelivery) -> Written:
    """Give the document of a delivery as it is now."""
    view = View.EDITORIAL
    document = cast(DELIVERY.document(view), Text())
    await session.flush()
    found = await session.scalar(
        DELIVERY.select(view, document).where(WebhookDelivery.id == row.id)
    )
    return Written(row.id, row.attempts, str(found).encode())
