"""The addresses of webhooks, and of the log of each."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.access.authentication import Admin
from app.access.reader import AdminReader
from app.access.writing import Session
from app.changes.archiving import archive
from app.documents.pages import WebhookDeliveryPage, WebhookPage
from app.documents.webhook import WEBHOOK, NewlyMadeWebhook, Webhook, WebhookReplay
from app.documents.webhook_delivery import DELIVERY, WebhookDelivery
from app.foundation.answers import changed, created, several, with_secret
from app.foundation.preconditions import IfMatch
from app.foundation.sealing import Seal
from app.foundation.strict import StrictRoute
from app.webhooks import actions
from app.webhooks.queries import DELIVERIES, OF_WEBHOOK, SAME, WEBHOOKS
from app.webhooks.schemas import (
    NewReplay,
    NewWebhook,
    SecretRotation,
    WebhookDeliveryFilter,
    WebhookFilter,
    WebhookPatch,
)

HAD: dict[int | str, dict[str, Any]] = {304: {"description": "You have it already."}}
router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=StrictRoute)


def webhook_seal(request: Request) -> Seal:
    """Give the seal under which secrets are kept."""
    found: Seal = request.app.state.webhook_seal
    return found


def trusted_hosts(request: Request) -> tuple[str, ...]:
    """Give the hosts to which webhooks may lead although they are private."""
    found: tuple[str, ...] = request.app.state.settings.webhook_hosts
    return found


WebhookSeal = Annotated[Seal, Depends(webhook_seal)]
TrustedHosts = Annotated[tuple[str, ...], Depends(trusted_hosts)]


@router.get("", response_model=WebhookPage)
async def list_webhooks(wanted: Annotated[WebhookFilter, Query()], reader: AdminReader) -> Response:
    """List your organisation's webhooks, without their secrets, the newest first."""
    return await reader.page(WEBHOOKS, wanted, wanted.sort)


@router.post("", response_model=NewlyMadeWebhook, status_code=201)
async def create_webhook(
    new: NewWebhook, by: Admin, session: Session, seal: WebhookSeal, hosts: TrustedHosts
) -> Response:
    """Have public changes sent to an address, from now on. Only this answer has the `secret`.

    Each is a POST as Standard Webhooks has it, and is sent until the answer is 2xx.
    """
    written, secret = await actions.add(session, by, seal, hosts, new)
    return with_secret(created("webhooks", written), "secret", secret)


@router.get("/{webhook_id:id}", response_model=Webhook)
async def get_webhook(webhook_id: UUID, reader: AdminReader) -> Response:
    """Fetch a webhook of your organisation: where it leads, and whether it works."""
    return await reader.one(WEBHOOK, webhook_id)


@router.patch("/{webhook_id:id}", response_model=Webhook)
async def change_webhook(
    webhook_id: UUID,
    patch: WebhookPatch,
    by: Admin,
    session: Session,
    hosts: TrustedHosts,
    if_match: IfMatch = None,
) -> Response:
    """Change where a webhook leads, what is sent to it, or whether anything is.

    Enabled again, it goes on where it stopped: what changed meanwhile is sent, too.
    """
    return changed(await actions.change(session, by, hosts, webhook_id, if_match, patch))


@router.delete("/{webhook_id:id}", status_code=204)
async def archive_webhook(
    webhook_id: UUID, by: Admin, session: Session, if_match: IfMatch = None
) -> Response:
    """Archive a webhook: nothing more is sent to it, and its log is gone with it."""
    return await archive(session, by, WEBHOOK, webhook_id, if_match)


@router.post("/{webhook_id:id}/rotate", response_model=NewlyMadeWebhook)
async def rotate_webhook_secret(
    webhook_id: UUID,
    how: SecretRotation,
    by: Admin,
    session: Session,
    seal: WebhookSeal,
    if_match: IfMatch = None,
) -> Response:
    """Give a webhook a new secret. Only this answer has it, as `secret`.

    For `overlap_seconds`, each message is signed with both, so that there is time to put the new
    one in its place. Rotating again during an overlap ends the older at once.
    """
    written, secret = await actions.rotate(session, by, seal, webhook_id, if_match, how)
    return with_secret(changed(written), "secret", secret)


@router.post("/{webhook_id:id}/ping", response_model=WebhookDelivery)
async def ping_webhook(webhook_id: UUID, by: Admin, session: Session) -> Response:
    """Send a message that tells of nothing, once, to see whether it arrives.

    It is sent within a second or so; its delivery, which this answers, then says how it went. A
    webhook that is disabled is pinged, too.
    """
    return several((await actions.ping(session, by, webhook_id)).body)


@router.post("/{webhook_id:id}/replay", response_model=WebhookReplay)
async def replay_webhook(
    webhook_id: UUID, wanted: NewReplay, by: Admin, session: Session
) -> Response:
    """Send a part of the feed again: all after a position, or what was done in a time.

    It is sent in the feed's order, under the same `webhook-id` as before, also what was never sent
    to this webhook; as far as `events` asks for it. Documents are shown as the feed shows them now.
    """
    made = await actions.replay(session, by, webhook_id, wanted)
    return several(made.model_dump_json().encode())


@router.get("/{webhook_id:id}/deliveries", response_model=WebhookDeliveryPage)
async def list_webhook_deliveries(
    webhook_id: UUID, wanted: Annotated[WebhookDeliveryFilter, Query()], reader: AdminReader
) -> Response:
    """List what was sent to a webhook and what is to be, with each attempt, the newest first."""
    await reader.see(WEBHOOK, webhook_id)
    return await reader.page(DELIVERIES, wanted, wanted.sort, webhook_id=webhook_id)


@router.get(
    "/{webhook_id:id}/deliveries/{delivery_id}", response_model=WebhookDelivery, responses=HAD
)
async def get_webhook_delivery(
    webhook_id: UUID, delivery_id: UUID, reader: AdminReader
) -> Response:
    """Fetch a delivery: what was sent, when, how long it took, and what was answered."""
    await reader.see(WEBHOOK, webhook_id)
    of_it = {"webhook_id": (OF_WEBHOOK, webhook_id), "id": (SAME, delivery_id)}
    return await reader.only(DELIVERY, webhook_id, **of_it)


@router.post("/{webhook_id:id}/deliveries/{delivery_id}/replay", response_model=WebhookDelivery)
async def replay_webhook_delivery(
    webhook_id: UUID, delivery_id: UUID, by: Admin, session: Session
) -> Response:
    """Send one delivery again, whatever became of it, under the same `webhook-id` as before."""
    return several((await actions.replay_one(session, by, webhook_id, delivery_id)).body)
