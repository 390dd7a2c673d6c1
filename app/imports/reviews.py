"""From a ClaimReview to items: who said it, where it appeared, the claim, and the verdict."""

from json import dumps
from typing import Any

from app.exports.schemas import Exported
from app.foundation.problems import InputError, InvalidInput, MalformedRequest, invalid
from app.imports.claimreview import Hop, Party, Review, read
from app.imports.items import Item, Json, Row, digest, item, refuse_depth
from app.imports.marked import Node
from app.imports.reading import LONGEST

_PLATFORM = {"social_post", "video"}


def of_review(no: int, node: Node, language: str | None) -> Row:
    """Read a ClaimReview; what it can't do without, its problem names.

    Raises `MalformedRequest` when it is out of all bounds.
    """
    refuse_depth(node)
    text = dumps(node).encode()
    if len(text) > LONGEST:
        raise MalformedRequest(f"The review is longer than {LONGEST} bytes")
    review = read(node)
    row = Row(no, text, [], warnings=review.remarks.found)
    if review.lacks:
        errors = [
            InputError(pointer=one, code="missing", detail="A ClaimReview needs this")
            for one in review.lacks
        ]
        row.problem = InvalidInput("Something is missing", errors=errors)
        return row
    if review.is_retracted:
        detail = "What others have taken back is not imported"
        row.problem = invalid("/creativeWorkStatus", "retracted", detail)
        return row
    spoken = review.language or language
    if spoken is None:
        row.warn("/inLanguage", "missing", "It names no language, and is taken for 'und'")
    publisher = _publisher(review)
    who = _speaker(review.claimant, publisher) if review.claimant else None
    where = [_source(one) for one in review.hops]
    said = _statement(review, spoken or "und", publisher, who, where)
    row.items = [*([who] if who else []), *where, said, _verdict(review, spoken or "und", said)]
    return row


def _publisher(review: Review) -> str:
    """Name who published it, so that the same one is recognised."""
    assert review.publisher is not None  # noqa: S101 - without one it is refused.
    return review.publisher.name.casefold()


def _speaker(who: Party, publisher: str) -> Item:
    """Make a speaker of a claimant: one for all claims that a publisher ascribes to that name."""
    ids = [{"scheme": "wikidata", "value": who.wikidata_id}] if who.wikidata_id else []
    made = item(Exported.SPEAKERS, {"name": who.name, "kind": who.kind, "external_ids": ids})
    made.key = digest("claimreview speaker", publisher, who.kind, who.name.casefold())
    made.is_loose = True
    return made


def _source(hop: Hop) -> Item:
    body = {"kind": hop.kind, "name": hop.name or hop.url[:500], "url": hop.url}
    made = item(Exported.SOURCES, body | {"published_on": hop.published_on})
    made.key = digest("claimreview source", hop.url)
    made.is_loose = True
    return made


def _statement(
    review: Review, language: str, publisher: str, who: Item | None, where: list[Item]
) -> Item:
    hops = [_hop(one, source) for one, source in zip(review.hops, where, strict=True)]
    body: Json = {
        "text": review.claim,
        "language": language,
        "utterance": "indirect",
        "said_on": review.said_on,
        "speaker_role": review.claimant.role if review.claimant else None,
        "appearances": hops,
        "origin": "import",
    }
    body |= {"speaker_id": str(who.own_id)} if who else {"speaker_is_anonymous": True}
    made = item(Exported.STATEMENTS, body)
    known_by = [review.url] if review.url else [str(review.claimant), str(review.said_on)]
    made.key = digest("claimreview claim", publisher, review.claim, *known_by)
    made.is_loose = True
    return made


def _hop(hop: Hop, source: Item) -> Json:
    return {
        "source_id": str(source.own_id),
        "role": "platform" if hop.kind in _PLATFORM else "outlet",
        "mode": "paraphrase",
        "published_on": hop.published_on,
        "is_first_known": hop.is_first,
    }


def _verdict(review: Review, language: str, said: Item) -> Item:
    publisher: Any = review.publisher
    body: Json = {
        "statement_id": str(said.own_id),
        "check_type": "content",
        "headline": review.headline,
        "summary": review.summary,
        "explanation": review.explanation,
        "language": language,
        "url": review.url,
    }
    made = item(Exported.VERDICTS, body)
    at = review.published_at and review.published_at.isoformat().replace("+00:00", "Z")
    made.told = {
        "organization": {"name": publisher.name, "url": publisher.url},
        "rating": {"label": review.label},
        "state": "published",
        "published_at": at,
    }
    about = (said.key or b"").hex()
    told = {name: body[name] for name in body if name != "statement_id"}
    made.identity = digest("claimreview verdict", about)
    made.key = digest("claimreview verdict", about, dumps([told, review.label]))
    return made
