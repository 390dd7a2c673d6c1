"""The keys of an OpenID Connect issuer: found by its discovery document, and kept for a while.

See OpenID Connect Discovery 1.0, RFC 8414 and RFC 7517.
"""

import asyncio
import json
import warnings
from time import monotonic
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from httpx2 import AsyncClient, HTTPError, InvalidURL
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from app.foundation.problems import Unavailable
from app.foundation.transport import is_safe

PublicKey: TypeAlias = ECKey | OKPKey | RSAKey
Keys: TypeAlias = tuple[PublicKey, ...]

KEPT = 3600.0
"""Seconds after which keys are fetched again."""
PAUSE = 60.0
"""Seconds between two fetches while keys are known, whatever tokens come."""
_SHORT_PAUSE = 5.0
"""Seconds between two fetches while none are known."""
_PATIENCE = 5.0
"""Seconds to wait for one document."""
_LARGEST = 256 * 1024
"""Bytes of one document."""
_MOST_KEYS = 50
_SHORTEST_RSA = 2048
_WRONG = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_LOG = structlog.get_logger("onrecord.oidc")


class IssuerAway(Exception):
    """The issuer doesn't answer, or not with what it should."""


class Issuer:
    """An issuer, and the keys with which it signs."""

    def __init__(self, url: str) -> None:
        """Remember where it is; nothing is fetched yet."""
        self.url = url
        self.kept, self.pause = KEPT, PAUSE
        self._keys: Keys = ()
        self._fetched_at = self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def keys(self) -> Keys:
        """Give the keys; those that are known go on while the issuer is away.

        Raises `Unavailable` when none are known.
        """
        if monotonic() - self._fetched_at > self.kept:
            await self._fetch()
        if not self._keys:
            raise Unavailable(
                "Who you are can't be checked now: the issuer of tokens can't be reached",
                retry_after=int(_SHORT_PAUSE),
            )
        return self._keys

    async def newer(self, known: Keys) -> Keys:
        """Give keys that came after these, if there are any; ask the issuer, but not often."""
        if self._keys is known:
            await self._fetch()
        return () if self._keys is known else self._keys

    async def _fetch(self) -> None:
        """Fetch the keys, for all who wait for them; after a while only, if that was just done."""
        async with self._lock:
            pause = self.pause if self._keys else min(self.pause, _SHORT_PAUSE)
            if monotonic() - self._tried_at < pause:
                return
            try:
                self._keys = await fetched(self.url)
                self._fetched_at = monotonic()
            except IssuerAway as away:
                _LOG.warning("issuer away", issuer=self.url, why=str(away))
            self._tried_at = monotonic()


async def fetched(url: str) -> Keys:
    """Fetch an issuer's keys, by way of its discovery document. Raises `IssuerAway`."""
    async with AsyncClient(timeout=_PATIENCE, follow_redirects=False) as client:
        found = await _discovered(client, url)
        if found.get("issuer") != url:
            raise IssuerAway(f"{url} says that it is another issuer")
        where = found.get("jwks_uri")
        if not isinstance(where, str) or not is_safe(where):
            raise IssuerAway(f"{url} names no address of keys that begins with https://")
        keys = _usable(await _document(client, where))
    if not keys:
        raise IssuerAway(f"{where} has no key that can be used")
    return keys


async def _discovered(client: AsyncClient, url: str) -> dict[str, Any]:
    """Fetch the discovery document, where OpenID Connect puts it, or else where RFC 8414 does."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    try:
        return await _document(client, f"{url.rstrip('/')}/.well-known/openid-configuration")
    except IssuerAway as away:
        other = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{path}"
        try:
            return await _document(client, other)
        except IssuerAway:
            raise away from None


async def _document(client: AsyncClient, url: str) -> dict[str, Any]:
    """Fetch one JSON object, of no more than so many bytes."""
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE), client.stream("GET", url) as answer:
            if answer.status_code != 200:  # noqa: PLR2004 - OK.
                raise IssuerAway(f"{url} answers {answer.status_code}")
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > _LARGEST:
                    raise IssuerAway(f"{url} answers more than {_LARGEST} bytes")
        found = json.loads(body)
    except (HTTPError, InvalidURL, OSError, TimeoutError) as error:
        raise IssuerAway(f"{url} can't be reached ({type(error).__name__})") from error
    except _WRONG as error:
        raise IssuerAway(f"{url} does not answer JSON") from error
    if not isinstance(found, dict):
        raise IssuerAway(f"{url} does not answer a JSON object")
    return found


def _usable(found: dict[str, Any]) -> Keys:
    """Take the public keys for signatures out of a set; leave whatever else is in it."""
    listed = found.get("keys")
    if not isinstance(listed, list):
        return ()
    keys = (_key(one) for one in listed[:_MOST_KEYS])
    return tuple(key for key in keys if key is not None)


def _key(found: object) -> PublicKey | None:
    """Read one key; None for what is no public key, is for encryption, is weak, or unreadable."""
    if not isinstance(found, dict) or found.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            key = import_key(found)
        if isinstance(key, RSAKey) and key.public_key.key_size < _SHORTEST_RSA:
            return None
    except (JoseError, UnsupportedAlgorithm, *_WRONG):
        return None
    if not isinstance(key, PublicKey) or key.get("use", "sig") != "sig":
        return None
    return key
