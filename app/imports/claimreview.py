"""Reading ClaimReview as it is really published: tolerant, and with a word on everything odd.

It is pure: it takes a node of JSON-LD and gives a `Review`, or says what it lacks. Nothing is
guessed without a warning that names the field. The properties are those of schema.org and of
Google's page on fact check markup; the oddities are those that publishers' markup has.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from app.imports import loosely
from app.imports.loosely import Remarks
from app.imports.marked import Node, types_of

LONGEST_CLAIM: Final = 5000
LONGEST_SUMMARY: Final = 600
LONGEST_TEXT: Final = 100_000
LONGEST_LINE: Final = 500
MOST_HOPS: Final = 200


@dataclass(frozen=True, slots=True)
class Party:
    """A person or an organisation."""

    name: str
    kind: str = "unknown"
    role: str | None = None
    url: str | None = None
    wikidata_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a claim appeared."""

    url: str
    kind: str
    name: str | None
    published_on: str | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A ClaimReview, as far as it could be read, and what was odd about it.

    `claimant` is None when nobody in particular made the claim. `numbers` are the rating's value,
    worst and best, where they make sense. `lacks` names what it can't do without.
    """

    claim: str
    label: str
    publisher: Party | None
    url: str | None
    language: str | None
    published_at: datetime | None
    headline: str | None
    summary: str | None
    explanation: str | None
    claimant: Party | None
    said_on: str | None
    hops: list[Hop]
    numbers: tuple[float, float, float] | None
    is_retracted: bool
    remarks: Remarks
    lacks: list[str] = field(default_factory=list)


_TAKEN_BACK = frozenset({"retracted", "withdrawn"})


def read(node: Node) -> Review:
    """Read a ClaimReview."""
    remarks = Remarks()
    claim_node = _claim(node, remarks)
    rating = loosely.single(node.get("reviewRating"), "/reviewRating", remarks)
    rating = rating if isinstance(rating, dict) else {}
    url = loosely.address(node.get("url"), "/url", remarks)
    summary, explanation = _texts(node, rating, remarks)
    review = Review(
        claim=_claimed(node, claim_node, remarks),
        label=_label(rating, remarks),
        publisher=_publisher(node, url, remarks),
        url=url,
        language=loosely.language(node.get("inLanguage"), "/inLanguage", remarks),
        published_at=loosely.instant(node.get("datePublished"), "/datePublished", remarks),
        headline=_headline(node, remarks),
        summary=summary,
        explanation=explanation,
        claimant=_claimant(claim_node, remarks),
        said_on=loosely.day(
            claim_node.get("datePublished"), "/itemReviewed/datePublished", remarks
        ),
        hops=_hops(claim_node, remarks),
        numbers=_numbers(rating, remarks),
        is_retracted=_is_retracted(node),
        remarks=remarks,
    )
    needed = {
        "/claimReviewed": review.claim,
        "/reviewRating/alternateName": review.label,
        "/author": review.publisher,
    }
    review.lacks.extend(pointer for pointer, found in needed.items() if not found)
    return review


def _claim(node: Node, remarks: Remarks) -> Node:
    found = loosely.single(node.get("itemReviewed"), "/itemReviewed", remarks)
    if not isinstance(found, dict):
        remarks.add("/itemReviewed", "missing", "There is no claim: who said it isn't told")
        return {}
    if "Claim" not in types_of(found):
        kind = ", ".join(sorted(types_of(found))) or "nothing"
        remarks.add("/itemReviewed/@type", "old_type", f"It is called {kind}, and read as a Claim")
    return found


def _claimed(node: Node, claim: Node, remarks: Remarks) -> str:
    text = loosely.text(node.get("claimReviewed"), "/claimReviewed", remarks)
    if text is None:
        for name in ("text", "name", "headline"):
            text = loosely.text(claim.get(name), f"/itemReviewed/{name}", remarks)
            if text is not None:
                told = f"It is missing; itemReviewed.{name} is taken for it"
                remarks.add("/claimReviewed", "missing", told)
                break
    return loosely.cut(text or "", LONGEST_CLAIM, "/claimReviewed", remarks)


def _is_retracted(node: Node) -> bool:
    """Say whether it was taken back: by its status, or because its feed has deleted it."""
    status = loosely.text(node.get("creativeWorkStatus"), "/creativeWorkStatus", Remarks())
    return bool(node.get("dateDeleted")) or (status or "").casefold() in _TAKEN_BACK


def _label(rating: Node, remarks: Remarks) -> str:
    for name in ("alternateName", "name"):
        text = loosely.text(rating.get(name), f"/reviewRating/{name}", remarks)
        if text is not None:
            if name != "alternateName":
                told = "It is missing; the rating's name is taken for it"
                remarks.add("/reviewRating/alternateName", "missing", told)
            return loosely.cut(text, LONGEST_LINE, "/reviewRating/alternateName", remarks)
    value = rating.get("ratingValue")
    if isinstance(value, str) and loosely.number(value) is None and value.strip():
        told = "It is missing; the words in ratingValue are taken for it"
        remarks.add("/reviewRating/alternateName", "missing", told)
        text = loosely.text(value, "/reviewRating/ratingValue", remarks)
        return loosely.cut(text or "", LONGEST_LINE, "/reviewRating/ratingValue", remarks)
    return ""


def _numbers(rating: Node, remarks: Remarks) -> tuple[float, float, float] | None:
    """Read the rating's numbers: all three, or none. Those that make no sense are dropped."""
    given = [rating.get(name) for name in ("ratingValue", "worstRating", "bestRating")]
    if all(one is None for one in given):
        return None
    found = [loosely.number(one) for one in given]
    if any(one is None for one in found):
        remarks.add(
            "/reviewRating", "numbers", "Its numbers aren't all three there; they are left out"
        )
        return None
    value, worst, best = (float(one) for one in found if one is not None)
    if worst >= best:
        remarks.add(
            "/reviewRating", "numbers", "Its scale is turned round; the numbers are left out"
        )
        return None
    if worst < 1 or not worst <= value <= best:
        remarks.add(
            "/reviewRating", "numbers", "Its value is off its scale; the numbers are left out"
        )
        return None
    return value, worst, best


