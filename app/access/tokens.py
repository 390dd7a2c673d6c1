"""The secrets of API keys: how they are made, recognised and kept."""

from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

PREFIX = "onr_"
SHOWN = len(PREFIX) + 8
"""How many characters of a key may be shown, so that people can tell their keys apart."""
INVALID = "invalid_token"
"""What RFC 6750 calls a credential that is not, or no longer, good."""


def new_token() -> str:
    """Make a key of 256 random bits."""
    return PREFIX + token_urlsafe(32)


def digest(token: str) -> bytes:
    """Hash a key as it is stored.

    SHA-256 is right for a random secret of 256 bits: there is nothing to guess that a slow hash
    would make slower, and every request has to pay for it.

    For the same reason a key may be looked up by its digest in an index, which takes more or less
    time depending on the digests that are there: whoever measured that would learn of a digest
    how it begins, could not choose tokens by their digests, and from a digest there is no way back
    to the secret.
    """
    return sha256(token.encode()).digest()


def matches(given: bytes, kept: bytes | None) -> bool:
    """Say whether a digest is the one that is kept, in a time that tells nothing."""
    return kept is not None and compare_digest(given, kept)
