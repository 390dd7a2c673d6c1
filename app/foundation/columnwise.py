"""Inserting many rows with one statement: PostgreSQL is sent a list for each column.

Row by row, it would begin and end a statement for each of them, which costs it as much again as the
row. Defaults that are made here are made for each row; those of the database are left to it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from json import dumps
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Insert,
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

Row = Mapping[str, Any]


async def insert_rows(session: AsyncSession, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, all of which name the same columns."""
    if not rows:
        return
    lists = {name: [row[name] for row in rows] for name in rows[0]}
    for column in table.columns:
        if column.default is not None and column.key not in lists:
            lists[column.key] = [_made(column) for _ in rows]
        if column.key in lists and isinstance(column.type, JSON | ARRAY):
            lists[column.key] = [_written(value, column) for value in lists[column.key]]
    await session.execute(_inserting(table, tuple(lists)), lists)


def _written(value: Any, column: Column[Any]) -> str | None:  # noqa: ANN401 - as below.
    """Write JSON, and a list, for a list of lists is one list to PostgreSQL."""
    return None if value is None and isinstance(column.type, ARRAY) else dumps(value)


def _made(column: Column[Any]) -> Any:  # noqa: ANN401 - a value of any type.
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


@cache
def _inserting(table: Table, names: tuple[str, ...]) -> Insert:
    sent = (cast(bindparam(name), postgresql.ARRAY(_sent(table.c[name].type))) for name in names)
    rows = func.unnest(*sent).table_valued(*names, name="given").render_derived()
    return insert(table).from_select(
        names,
        select(*(_as(rows.c[name], table.c[name].type) for name in names)),
        include_defaults=False,
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
