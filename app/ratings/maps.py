"""Mapping others' labels: each stays unmapped until an editor says what it means."""

import re
from uuid import UUID

from anyascii import anyascii
from sqlalchemy import Boolean, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.holding import hold
from app.changes.record import record, recorded_change, shown
from app.documents.listing import Filter, Listing, by_name, same_id, standard_orders
from app.documents.rating import RATING_SCALE
from app.documents.rating_map import RATING_MAP
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import invalid, taken
from app.ratings.schemas import NewRatingMap, RatingMapPatch, RatingMeaning
from app.tables.organization import Organization
from app.tables.rating import CheckType, NormalizedRating, Rating, RatingMap, RatingScale

SCALE = "imported"
"""The key of the scale that has the labels of an imported organisation."""
_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST = 40

RATING_MAPS = Listing(
    RATING_MAP,
    {
        "organization_id": same_id(RatingMap.of_organization_id),
        "mapped": Filter(Boolean(), lambda value, _: Rating.normalized.is_not(None) == value),
    },
    {**standard_orders(RATING_MAP), "label": by_name(RatingMap.label)},
)


async def add(session: AsyncSession, by: Caller, new: NewRatingMap) -> Written:
    """Map a label before anything comes with it. Raises `Conflict` when it is known already."""
    of = await session.get(Organization, new.organization_id)
    if of is None or not of.is_imported or of.organization_id != by.organization_id:
        wrong = "There is no such organisation among those whose verdicts you import"
        raise invalid("/organization_id", "reference", wrong)
    if await _find(session, of.id, new.label) is not None:
        raise taken("/label", "This label is known already: change its map")
    made = await _add(session, by, of, new.label, None, new.normalized)
    return await shown(session, by, RATING_MAP, made)


async def change(
    session: AsyncSession, by: Caller, map_id: UUID, if_match: str | None, patch: RatingMapPatch
) -> Written:
    """Say what a label means: of all verdicts that have it, those of earlier imports, too."""
    row = await hold(session, by, RATING_MAP, map_id, if_match)
    rating = await session.get_one(Rating, row.rating_id)
    current = RatingMeaning(normalized=rating.normalized)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, RATING_MAP, row)
    rating.normalized = wanted.normalized
    await _note_scale(session, by, rating.scale_id)
    return await recorded_change(session, by, "rating_map.changed", RATING_MAP, row)


async def rating_of(
    session: AsyncSession,
    by: Caller,
    of: Organization,
    label: str,
    language: str | None = None,
    normalized: NormalizedRating | None = None,
) -> Rating:
    """Find the rating that a label stands for; record the label when it is new."""
    found = await _find(session, of.id, label)
    if found is None:
        found = await _add(session, by, of, label, language, normalized)
    return await session.get_one(Rating, found.rating_id)


async def _find(session: AsyncSession, of_id: UUID, label: str) -> RatingMap | None:
    same = RatingMap.of_organization_id == of_id, RatingMap.label == label
    return (await session.scalars(select(RatingMap).where(*same))).one_or_none()


async def _add(
    session: AsyncSession,
    by: Caller,
    of: Organization,
    label: str,
    language: str | None,
    normalized: NormalizedRating | None,
) -> RatingMap:
    scale = await _scale(session, by, of)
    keys = (await session.scalars(select(Rating.key).where(Rating.scale_id == scale.id))).all()
    rating = Rating(
        id=new_id(),
        scale_id=scale.id,
        position=len(keys),
        key=_key(label, frozenset(keys)),
        labels={language or "en": label},
        normalized=normalized,
    )
    session.add(rating)
    await session.flush()
    row = RatingMap(
        id=new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        of_organization_id=of.id,
        label=label,
        rating_id=rating.id,
    )
    session.add(row)
    await record(session, by, "rating_map.created", RATING_MAP, row)
    await _note_scale(session, by, scale.id)
    return row


async def _scale(session: AsyncSession, by: Caller, of: Organization) -> RatingScale:
    its = RatingScale.organization_id == of.id, RatingScale.key == SCALE
    found = (await session.scalars(select(RatingScale).where(*its))).one_or_none()
    if found is not None:
        return found
    made = RatingScale(
        id=new_id(),
        organization_id=of.id,
        created_by=by.person,
        key=SCALE,
        edition=1,
        labels={of.language or "en": of.name},
        description="Labels as they were published.",
        check_types=list(CheckType),
    )
    session.add(made)
    await record(session, by, "rating_scale.created", RATING_SCALE, made)
    return made


async def _note_scale(session: AsyncSession, by: Caller, scale_id: UUID) -> None:
    its = select(RatingScale).where(RatingScale.id == scale_id).with_for_update()
    scale = (await session.scalars(its)).one()
    await recorded_change(session, by, "rating_scale.changed", RATING_SCALE, scale)


def _key(label: str, known: frozenset[str]) -> str:
    """Make a key of a label that no other rating of the scale has."""
    base = _SLUG.sub("_", anyascii(label).lower()).strip("_")[:_LONGEST].strip("_") or "label"
    numbered = (base if no == 1 else f"{base}_{no}" for no in range(1, len(known) + 2))
    return next(key for key in numbered if key not in known)
