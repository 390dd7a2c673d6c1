"""What is told outside of a published verdict: read once, and written as a ClaimReview."""

from datetime import datetime
from uuid import UUID

from fastapi import Response

from app.access.reading import Reading
from app.documents.listing import same_id
from app.documents.published import PUBLISHED, Published
from app.documents.reviewed import claim_review
from app.documents.shape import View
from app.foundation import outside
from app.foundation.problems import NotAcceptable, NotFound
from app.tables.version import VerdictVersion

LD_JSON = "application/ld+json"
_OF = same_id(VerdictVersion.verdict_id)


async def published(reader: Reading, verdict_id: UUID) -> tuple[int, Published]:
    """Read what is out of a verdict, and its version as the public knows it.

    Raises `NotFound`, also for what its own organisation would see but isn't out.
    """
    row = await reader.as_public.part(PUBLISHED, verdict_id=(_OF, verdict_id))
    if row is None:
        raise NotFound("There is no such verdict, or it was never published")
    _, version, document, *_ = row
    return version, Published.model_validate_json(document)


def refuse_others(view: View | None, as_of: datetime | None) -> None:
    """Refuse to tell as a ClaimReview what isn't out now. Raises `NotAcceptable`."""
    if as_of is not None or view is View.EDITORIAL:
        raise NotAcceptable(f"With as_of, or view=editorial, there is no {LD_JSON}")


async def as_claim_review(reader: Reading, verdict_id: UUID, media: str) -> Response:
    """Answer a published verdict as a ClaimReview. Raises `NotFound`."""
    version, found = await published(reader, verdict_id)
    body = claim_review(found, outside.root(reader.request)).written()
    headers = outside.varies(reader.request)
    headers |= {"Content-Location": f"/v1/verdicts/{verdict_id}/claimreview"}
    return reader.answer(PUBLISHED, verdict_id, version, body, headers, media)
