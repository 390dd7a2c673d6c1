"""What can be done with verdicts."""

from uuid import UUID

from fastapi import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes import archiving
from app.changes.adding import add_record
from app.changes.holding import hold
from app.changes.parts import require, rewrite, rows_of
from app.changes.record import record, recorded_change, shown
from app.documents.shape import View
from app.documents.source import SOURCE
from app.documents.statement import STATEMENT
from app.documents.verdict import VERDICT
from app.foundation.answers import Written
from app.foundation.ids import new_id
from app.foundation.problems import Conflict, invalid, taken
from app.ratings.queries import scale_for
from app.tables.evidence import Evidence
from app.tables.organization import Organization
from app.tables.rating import CheckType, Rating
from app.tables.statement import Statement
from app.tables.verdict import Verdict, VerdictState
from app.tables.version import VerdictVersion
from app.verdicts import queries
from app.verdicts.moves import EDITED
from app.verdicts.problems import NotInDraft
from app.verdicts.schemas import DESK, NewEvidence, NewVerdict, RatingChoice, VerdictPatch

_VERSION = {"headline", "summary", "explanation", "uncertainty", "url", "evidence_note"}


_BACK = ": send it back to be edited"
_WAYS = {
    VerdictState.IN_REVIEW: _BACK,
    VerdictState.APPROVED: _BACK,
    VerdictState.SCHEDULED: ": call it off, and send it back to be edited",
    VerdictState.PUBLISHED: ": begin a revision",
}
"""How what can't be edited comes to be edited."""


async def add(
    session: AsyncSession, by: Caller, new: NewVerdict, own_id: UUID | None = None
) -> Written:
    """Draft a verdict. Raises `Conflict` when there is one of this organisation and check type."""
    statement = await statement_to_judge(session, by, new.statement_id)
    same = (session, statement.id, by.organization_id, new.check_type)
    if await queries.of_statement(*same) is not None:
        raise taken("/check_type", "Your organisation has a verdict on this question already")
    row = Verdict(
        id=own_id or new_id(),
        organization_id=by.organization_id,
        created_by=by.person,
        ref=new.ref,
        statement_id=statement.id,
        check_type=new.check_type,
        working_id=new_id(),
        **new.model_dump(include=DESK),
    )
    version = VerdictVersion(
        id=row.working_id,
        verdict_id=row.id,
        no=1,
        author=by.person or "",
        writers=sorted(by.marks),
        rating_id=await _rating_id(session, by, new.check_type, new.rating),
        language=new.language or await _language(session, by, statement),
        statement_revision=_revision(new, statement),
        **new.model_dump(include=_VERSION),
    )
    await add_record(session, row)
    session.add(version)
    await session.flush()
    await _write_evidence(session, version.id, new.evidence, None)
    return await record(session, by, "verdict.created", VERDICT, row)


async def change(
    session: AsyncSession,
    by: Caller,
    verdict_id: UUID,
    if_match: str | None,
    patch: VerdictPatch | NewVerdict,
) -> Written:
    """Change a draft or a revision, or replace it; whose work it is, in any state.

    Raises `NotInDraft` when it is out of the author's hands.
    """
    row = await hold(session, by, VERDICT, verdict_id, if_match)
    version = await queries.latest(session, row)
    current = await _as_given(session, row, version)
    wanted = patch.applied(current)
    if wanted == current:
        return await shown(session, by, VERDICT, row)
    if wanted.model_dump(exclude=DESK) != current.model_dump(exclude=DESK):
        await _rewrite(session, by, row, version, wanted, current)
    for name in DESK:
        setattr(row, name, getattr(wanted, name))
    return await recorded_change(session, by, "verdict.changed", VERDICT, row)


async def _rewrite(
    session: AsyncSession,
    by: Caller,
    row: Verdict,
    version: VerdictVersion,
    wanted: NewVerdict,
    current: NewVerdict,
) -> None:
    """Write the working version anew. Raises `NotInDraft` when there is none to be written."""
    if row.state not in EDITED:
        raise NotInDraft(f"It is {row.state}{_WAYS.get(row.state, '')}")
    _refuse_moving(wanted, current)
    _sign(by, version)
    row.ref = wanted.ref
    if wanted.rating != current.rating:
        version.rating_id = await _rating_id(session, by, row.check_type, wanted.rating)
    statement = await session.get_one(Statement, row.statement_id)
    version.language = wanted.language or await _language(session, by, statement)
    version.statement_revision = _revision(wanted, statement)
    for name, value in wanted.model_dump(include=_VERSION).items():
        setattr(version, name, value)
    await _write_evidence(session, version.id, wanted.evidence, current.evidence)


