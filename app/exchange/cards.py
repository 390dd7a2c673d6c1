"""A verdict's card as it is answered: with its policy, and where to learn how to embed it."""

from uuid import UUID

from fastapi import Response

from app.access.reading import Reading
from app.documents.published import PUBLISHED
from app.exchange import card
from app.foundation import outside
from app.verdicts.telling import published


async def answer(reader: Reading, verdict_id: UUID) -> Response:
    """Answer the card of a published verdict. Raises `NotFound`."""
    version, found = await published(reader, verdict_id)
    base = outside.root(reader.request)
    embedding = card.embedding(found, base, "json")
    headers = outside.varies(reader.request) | {
        "Content-Language": found.language,
        "Content-Security-Policy": card.policy(),
        "Link": f'<{embedding}>; rel="alternate"; type="application/json+oembed"',
        "Referrer-Policy": "no-referrer",
    }
    body = card.written(found, base)
    return reader.answer(PUBLISHED, verdict_id, version, body, headers, card.MEDIA)
