"""A model behind an address that answers as OpenAI's does: `POST {address}/embeddings`.

See OpenAI's API reference, "Create embeddings"; many servers of models answer alike.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import SecretStr

from app.foundation.optional import later
from app.meaning.embedder import (
    LONGEST,
    LONGEST_QUERY,
    EmbedderAway,
    Model,
    Unreadable,
    Vector,
    readable,
    unit,
)

if TYPE_CHECKING:
    import httpx2
else:
    httpx2 = later("httpx2")

PATIENCE: Final = 5.0
"""Seconds to wait for the vectors of queries."""
LONG_PATIENCE: Final = 50.0
"""Seconds to wait for those of passages."""
_OK: Final = 200
_REFUSED: Final = frozenset({400, 413, 422})
"""How servers say that it is the texts that they can't read."""
_NUMBER: Final = 32
"""Bytes of one number in JSON, at most."""
_REST: Final = 64 * 1024
_PREFIXED: Final = re.compile(r"\be5\b", re.IGNORECASE)
"""Models of the E5 family are told in words what a text is for."""
_WRONG = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)


class Endpoint:
    """Asks a model behind an address; one request for all texts."""

    def __init__(self, url: str, model: str, dimensions: int, key: SecretStr | None) -> None:
        """Remember where it is; nothing is asked yet."""
        self.model = Model(model, url.rstrip("/"), dimensions)
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        self._client = httpx2.AsyncClient(headers=headers, follow_redirects=False)
        self._is_told = _PREFIXED.search(model) is not None

    async def queries(self, texts: Sequence[str]) -> list[Vector]:
        """Read texts that others shall be near to."""
        return await self._read("query: ", texts, LONGEST_QUERY, PATIENCE)

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Read texts that are to be found."""
        return await self._read("passage: ", texts, LONGEST, LONG_PATIENCE)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _read(
        self, told: str, texts: Sequence[str], longest: int, patience: float
    ) -> list[Vector]:
        if not texts:
            return []
        prefix = told if self._is_told else ""
        asked = {
            "model": self.model.name,
            "input": [prefix + readable(text, longest) for text in texts],
            "encoding_format": "float",
        }
        return self._vectors(await self._answer(asked, patience), len(texts))

    async def _answer(self, asked: Mapping[str, Any], patience: float) -> bytes:
        """Ask, and read an answer of no more than so many bytes."""
        most = len(asked["input"]) * self.model.dimensions * _NUMBER + _REST
        body = bytearray()
        try:
            async with (
                asyncio.timeout(patience),
                self._client.stream(
                    "POST", f"{self.model.version}/embeddings", json=asked, timeout=patience
                ) as answer,
            ):
                if answer.status_code in _REFUSED:
                    raise Unreadable(f"The model's server answers {answer.status_code}")
                if answer.status_code != _OK:
                    raise EmbedderAway(f"The model's server answers {answer.status_code}")
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > most:
                        raise EmbedderAway(f"The model's server answers more than {most} bytes")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError) as error:
            raise EmbedderAway(
                f"The model's server can't be reached ({type(error).__name__})"
            ) from error
        return bytes(body)

    def _vectors(self, body: bytes, count: int) -> list[Vector]:
        """Read the vectors out of an answer, in the order of the texts."""
        try:
            items = sorted(json.loads(body)["data"], key=lambda item: int(item["index"]))
            found = [unit(item["embedding"], self.model.dimensions) for item in items]
            order = [item["index"] for item in items]
        except _WRONG as error:
            raise EmbedderAway("The model's server doesn't answer what it should") from error
        if order != list(range(count)):
            raise EmbedderAway(f"The model's server answers {len(found)} vectors for {count} texts")
        return found