def _publisher(node: Node, url: str | None, remarks: Remarks) -> Party | None:
    for name in ("author", "publisher"):
        found = loosely.single(node.get(name), f"/{name}", remarks)
        party = _party(found, f"/{name}", remarks)
        if party is not None:
            if name != "author":
                remarks.add("/author", "missing", "It is missing; the publisher is taken for it")
            return party
    host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    if not host:
        return None
    remarks.add("/author", "missing", f"It is missing; {host} is taken for it")
    return Party(host, "organization", url=f"https://{host}/")


def _party(found: Any, pointer: str, remarks: Remarks) -> Party | None:  # noqa: ANN401 - any JSON.
    if isinstance(found, str):
        name = loosely.text(found, pointer, remarks)
        return Party(loosely.cut(name, LONGEST_LINE, pointer, remarks)) if name else None
    if not isinstance(found, dict):
        return None
    name = loosely.text(found.get("name"), f"{pointer}/name", remarks)
    url = loosely.address(found.get("url"), f"{pointer}/url", remarks)
    if name is None:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
        if not host:
            return None
        name = host
        remarks.add(f"{pointer}/name", "missing", f"It is missing; {host} is taken for it")
    kinds = types_of(found)
    kind = "person" if "Person" in kinds else "unknown"
    kind = "organization" if any("Organization" in one for one in kinds) else kind
    role = loosely.text(found.get("jobTitle"), f"{pointer}/jobTitle", remarks)
    return Party(
        loosely.cut(name, LONGEST_LINE, f"{pointer}/name", remarks),
        kind,
        role and loosely.cut(role, LONGEST_LINE, f"{pointer}/jobTitle", remarks),
        url,
        loosely.wikidata_id(found.get("sameAs")),
    )


