"""Create or replace: PUT by the caller's own reference."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Path, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.record import shown
from app.documents.shape import Document, Kind, View
from app.foundation.answers import Written, changed, created
from app.foundation.preconditions import IfNoneMatch, names_version, refuse_existing
from app.foundation.problems import Gone, InputError, Problem, invalid
from app.foundation.text import Ref
from app.tables.record import Record

RefInPath = Annotated[Ref, Path(description="Your own reference.", examples=["cms-4711"])]
IfMatchIfThere = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the resource as you read it, or `*`. Required to replace one.",
        examples=['"1-6f1ed002ab559585"'],
    ),
]


class NothingThere(Problem):
    """There is nothing of this `ref` yet, and `If-Match` asks for something to be replaced.

    To create it, send the same without `If-Match`.
    """

    status = 412


class Whole(Protocol):
    """A body that may have a reference of its own."""

    ref: str | None


N = TypeVar("N", bound=Whole)


def creates_too(model: type[Document]) -> dict[int | str, dict[str, Any]]:
    """Document that a PUT answers 200 or 201."""
    return {
        200: {"description": "It was replaced, or said the same already."},
        201: {"description": "It was created.", "model": model},
    }


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold of what is there, for a PUT."""

    if_match: IfMatchIfThere = None
    if_none_match: IfNoneMatch = None


When = Annotated[Conditions, Depends(Conditions)]


@dataclass(frozen=True, slots=True)
class ByRef(Generic[N]):
    """How what has a reference is created and replaced in a room."""

    kind: Kind[Any]
    add: Callable[[AsyncSession, Caller, N], Awaitable[Written]]
    change: Callable[[AsyncSession, Caller, UUID, str | None, N], Awaitable[Written]]

    async def put(
        self, session: AsyncSession, by: Caller, ref: str, body: N, when: Conditions
    ) -> Response:
        """Create what the caller's organisation calls by a reference, or replace it.

        Raises `Gone`, `AlreadyThere`, `NothingThere`, and whatever adding and changing raise.
        """
        if body.ref not in {None, ref}:
            raise invalid("/ref", "reference", "The body's ref is not the one of the address")
        body.ref = ref
        row = await _find(session, by, self.kind, ref)
        if row is None:
            _refuse_nothing(when.if_match)
            return created(self.kind.collection, await self.add(session, by, body))
        if row.archived_at is not None:
            raise Gone(f"This {self.kind.noun} was archived")
        if when.if_none_match is not None:
            current = await shown(session, by, self.kind, row, View.EDITORIAL)
            refuse_existing(when.if_none_match, current.tag, row.version)
        answer = changed(await self.change(session, by, row.id, when.if_match, body))
        answer.headers["Content-Location"] = f"/v1/{self.kind.collection}/{row.id}"
        return answer


def _refuse_nothing(if_match: str | None) -> None:
    """Raise `NothingThere` for any If-Match, for there is nothing that it could name."""
    if if_match is not None:
        names_version(if_match, 0)
        detail = "There is nothing of this ref yet"
        error = InputError(header="If-Match", code="nothing_there", detail=detail)
        raise NothingThere(errors=[error])


async def _find(session: AsyncSession, by: Caller, kind: Kind[Any], ref: str) -> Record | None:
    """Lock what has a reference; or else the reference, so that one caller at a time adds it."""
    asked = (
        select(kind.table)
        .where(kind.table.organization_id == by.organization_id, kind.table.ref == ref)
        .with_for_update()
    )
    found: Record | None = (await session.scalars(asked)).one_or_none()
    if found is None:
        name = f"ref {kind.collection} {by.organization_id} {ref}"
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
        found = (await session.scalars(asked)).one_or_none()
    return found
