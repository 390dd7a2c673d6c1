"""Bringing verdicts in: our own by our own rules, and those of others apart from ours."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.batches import Result
from app.foundation.answers import Written
from app.foundation.database import refusal
from app.foundation.dates import Instant
from app.foundation.problems import Problem, Unavailable, invalid
from app.foundation.writes import REFUSED
from app.imports.claimreview import LONGEST_LINE
from app.imports.items import Item, Json, Row
from app.imports.recognising import differs
from app.organizations import actions as organizations
from app.ratings import maps
from app.ratings.queries import scale_for
from app.tables.api_key import Scope
from app.tables.organization import Organization
from app.tables.rating import NormalizedRating
from app.verdicts import actions, importing
from app.verdicts.importing import Finding, Told
from app.verdicts.schemas import RatingChoice

_OUT = ("published", "retracted")
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


async def tried(session: AsyncSession, act: Callable[[], Awaitable[Written]]) -> Result:
    """Do something of its own; what is refused is taken back."""
    try:
        async with session.begin_nested():
            written = await act()
            await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            await session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
            return written
    except Unavailable:
        raise
    except Problem as problem:
        return problem
    except REFUSED as error:
        meaning = refusal(error)
        if meaning is None or isinstance(meaning, Unavailable):
            raise
        return meaning


async def bring_in(session: AsyncSession, by: Caller, row: Row, one: Item) -> Written:
    """Record a verdict; where it was out already, and the caller may, as published.

    Raises `Forbidden` when it is another organisation's and the caller may publish nothing.
    """
    told, model = one.told, one.model
    ours = await session.get_one(Organization, by.organization_id)
    whose = _object(told.get("organization"), "/organization")
    if not _is_ours(ours, whose):
        by.need(Scope.PUBLISH)
        return await _of_others(session, by, one, whose)
    if one.renews is not None:
        raise differs("It was imported before, and says something else now")
    await _rate(session, by, row, one)
    written = await actions.add(session, by, model, one.own_id)  # type: ignore[arg-type]
    if told.get("state") not in _OUT:
        if told.get("state") not in {None, "draft"}:
            row.warn("/state", "draft", f"It was {told['state']}, and comes in as a draft")
        return written
    if Scope.PUBLISH not in by.scopes:
        row.warn("/state", "draft", "It comes in as a draft, for your key can't publish")
        return written
    published = await tried(
        session, lambda: importing.publish_own(session, by, written.id, _told(one))
    )
    if isinstance(published, Problem):
        why = "; ".join(error.detail for error in published.errors) or published.detail
        row.warn("/state", "draft", f"It stays a draft: {why}")
        return written
    return published


def _object(given: Any, pointer: str) -> Json:  # noqa: ANN401 - it is whatever the row says.
    """Take an object, or nothing. Raises `InvalidInput`."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise invalid(pointer, "dict_type", "This should be an object")
    return given


def _is_ours(ours: Organization, whose: Json) -> bool:
    if not whose or whose.get("id") == str(ours.id):
        return True
    return str(whose.get("name")).casefold() == ours.name.casefold()


async def _rate(session: AsyncSession, by: Caller, row: Row, one: Item) -> None:
    """Find the rating on our own scale that a mere label stands for; nothing is guessed."""
    model: Any = one.model
    label = _object(one.told.get("rating"), "/rating").get("label")
    if model.rating is not None or not isinstance(label, str):
        return
    scale = await scale_for(session, by.organization_id, model.check_type, None)
    for rating in scale.ratings if scale is not None else ():
        if label.casefold() in {
            rating.key,
            *(known.casefold() for known in rating.labels.values()),
        }:
            model.rating = RatingChoice(key=rating.key)
            return
    row.warn("/rating", "unmapped", f"No rating of yours is called '{label}': it has none")


async def _of_others(session: AsyncSession, by: Caller, one: Item, whose: Json) -> Written:
    model: Any = one.model
    shown = _object(one.told.get("rating"), "/rating")
    label, name = shown.get("label"), whose.get("name")
    if not isinstance(name, str) or not name.strip():
        raise invalid("/organization/name", "missing", "Say whose verdict it is")
    if not isinstance(label, str) or not label.strip() or len(label) > LONGEST_LINE:
        raise invalid("/rating/label", "missing", "What others found needs the label they gave it")
    meanings = {one.value for one in NormalizedRating}
    if shown.get("normalized") is not None and shown["normalized"] not in meanings:
        raise invalid("/rating/normalized", "enum", "This is none of the words that all share")
    of = await organizations.imported(session, by, name, whose.get("url"))
    language = model.language or "und"
    normalized = NormalizedRating(shown["normalized"]) if shown.get("normalized") else None
    rating = await maps.rating_of(session, by, of, label, language, normalized)
    finding = Finding(
        check_type=model.check_type,
        rating=rating,
        headline=model.headline,
        summary=model.summary,
        explanation=model.explanation,
        language=language,
        url=model.url,
        told=_told(one),
    )
    if finding.told.is_retracted:
        raise invalid("/state", "retracted", "What others have taken back is not imported")
    if one.renews is not None:
        return await importing.renew_others(session, by, one.renews, of, finding)
    statement = await actions.statement_to_judge(session, by, model.statement_id)
    return await importing.publish_others(session, by, statement, of, finding, one.own_id)


def _told(one: Item) -> Told:
    """Take what is told of a verdict; what isn't sound is left out of what it is published with."""
    told = one.told
    names = {name: told[name] for name in ("author", "approver", "notice") if told.get(name)}
    if not all(isinstance(name, str) for name in names.values()):
        raise invalid("/author", "string_type", "Names are texts")
    try:
        at = _INSTANT.validate_python(told["published_at"]) if told.get("published_at") else None
    except ValidationError:
        raise invalid("/published_at", "instant", "This is not an instant (RFC 3339)") from None
    is_retracted = told.get("retracted") is True or told.get("state") == "retracted"
    return Told(published_at=at, is_retracted=is_retracted, **names)
