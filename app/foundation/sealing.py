"""Sealing: what is kept, and must not be read by whoever reads the database."""

import base64
from hmac import digest

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Seal:
    """Encrypts for one purpose, by a key of its own that is derived from the installation's secret.

    What was sealed for another purpose, or under another secret, can't be opened.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        """Derive the keys; a purpose keeps its name for as long as something is sealed for it."""
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(secret, purpose)))
        self._marking = _derived(secret, f"{purpose}.marks")

    def closed(self, body: bytes) -> bytes:
        """Encrypt."""
        return self._fernet.encrypt(body)

    def opened(self, body: bytes) -> bytes | None:
        """Decrypt; None when it was sealed under another secret."""
        try:
            return self._fernet.decrypt(body)
        except InvalidToken:
            return None

    def mark(self, text: str) -> str:
        """Give what is always the same for a text, and doesn't tell which text it is."""
        return digest(self._marking, text.encode(errors="replace"), "sha256").hex()


def _derived(secret: str, purpose: str) -> bytes:
    info = f"onrecord.{purpose}".encode()
    return HKDF(SHA256(), 32, salt=None, info=info).derive(secret.encode())
