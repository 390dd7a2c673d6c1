"""From a published verdict to its ClaimReview."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import MISSING

from app.documents.appearance import Appearance
from app.documents.claim_review import (
    AgentType,
    Claimant,
    ClaimReview,
    CorrectionComment,
    RelatedWork,
    ReviewAuthor,
    ReviewedClaim,
    ReviewedWork,
    ReviewRating,
    WorkType,
)
from app.documents.phrases import Phrase, phrase, primary
from app.documents.published import Published, PublishedSpeaker, PublishedStatement
from app.documents.source import SourceSummary
from app.tables.rating import CheckType
from app.tables.source import OUTLETS, Access, SourceKind
from app.tables.speaker import SpeakerKind

_PEOPLE = {SpeakerKind.PERSON, SpeakerKind.UNKNOWN}
_WORKS: Final[dict[SourceKind, WorkType]] = {
    SourceKind.NEWS_AGENCY: WorkType.NEWS_ARTICLE,
    SourceKind.NEWSPAPER: WorkType.NEWS_ARTICLE,
    SourceKind.MAGAZINE: WorkType.ARTICLE,
    SourceKind.WEBSITE: WorkType.WEB_PAGE,
    SourceKind.SOCIAL_PLATFORM: WorkType.SOCIAL_POST,
    SourceKind.ARTICLE: WorkType.NEWS_ARTICLE,
    SourceKind.WIRE: WorkType.NEWS_ARTICLE,
    SourceKind.PRESS_RELEASE: WorkType.ARTICLE,
    SourceKind.REPORT: WorkType.REPORT,
    SourceKind.VIDEO: WorkType.VIDEO,
    SourceKind.AUDIO: WorkType.AUDIO,
    SourceKind.SOCIAL_POST: WorkType.SOCIAL_POST,
    SourceKind.DATASET: WorkType.DATASET,
    SourceKind.LAW: WorkType.LEGISLATION,
    SourceKind.PHOTO: WorkType.IMAGE,
}
"""As what a source is told; what isn't here is a `CreativeWork`."""
_REGISTERS = (
    ("wikidata", re.compile("Q[0-9]+"), "https://www.wikidata.org/wiki/"),
    ("viaf", re.compile("[0-9]+"), "https://viaf.org/viaf/"),
)


def card(found: Published, root: str) -> str:
    """Give the address of a verdict's card."""
    return f"{root}/v1/verdicts/{found.id}/embed"


def page(found: Published, root: str) -> str:
    """Give the page where a verdict can be read: the public article, or else its card."""
    return found.url or card(found, root)


def words(statement: PublishedStatement, language: str) -> tuple[str, str]:
    """Give a statement's words and their language: as near to this one as there are any."""
    there = [(statement.text, statement.language)]
    there += [(one.text, one.language) for one in statement.translations]
    same = [one for one in there if one[1].lower() == language.lower()]
    near = [one for one in there if primary(one[1]) == primary(language)]
    return (same or near or there)[0]


def claimed(found: Published) -> str:
    """Say in short what was checked.

    A verdict on attribution is about whether somebody said it, which isn't whether it is so: there,
    the claim is that these are their words.
    """
    statement = found.statement
    text, _ = words(statement, found.language)
    if found.check_type is not CheckType.ATTRIBUTION:
        return statement.summary or text
    claimant = statement.claimant
    return f"{claimant.name}: “{text}”" if claimant else f"“{text}”"


def label(found: Published) -> tuple[str, str]:
    """Say in a word what was found, or that it was taken back; and in which language."""
    if found.retracted:
        return phrase(Phrase.RETRACTED, found.language)
    return found.rating.label, found.language


def claim_review(found: Published, root: str) -> ClaimReview:
    """Write a published verdict as a ClaimReview; `root` is where the service stands."""
    cited = [_work(one.source) for one in found.evidence if _is_shown(one.source)]
    told = [
        CorrectionComment(text=one.notice, date_published=one.published_at)
        for one in found.corrections
    ]
    return ClaimReview(
        id_=f"{root}/v1/verdicts/{found.id}#claimreview",
        url=page(found, root),
        date_published=found.published_at,
        date_modified=found.updated_at,
        version=found.no,
        in_language=found.language,
        creative_work_status="Retracted" if found.retracted else MISSING,
        headline=found.headline or MISSING,
        claim_reviewed=claimed(found),
        author=ReviewAuthor(name=found.organization.name, url=found.organization.url or MISSING),
        review_rating=_rating(found),
        item_reviewed=_claim(found.statement, root),
        citation=cited or MISSING,
        correction=told or MISSING,
    )


