"""The gate: what a verdict must have before it is published, all that is missing at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller, name_mark
from app.foundation.problems import InputError, InvalidInput
from app.tables.evidence import Evidence, EvidenceRole
from app.tables.organization import Organization
from app.tables.source import OUTLETS, Source
from app.tables.statement import Statement, Visibility
from app.tables.verdict import Verdict
from app.tables.version import ChangeKind, VerdictVersion
from app.verdicts.problems import GateNotPassed, NotTheApprover

_LATER_KINDS = (ChangeKind.MINOR, ChangeKind.UPDATE, ChangeKind.CORRECTION)
_OF_THE_MOVE = {"/change_kind", "/notice"}


@dataclass(frozen=True, slots=True)
class _Sources:
    """What the evidence of a version amounts to."""

    evidence: int
    publishers: int
    primary: bool


def kinds(row: Verdict) -> tuple[ChangeKind, ...]:
    """Tell what sort of change the next publication of a verdict can be."""
    return _LATER_KINDS if row.public_id is not None else (ChangeKind.INITIAL,)


async def check(
    session: AsyncSession, row: Verdict, version: VerdictVersion, statement: Statement
) -> None:
    """Raise `GateNotPassed` with everything that stands in the way.

    When it is only that no move has said what it must of the change, that is `InvalidInput`.
    """
    organization = await session.get_one(Organization, row.organization_id)
    found = [*_of_the_change(row, version), *_of_the_text(row, version, statement)]
    if not version.evidence_note:
        evidence, publishers, primary = (await session.execute(_counted(version))).one()
        sources = _Sources(evidence, publishers, primary)
        found += _of_the_sources(sources, organization)
    if organization.second_person and not _is_seconded(version):
        detail = "Another person than who wrote it has to approve it"
        found.append(InputError(pointer="/approver", code="second_person", detail=detail))
    if found and all(error.pointer in _OF_THE_MOVE for error in found):
        raise InvalidInput(found[0].detail, errors=found)
    if found:
        raise GateNotPassed(errors=found)


async def refuse_writer(session: AsyncSession, by: Caller, version: VerdictVersion) -> None:
    """Raise `NotTheApprover` for who wrote it, where the organisation asks for a second person."""
    organization = await session.get_one(Organization, by.organization_id)
    if organization.second_person and by.marks & _writers(version):
        detail = "You wrote it, or a part of it: another person has to approve it"
        error = InputError(pointer="/approver", code="second_person", detail=detail)
        raise NotTheApprover(detail, errors=[error])


def _writers(version: VerdictVersion) -> frozenset[str]:
    """Tell who wrote a version; for one that nobody has changed yet, who began it."""
    return frozenset(version.writers or [name_mark(version.author)])


def _is_seconded(version: VerdictVersion) -> bool:
    marks = set(version.approver_marks)
    return bool(marks) and not marks & _writers(version)


def _of_the_change(row: Verdict, version: VerdictVersion) -> Iterator[InputError]:
    """Say what a publication must tell of itself."""
    if row.public_id is not None and version.change_kind is None:
        detail = f"Say what sort of change this is: {' or '.join(kinds(row))}"
        yield InputError(pointer="/change_kind", code="missing", detail=detail)
    if version.change_kind is ChangeKind.CORRECTION and version.notice is None:
        detail = "A correction needs a notice that tells readers what was wrong"
        yield InputError(pointer="/notice", code="missing", detail=detail)


def _of_the_text(
    row: Verdict, version: VerdictVersion, statement: Statement
) -> Iterator[InputError]:
    missing = {
        "/rating": version.rating_id is None,
        "/summary": version.summary is None,
        "/explanation": version.explanation is None,
    }
    for pointer, is_missing in missing.items():
        if is_missing:
            detail = f"The {pointer[1:]} is missing"
            yield InputError(pointer=pointer, code="missing", detail=detail)
    ours = statement.organization_id == row.organization_id
    if statement.visibility is Visibility.INTERNAL and not ours:
        detail = "The organisation that recorded the statement has made it internal since"
        yield InputError(pointer="/statement_id", code="not_public", detail=detail)
    if statement.archived_at is not None:
        detail = "The statement was archived"
        yield InputError(pointer="/statement_id", code="archived", detail=detail)


def _of_the_sources(found: _Sources, asked: Organization) -> Iterator[InputError]:
    otherwise = "; or say in evidence_note why not"
    if found.evidence < asked.minimum_evidence:
        detail = f"Pieces of evidence asked for: {asked.minimum_evidence}; given:"
        yield _lacking("too_few_evidence", f"{detail} {found.evidence}{otherwise}")
    if found.publishers < asked.minimum_publishers:
        detail = f"Publishers asked for: {asked.minimum_publishers}; given:"
        yield _lacking("too_few_publishers", f"{detail} {found.publishers}{otherwise}")
    if asked.primary_source and not found.primary:
        yield _lacking("no_primary_source", f"A primary source is asked for{otherwise}")


def _lacking(code: str, detail: str) -> InputError:
    return InputError(pointer="/evidence", code=code, detail=detail)


def _counted(version: VerdictVersion) -> Select[int, int, bool]:
    """Count evidence, and the publishers of its sources; who isn't known doesn't count."""
    publisher = case((Source.kind.in_(OUTLETS), Source.id), else_=Source.publisher_id)
    primary = or_(Evidence.role == EvidenceRole.PRIMARY, Source.is_primary)
    return (
        select(
            func.count(),
            func.count(publisher.distinct()),
            func.coalesce(func.bool_or(primary), False),
        )
        .select_from(Evidence)
        .join(Source, Source.id == Evidence.source_id)
        .where(Evidence.version_id == version.id)
    )
