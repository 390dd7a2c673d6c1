"""Taking a snapshot, and writing it out row by row: in constant memory, however much there is.

All of it is read in one transaction that sees the database as it was at its beginning (REPEATABLE
READ), by a cursor, so that nothing is missing, nothing is there twice, and no row refers to one
that came later.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from app.changes.chain import seal
from app.documents.shape import View
from app.exports import flat, queries
from app.exports.schemas import Exported, ExportFormat, ExportQuery
from app.foundation.database import Database
from app.foundation.reads import Connection

_AT_ONCE = 100
"""How many rows are fetched together."""
_PIECE = 64 * 1024
"""About how many bytes go out together."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What there was at an instant, for a viewer, and where the feed of changes stood then."""

    connection: Connection
    view: View
    viewer: UUID | None
    position: int
    is_settled: bool
    """Whether everything that is in it has its place in the feed already."""

    async def pieces(self, wanted: ExportQuery) -> AsyncGenerator[bytes, None]:
        """Write what is wanted, piece by piece, each some whole lines."""
        is_csv = wanted.format is ExportFormat.CSV
        piece = bytearray(flat.header() if is_csv and wanted.after is None else b"")
        count = 0
        for collection in wanted.wanted():
            async for document in self._documents(collection, wanted):
                piece += flat.lines(document) if is_csv else _line(collection, document)
                count += 1
                if len(piece) >= _PIECE:
                    yield bytes(piece)
                    piece.clear()
        if not is_csv:
            piece += b'{"position": %d, "rows": %d}\n' % (self.position, count)
        yield bytes(piece)

    async def _documents(self, collection: Exported, wanted: ExportQuery) -> AsyncIterator[bytes]:
        after, given = wanted.after_id(collection), wanted.conditions()
        query = queries.rows(collection, self.view, frozenset(given), continued=after is not None)
        values = given | {"viewer": self.viewer, "after": after}
        cursor = await self.connection.cursor(query.text, *query.arguments(values))
        while found := await cursor.fetch(_AT_ONCE):
            for row in found:
                yield row["document"]


def _line(collection: Exported, document: bytes) -> bytes:
    """Write a row on one line: PostgreSQL breaks lists, and never the texts in them."""
    body = document.replace(b"\n", b"")
    return b'{"collection": "%s", "document": %s}\n' % (collection.encode(), body)


@asynccontextmanager
async def snapshot(database: Database, view: View, viewer: UUID | None) -> AsyncIterator[Snapshot]:
    """Take a snapshot, for as long as this is open.

    Raises `Unavailable` when others take as many as there can be at once.
    """
    found = await database.reads.row(queries.STAND, {})
    if found is not None and found["behind"]:
        await seal(database, patient=False)
    async with database.exports.snapshot() as connection:
        [stand] = await connection.fetch(queries.STAND.text)
        yield Snapshot(connection, view, viewer, stand["position"], not stand["behind"])