def _rating(found: Published) -> ReviewRating:
    """Rate: with all three numbers where the rating is on an axis, or with none."""
    name, _ = label(found)
    if found.retracted:
        return ReviewRating(alternate_name=name, rating_explanation=found.notice or MISSING)
    made = ReviewRating(alternate_name=name, rating_explanation=found.summary or MISSING)
    value, worst, best = found.rating.ordinal, found.scale.worst, found.scale.best
    if value is not None and worst is not None and best is not None and worst < best:
        made.rating_value, made.worst_rating, made.best_rating = value, worst, best
    return made


def _claim(statement: PublishedStatement, root: str) -> ReviewedClaim:
    address = f"{root}/v1/statements/{statement.id}"
    works = list(_appearances(statement.appearances, address))
    first = [work for one, work in works if one.is_first_known]
    others = [work for one, work in works if not one.is_first_known]
    return ReviewedClaim(
        id_=address,
        text=statement.text,
        in_language=statement.language,
        date_published=statement.said_on or MISSING,
        author=_author(statement.claimant, statement.speaker_role),
        first_appearance=first[0] if first else MISSING,
        appearance=others or MISSING,
    )


def _author(speaker: PublishedSpeaker | None, role: str | None) -> Claimant | MISSING:
    if speaker is None:
        return MISSING
    is_person = speaker.kind in _PEOPLE
    return Claimant(
        type_=AgentType.PERSON if is_person else AgentType.ORGANIZATION,
        name=speaker.name,
        job_title=role if role and is_person else MISSING,
        image=speaker.image_url or MISSING,
        same_as=_same(speaker) or MISSING,
    )


def _same(speaker: PublishedSpeaker) -> str | None:
    """Give the address of the speaker's item in the first register that has one."""
    for scheme, pattern, address in _REGISTERS:
        for one in speaker.external_ids:
            if one.scheme == scheme and pattern.fullmatch(one.value):
                return address + one.value
    return None


def _appearances(
    hops: Iterable[Appearance], address: str
) -> Iterator[tuple[Appearance, ReviewedWork]]:
    """Go down the tree: what an appearance had it from comes before it, and is named by it.

    What is confidential isn't told, nor that something was based on it.
    """
    by_parent: dict[object, list[Appearance]] = {}
    for one in hops:
        by_parent.setdefault(one.parent_id, []).append(one)
    waiting = by_parent.get(None, [])[::-1]
    ids: dict[object, str] = {}
    while waiting:
        one = waiting.pop()
        waiting += by_parent.get(one.id, [])[::-1]
        if _is_shown(one.source):
            ids[one.id] = f"{address}#appearance-{one.key}"
            yield one, _carrier(one, ids)


def _carrier(one: Appearance, ids: dict[object, str]) -> ReviewedWork:
    made = _work(one.source)
    made.id_ = ids[one.id]
    made.date_published = one.published_on or made.date_published
    made.in_language = one.language or MISSING
    if one.parent_id in ids:
        made.is_based_on = RelatedWork(id_=ids[one.parent_id])
    return made


def _is_shown(source: SourceSummary) -> bool:
    return source.access is not Access.CONFIDENTIAL and source.name is not None


def _work(source: SourceSummary) -> ReviewedWork:
    """Tell of a source. Of an outlet, that it is something which the outlet published."""
    made = ReviewedWork(type_=_WORKS.get(source.kind, WorkType.CREATIVE_WORK))
    if source.kind in OUTLETS:
        made.publisher = ReviewAuthor(name=source.name or "", url=source.url or MISSING)
        return made
    made.name, made.url = source.name or MISSING, source.url or MISSING
    made.date_published = source.published_on or MISSING
    if source.publisher is not None:
        made.publisher = ReviewAuthor(name=source.publisher.name)
    return made