def _claimant(claim: Node, remarks: Remarks) -> Party | None:
    pointer = "/itemReviewed/author"
    party = _party(loosely.single(claim.get("author"), pointer, remarks), pointer, remarks)
    if party is not None and loosely.is_nobody(party.name):
        told = f"'{party.name}' is nobody in particular: the claim is anonymous"
        remarks.add(f"{pointer}/name", "placeholder", told)
        return None
    return party


def _headline(node: Node, remarks: Remarks) -> str | None:
    for name in ("headline", "name"):
        text = loosely.text(node.get(name), f"/{name}", remarks)
        if text is not None:
            return loosely.cut(text, LONGEST_LINE, f"/{name}", remarks)
    return None


def _texts(node: Node, rating: Node, remarks: Remarks) -> tuple[str | None, str | None]:
    """Read the finding in short and at length; what is too long to be short is both."""
    pointer = "/reviewRating/ratingExplanation"
    short = loosely.text(rating.get("ratingExplanation"), pointer, remarks)
    long = loosely.text(node.get("reviewBody"), "/reviewBody", remarks)
    if short is None:
        short = loosely.text(node.get("description"), "/description", remarks)
        pointer = "/description"
    if short is not None and len(short) > LONGEST_SUMMARY and long is None:
        long = short
    summary = short and loosely.cut(short, LONGEST_SUMMARY, pointer, remarks)
    return summary, long and loosely.cut(long, LONGEST_TEXT, "/reviewBody", remarks)


_KINDS = {
    "NewsArticle": "article", "Article": "article", "BlogPosting": "article", "Report": "report",
    "SocialMediaPosting": "social_post", "DiscussionForumPosting": "social_post",
    "VideoObject": "video", "AudioObject": "audio", "ImageObject": "photo", "Dataset": "dataset",
    "WebPage": "article", "Speech": "speech",
}  # fmt: skip


def _hops(claim: Node, remarks: Remarks) -> list[Hop]:
    """Read where it appeared; what has no address can't be recognised, and is left out."""
    found: dict[str, Hop] = {}
    for name in ("firstAppearance", "appearance"):
        given = claim.get(name)
        nodes = given if isinstance(given, list) else [given]
        if len(nodes) > MOST_HOPS:
            told = f"There are {len(nodes)}, and the first {MOST_HOPS} are taken"
            remarks.add(f"/itemReviewed/{name}", "several", told)
        for at, one in enumerate(nodes[:MOST_HOPS] if given is not None else ()):
            pointer = f"/itemReviewed/{name}" + (f"/{at}" if isinstance(given, list) else "")
            is_first = name == "firstAppearance" and at == 0
            hop = _hop(one, pointer, remarks, is_first=is_first)
            if hop is not None:
                found.setdefault(hop.url, hop)
    return list(found.values())[:MOST_HOPS]


def _hop(given: Any, pointer: str, remarks: Remarks, *, is_first: bool) -> Hop | None:  # noqa: ANN401 - any JSON.
    if isinstance(given, str):
        url = loosely.address(given, pointer, remarks)
        return Hop(url, "other_document", None, None, is_first) if url else None
    if not isinstance(given, dict):
        return None
    url = loosely.address(given.get("url") or given.get("@id"), f"{pointer}/url", remarks)
    if url is None:
        remarks.add(pointer, "no_address", "It has no address, and is left out")
        return None
    kind = next((_KINDS[one] for one in sorted(types_of(given)) if one in _KINDS), "other_document")
    name = loosely.text(given.get("headline") or given.get("name"), f"{pointer}/name", remarks)
    published = loosely.day(given.get("datePublished"), f"{pointer}/datePublished", remarks)
    name = name and loosely.cut(name, LONGEST_LINE, f"{pointer}/name", remarks)
    return Hop(url, kind, name, published, is_first)
