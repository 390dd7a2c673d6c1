"""What webhooks receive, for the OpenAPI document, which has a section for that (`webhooks`)."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from app.documents.webhook_message import WebhookMessage, WebhookPingMessage

MessageId = Annotated[
    str,
    Header(
        alias="webhook-id",
        description="The message's own name, the same whenever it is sent again.",
        examples=["msg_01a20470f7d17338b238e2669ef3aa40_42_5b1f7c1c"],
    ),
]
Timestamp = Annotated[
    str,
    Header(
        alias="webhook-timestamp",
        description="When it was sent, in seconds since 1970.",
        examples=["1664287391"],
    ),
]
Signature = Annotated[
    str,
    Header(
        alias="webhook-signature",
        description="`v1,` and the Base64 of an HMAC-SHA256 over `id.timestamp.body`; several are"
        " separated by blanks, and one that is right is enough.",
        examples=["v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="],
    ),
]
router = APIRouter(tags=["webhooks"])


@router.post("change", operation_id="receive_change", status_code=204)
async def receive_change(
    message: WebhookMessage,  # noqa: ARG001 - it is described, and never called.
    message_id: MessageId,  # noqa: ARG001 - as above.
    timestamp: Timestamp,  # noqa: ARG001 - as above.
    signature: Signature,  # noqa: ARG001 - as above.
) -> Response:
    """Receive a public change: the item of the feed.

    Verify the signature over the body as it came, and answer 2xx at once: then it was taken. It may
    come more than once, and then has the same `webhook-id`. What changes of one resource comes in
    order.
    """
    return Response(status_code=204)


@router.post("ping", operation_id="receive_ping", status_code=204)
async def receive_ping(
    message: WebhookPingMessage,  # noqa: ARG001 - as above.
    message_id: MessageId,  # noqa: ARG001 - as above.
    timestamp: Timestamp,  # noqa: ARG001 - as above.
    signature: Signature,  # noqa: ARG001 - as above.
) -> Response:
    """Receive a ping, which tells of nothing: somebody tries the webhook out."""
    return Response(status_code=204)
