"""Secrets and signatures, as Standard Webhooks has them: HMAC-SHA256, in the scheme `v1`."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from hmac import digest
from typing import Final

from app.foundation.sealing import Seal

PURPOSE: Final = "webhooks"
"""For what secrets are sealed."""
_PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new_secret() -> str:
    """Make a secret: 256 random bits."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sealed(seal: Seal, secret: str) -> bytes:
    """Seal a secret, for keeping."""
    return seal.closed(secret.encode())


def opened(seal: Seal, kept: Sequence[bytes]) -> list[str]:
    """Open what was sealed, but for what was under another secret of the installation."""
    found = (seal.opened(one) for one in kept)
    return [one.decode() for one in found if one is not None]


def headers(message_id: str, at: datetime, body: bytes, signing: Sequence[str]) -> dict[str, str]:
    """Make the headers that vouch for a message, with a signature by each of the secrets."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    signatures = [_signature(secret, signed) for secret in signing]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return f"v1,{base64.b64encode(digest(key, signed, 'sha256')).decode()}"
