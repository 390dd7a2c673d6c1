"""Batches: many records in one request, each with a result of its own."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Response
from pydantic import PlainValidator
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.caller import Caller
from app.changes.adding import Gathered, gathering
from app.changes.writing import write
from app.documents.shape import Kind
from app.foundation.answers import Written, several
from app.foundation.database import refusal
from app.foundation.merging import Input, whole
from app.foundation.pages import Flag
from app.foundation.problems import InputError, Problem, Unavailable
from app.foundation.wire import REQUEST_ID
from app.foundation.writes import REFUSED

LARGEST = 1000
"""How many items a batch has at most."""
_AT_ONCE = 25
"""How many are written together: few enough that nobody waits long for the event loop."""
Result = Written | Problem
Act = Callable[[], Awaitable[Written]]
N = TypeVar("N", bound=Input)
Atomic = Annotated[
    Flag,
    Query(description="All items or none; `false` records those that can be, whatever the others."),
]


class BatchRefused(Problem):
    """Items of the batch were refused, and so nothing was recorded.

    `errors` lists everything found, in all items; the pointers say which (`/items/17/text`). With
    `atomic=false`, the others are recorded.
    """

    status = 422


def unread(model: type[Input]) -> PlainValidator:
    """Take an item as it is, to be validated on its own, and document it as its model."""
    return PlainValidator(lambda item: item, json_schema_input_type=model)


@dataclass(frozen=True, slots=True)
class Batch(Generic[N]):
    """How the items of a room's batches are read and recorded."""

    kind: Kind[Any]
    model: type[N]
    add: Callable[[AsyncSession, Caller, N], Awaitable[Written]]

    async def record(
        self, session: AsyncSession, by: Caller, items: Sequence[Any], *, atomic: bool
    ) -> Response:
        """Record items, and answer what became of each.

        Raises `BatchRefused` when the batch is atomic and an item is refused.
        """
        results: list[Result] = []
        for start in range(0, len(items), _AT_ONCE):
            acts = [
                partial(self._add, session, by, item) for item in items[start : start + _AT_ONCE]
            ]
            results += await together(session, acts)
        refused = [(at, one) for at, one in enumerate(results) if isinstance(one, Problem)]
        if atomic and refused:
            detail = f"{len(refused)} of {len(items)} items were refused"
            raise BatchRefused(detail, errors=[e for at, one in refused for e in _placed(at, one)])
        counts = b'"recorded": %d, "refused": %d' % (len(items) - len(refused), len(refused))
        shown = b", ".join(self._shown(result) for result in results)
        return several(b'{%s, "results": [%s]}' % (counts, shown))

    async def _add(self, session: AsyncSession, by: Caller, item: Any) -> Written:  # noqa: ANN401 - whatever came.
        return await self.add(session, by, whole(self.model, item))

    def _shown(self, result: Written | Problem) -> bytes:
        if isinstance(result, Problem):
            body = result.body(f"/v1/{self.kind.collection}/batch", REQUEST_ID.get())
            nothing = {"id": None, "location": None, "etag": None, "document": None}
            shown = {"status": result.status, **nothing, "problem": body}
            return json.dumps(shown, ensure_ascii=False).encode(errors="replace")
        head = {
            "status": 201,
            "id": str(result.id),
            "location": f"/v1/{self.kind.collection}/{result.id}",
            "etag": result.tag,
            "problem": None,
        }
        return json.dumps(head)[:-1].encode() + b', "document": ' + result.body + b"}"


async def together(
    session: AsyncSession,
    acts: Sequence[Act],
    foreseen: Gathered | None = None,
    *,
    shown: bool = True,
) -> list[Result]:
    """Do what adds records, together, and give what became of each; its document where `shown`.

    What a rule refuses is refused alone. When the database refuses the rows, it is found out which
    of them it refuses.
    """
    try:
        async with session.begin_nested():
            return await _together(session, acts, foreseen, shown=shown)
    except REFUSED as error:
        meaning = refusal(error)
        if meaning is None or isinstance(meaning, Unavailable):
            raise
        if len(acts) == 1:
            return [meaning]
    half = len(acts) // 2
    first = await together(session, acts[:half], foreseen, shown=shown)
    return first + await together(session, acts[half:], foreseen, shown=shown)


async def _together(
    session: AsyncSession,
    acts: Sequence[Act],
    foreseen: Gathered | None,
    *,
    shown: bool,
) -> list[Result]:
    with gathering(session, foreseen) as gathered:
        results: list[Result] = []
        for act in acts:
            try:
                with gathered.or_nothing():
                    results.append(await act())
            except Unavailable:
                raise
            except Problem as problem:
                results.append(problem)
    documents = await write(session, gathered, shown=shown)
    # What PostgreSQL would look at in the end, it looks at now, while the item can be told.
    await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    await session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    return [one if isinstance(one, Problem) else documents[one.id] for one in results]


def _placed(position: int, problem: Problem) -> list[InputError]:
    """Give an item's errors with pointers that begin in the batch; there is one at least."""
    code = problem.slug().replace("-", "_")
    errors = problem.errors or [InputError(pointer="", code=code, detail=problem.detail)]
    return [
        error.model_copy(update={"pointer": f"/items/{position}{error.pointer or ''}"})
        for error in errors
    ]
