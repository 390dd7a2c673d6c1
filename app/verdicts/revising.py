"""Revising: another version is begun from the one that is out, which stays where it is."""

from sqlalchemy import delete, func, insert, inspect, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.foundation.ids import new_id
from app.tables.evidence import Evidence
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion

_CONTENT = (
    "rating_id", "headline", "summary", "explanation", "evidence_note", "language", "uncertainty",
    "url", "statement_revision",
)  # fmt: skip


async def begin(session: AsyncSession, by: Caller, row: Verdict) -> VerdictVersion:
    """Copy the version that is out, evidence included, to one that can be written.

    Nobody has written it yet: whoever changes it first is its author.
    """
    out = await session.get_one(VerdictVersion, row.public_id)
    last = select(func.max(VerdictVersion.no)).where(VerdictVersion.verdict_id == row.id)
    version = VerdictVersion(
        id=new_id(),
        verdict_id=row.id,
        no=(await session.scalar(last) or 0) + 1,
        author=by.person or "",
        **{name: getattr(out, name) for name in _CONTENT},
    )
    session.add(version)
    await session.flush()
    await _copy_evidence(session, out, version)
    row.working_id = version.id
    return version


async def give_up(session: AsyncSession, row: Verdict) -> None:
    """Drop the version that is being written, for another; the change log keeps what it said."""
    working = row.working_id
    if working is not None:
        await session.execute(delete(Evidence).where(Evidence.version_id == working))
        await session.execute(delete(VerdictVersion).where(VerdictVersion.id == working))


async def _copy_evidence(
    session: AsyncSession, out: VerdictVersion, version: VerdictVersion
) -> None:
    names = [column.key for column in inspect(Evidence).columns if column.key not in _OF_A_ROW]
    copied = select(
        func.gen_random_uuid(),
        literal(version.id),
        *(getattr(Evidence, name) for name in names),
    ).where(Evidence.version_id == out.id)
    await session.execute(insert(Evidence).from_select(["id", "version_id", *names], copied))


_OF_A_ROW = {"id", "version_id"}
