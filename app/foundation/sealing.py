"""Sealing: what is kept, and must not be read by whoever reads the database."""

import base64
from functools import cached_property
from hmac import digest
from typing import TYPE_CHECKING

from app.foundation.optional import later

if TYPE_CHECKING:
    from cryptography import fernet
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf import hkdf
else:  # They take 8 MB, and few answers are sealed.
    fernet = later("cryptography.fernet")
    hashes = later("cryptography.hazmat.primitives.hashes")
    hkdf = later("cryptography.hazmat.primitives.kdf.hkdf")


class Seal:
    """Encrypts for one purpose, by a key of its own that is derived from the installation's secret.

    What was sealed for another purpose, or under another secret, can't be opened.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        """Seal for a purpose, which keeps its name for as long as something is sealed for it."""
        self._secret, self._purpose = secret, purpose

    @cached_property
    def _fernet(self) -> "fernet.Fernet":
        return fernet.Fernet(base64.urlsafe_b64encode(_derived(self._secret, self._purpose)))

    @cached_property
    def _marking(self) -> bytes:
        return _derived(self._secret, f"{self._purpose}.marks")

    def closed(self, body: bytes) -> bytes:
        """Encrypt."""
        return self._fernet.encrypt(body)

    def opened(self, body: bytes) -> bytes | None:
        """Decrypt; None when it was sealed under another secret."""
        try:
            return self._fernet.decrypt(body)
        except fernet.InvalidToken:
            return None

    def mark(self, text: str) -> str:
        """Give what is always the same for a text, and doesn't tell which text it is."""
        return digest(self._marking, text.encode(errors="replace"), "sha256").hex()


def _derived(secret: str, purpose: str) -> bytes:
    info = f"onrecord.{purpose}".encode()
    return hkdf.HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(secret.encode())
