"""The tree of appearances: who had it from whom."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.foundation.problems import invalid
from app.statements.parts import NewAppearance

Row = dict[str, Any]


def placed(rows: list[Row], wanted: Sequence[NewAppearance]) -> list[Row]:
    """Give each appearance its parent's id.

    Raises `InvalidInput` when a parent is not there, when there is a circle, or when two are the
    first known.
    """
    ids = {row["key"]: row["id"] for row in rows} | {str(row["id"]): row["id"] for row in rows}
    for position, (row, appearance) in enumerate(zip(rows, wanted, strict=True)):
        row["parent_id"] = _parent(appearance, ids, f"/appearances/{position}")
    parents = {row["id"]: row["parent_id"] for row in rows}
    for position, row in enumerate(rows):
        if _is_below_itself(row["id"], parents):
            pointer = f"/appearances/{position}/parent_id"
            raise invalid(pointer, "circle", "It would have it from itself, by way of others")
    _refuse_two_first(rows)
    return rows


def _parent(appearance: NewAppearance, ids: dict[str, UUID], pointer: str) -> UUID | None:
    field = "parent_id" if appearance.parent_id is not None else "parent_key"
    name = appearance.parent_id or appearance.parent_key
    if name is None:
        return None
    if name not in ids:
        raise invalid(f"{pointer}/{field}", "reference", f"No appearance here is called '{name}'")
    return ids[name]


def _is_below_itself(start: UUID, parents: dict[UUID, UUID | None]) -> bool:
    at, steps = parents[start], 0
    while at is not None and at != start and steps < len(parents):
        at, steps = parents[at], steps + 1
    return at == start


def _refuse_two_first(rows: list[Row]) -> None:
    first = [position for position, row in enumerate(rows) if row["is_first_known"]]
    if len(first) > 1:
        raise invalid(
            f"/appearances/{first[1]}/is_first_known", "repeated", "Only one is the first known"
        )
