"""Inserting many rows with one statement: PostgreSQL is sent a list for each column.

Row by row, it would begin and end a statement for each of them, which costs it as much again as the
row. Defaults that are made here are made for each row; those of the database are left to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from json import dumps
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Table,
    Text,
    bindparam,
    case,
    cast,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import String, TypeEngine

from app.foundation.reads import Query, compiled
from app.foundation.writes import run

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Inserting:
    """How rows that name the same columns are inserted: what is made for them, and written."""

    query: Query
    made: tuple[tuple[str, Callable[[], Any]], ...]
    written: tuple[tuple[str, Callable[[Any], str | None]], ...]


async def insert_rows(session: AsyncSession, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows. Raises `ValueError` where they don't all name the same columns."""
    if not rows:
        return
    if any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError(f"Rows of {table.name} name other columns than the first of them")
    how = _inserting(table, tuple(rows[0]))
    lists = {name: [row[name] for row in rows] for name in rows[0]}
    for name, make in how.made:
        lists[name] = [make() for _ in rows]
    for name, write in how.written:
        lists[name] = [write(value) for value in lists[name]]
    await run(session, how.query, lists)


def _list_written(value: list[Any] | None) -> str | None:
    """Write a list, for a list of lists is one list to PostgreSQL."""
    return None if value is None else dumps(value)


def _making(column: Column[Any]) -> Callable[[], Any]:
    default: Any = column.default
    return partial(default.arg, None) if default.is_callable else lambda: default.arg


@cache
def _inserting(table: Table, named: tuple[str, ...]) -> _Inserting:
    defaults = [one for one in table.columns if one.default is not None and one.key not in named]
    names = (*named, *(one.key for one in defaults))
    sent = (cast(bindparam(name), postgresql.ARRAY(_sent(table.c[name].type))) for name in names)
    rows = func.unnest(*sent).table_valued(*names, name="given").render_derived()
    made = insert(table).from_select(
        names,
        select(*(_as(rows.c[name], table.c[name].type) for name in names)),
        include_defaults=False,
    )
    types = {name: table.c[name].type for name in names}
    return _Inserting(
        compiled(made),
        tuple((one.key, _making(one)) for one in defaults),
        tuple(
            (name, _list_written if isinstance(of, ARRAY) else dumps)
            for name, of in types.items()
            if isinstance(of, JSON | ARRAY)
        ),
    )


def _sent(of: TypeEngine[Any]) -> TypeEngine[Any]:
    """Say as what values are sent: enumerations, domains, JSON and lists are texts."""
    return Text() if isinstance(of, String | postgresql.DOMAIN | JSON | ARRAY) else of


def _as(sent: ColumnElement[Any], of: TypeEngine[Any]) -> ColumnElement[Any]:
    """Read a value as the column's type; a text becomes a word by itself, but not JSON, or a list.

    A list is of texts, or of what they are cast to.
    """
    if isinstance(of, ARRAY):
        listed = func.json_array_elements_text(cast(sent, JSON()))
        elements = listed.table_valued("value", with_ordinality="place").render_derived()
        read = select(cast(elements.c.value, of.item_type)).order_by(elements.c.place)
        return case((sent.is_not(None), cast(func.array(read.scalar_subquery()), of)))
    return cast(sent, of) if isinstance(of, JSON) else sent
