"""Sources that became confidential: what older entries of the log tell of them is hidden, too.

The log keeps documents as they were. Whoever may not see a source now doesn't see it in them
either: it is shown as any confidential source is.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, Text, Uuid, cast, func, literal_column, select

from app.documents import source
from app.documents.shape import Column, View
from app.tables.source import Access, Source

_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_IDS: Column = literal_column(f"""'$.**.id ? (@ like_regex "{_UUID}")'""")
_KEPT = {"id", "kind", "version", "created_at", "updated_at"}
_CHANGED = {"access": Access.CONFIDENTIAL, "is_primary": False}


def confidential(document: Column, view: View, *tables: Any) -> Column:  # noqa: ANN401 - aliases.
    """List the sources in a document of the log that the viewer may not see now.

    `tables` are those of the enclosing query that the document is a column of.
    """
    found = func.jsonb_path_query(document, _IDS).column_valued("found")
    named = select(cast(found.op("#>>")(literal_column("'{}'")), Uuid())).correlate(*tables)
    # An array: PostgreSQL would expect a thousand of them, and look through all sources instead.
    is_named = Source.id == func.any(func.array(named.scalar_subquery()))
    hidden = select(cast(Source.id, Text())).where(source.hidden(view), is_named)
    return func.array(hidden.correlate(*tables).scalar_subquery(), type_=ARRAY(Text()))


def without(item: bytes, names: Collection[str], hidden: Collection[str]) -> bytes:
    """Show an item of a page without what its documents, in these fields, say of such sources."""
    if not hidden:
        return item
    shown = json.loads(item)
    for name in names:
        shown[name] = concealed(shown[name], hidden)
    return json.dumps(shown, ensure_ascii=False).encode()


def concealed(part: Any, hidden: Collection[str]) -> Any:  # noqa: ANN401 - part of a document.
    """Show a part of a document with such sources as confidential ones are shown."""
    if isinstance(part, list):
        return [concealed(one, hidden) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("id") in hidden:
        return _as_confidential(part)
    return {name: concealed(value, hidden) for name, value in part.items()}


def _as_confidential(part: dict[str, Any]) -> dict[str, Any] | None:
    """Show of a source what everybody sees; of a publisher nothing, which has no `access`."""
    if "access" not in part:
        return None
    return {
        name: value
        if name in _KEPT
        else _CHANGED.get(name, [] if isinstance(value, list) else None)
        for name, value in part.items()
    }
