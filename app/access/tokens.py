"""The secrets of API keys: how they are made, recognised and kept."""

from hashlib import sha256
from secrets import token_urlsafe

PREFIX = "onr_"
SHOWN = len(PREFIX) + 8
"""How many characters of a key may be shown, so that people can tell their keys apart."""


def new_token() -> str:
    """Make a key of 256 random bits."""
    return PREFIX + token_urlsafe(32)


def digest(token: str) -> bytes:
    """Hash a key as it is stored.

    SHA-256 is right for a random secret of 256 bits: there is nothing to guess that a slow hash
    would make slower, and every request has to pay for it.
    """
    return sha256(token.encode()).digest()