def _sign(by: Caller, version: VerdictVersion) -> None:
    """Count somebody among those who wrote a version; who does so first is its author."""
    if not version.writers and version.no > 1:
        version.author = by.person or ""
    version.writers = sorted({*version.writers, *by.marks})


async def archive(
    session: AsyncSession, by: Caller, verdict_id: UUID, if_match: str | None
) -> Response:
    """Archive a verdict that was never public. Raises `Conflict` for one that was."""
    row = await hold(session, by, VERDICT, verdict_id, if_match)
    if row.public_id is not None:
        raise Conflict("It was published; what was public is retracted, not archived")
    return await archiving.archive(session, by, VERDICT, verdict_id, if_match)


async def statement_to_judge(session: AsyncSession, by: Caller, statement_id: UUID) -> Statement:
    """Find what a verdict is about. Raises `InvalidInput`."""
    seen = select(Statement).where(
        Statement.id == statement_id,
        Statement.archived_at.is_(None),
        STATEMENT.visible(View.EDITORIAL),
    )
    found = (await session.scalars(seen, {"viewer": by.organization_id})).one_or_none()
    if found is None:
        wrong = "There is no such statement, or none that you may see"
        raise invalid("/statement_id", "reference", wrong)
    return found


async def _language(session: AsyncSession, by: Caller, statement: Statement) -> str:
    organization = await session.get_one(Organization, by.organization_id)
    return organization.language or statement.language


def _revision(wanted: NewVerdict, statement: Statement) -> int:
    if wanted.statement_revision is None:
        return statement.revision
    if wanted.statement_revision > statement.revision:
        wrong = f"The statement has no such revision; it is at {statement.revision}"
        raise invalid("/statement_revision", "reference", wrong)
    return wanted.statement_revision


async def _rating_id(
    session: AsyncSession, by: Caller, check_type: CheckType, choice: RatingChoice | None
) -> UUID | None:
    if choice is None:
        return None
    scale = await scale_for(session, by.organization_id, check_type, choice.scale)
    if scale is None:
        raise invalid("/rating/scale", "reference", "There is no such scale")
    found: list[Rating] = [rating for rating in scale.ratings if rating.key == choice.key]
    if not found:
        keys = ", ".join(rating.key for rating in scale.ratings)
        raise invalid("/rating/key", "reference", f"The scale '{scale.key}' has: {keys}")
    return found[0].id


async def _as_given(session: AsyncSession, row: Verdict, version: VerdictVersion) -> NewVerdict:
    rating = version.rating
    choice = (
        {"key": rating.key, "scale": await queries.scale_key(session, rating)} if rating else None
    )
    body = {name: getattr(version, name) for name in _VERSION}
    return NewVerdict.model_validate(
        {
            **body,
            "ref": row.ref,
            "statement_id": row.statement_id,
            "check_type": row.check_type,
            "rating": choice,
            "language": version.language,
            "statement_revision": version.statement_revision,
            "assignee": row.assignee,
            "due_on": row.due_on,
            "evidence": [NewEvidence.model_validate(one) for one in version.evidence],
        }
    )


def _refuse_moving(wanted: NewVerdict, current: NewVerdict) -> None:
    for name in ("statement_id", "check_type"):
        if getattr(wanted, name) != getattr(current, name):
            raise invalid(f"/{name}", "fixed", "A verdict stays with what it judges")


async def _write_evidence(
    session: AsyncSession,
    version_id: UUID,
    wanted: list[NewEvidence],
    current: list[NewEvidence] | None,
) -> None:
    if wanted == current:
        return
    known = {one.source_id for one in current or []}
    for position, one in enumerate(wanted):
        if one.source_id not in known:
            await require(session, SOURCE, one.source_id, f"/evidence/{position}/source_id")
    owner = {"version_id": version_id}
    await rewrite(session, Evidence, owner, rows_of(wanted), anew=current is None)
