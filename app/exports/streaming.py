"""Sending an export: no faster than it is read, and no longer than it may take."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.access.reading import Reading
from app.documents.showing import keys_of_pages
from app.exports import queries
from app.exports.schemas import ExportFormat, ExportQuery
from app.exports.taking import snapshot
from app.foundation.database import Database
from app.foundation.preconditions import unchanged
from app.foundation.settings import Settings
from app.foundation.wire import BODILESS, REQUEST_ID

POSITION = "Onrecord-Position"
MEDIA = {
    ExportFormat.NDJSON: "application/x-ndjson",
    ExportFormat.CSV: "text/csv; charset=utf-8; header=present",
}
_LOG = structlog.get_logger("onrecord.exports")


class Export(StreamingResponse):
    """The answer to an export: it takes its snapshot when it begins to be sent."""

    def __init__(self, reader: Reading, wanted: ExportQuery) -> None:
        """Promise what is wanted."""
        keys = keys_of_pages(*(queries.LISTINGS[one] for one in wanted.wanted()))
        name = f"onrecord.{wanted.format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        self.pieces = _nothing()
        super().__init__(self.pieces, 200, reader.headers(keys) | headers, MEDIA[wanted.format])
        self.reader = reader
        self.wanted = wanted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; or that nothing has changed, or the head alone."""
        database: Database = self.reader.request.app.state.database
        viewer = self.reader.caller.organization_id
        async with snapshot(database, self.reader.view, viewer) as taken:
            self.headers[POSITION] = str(taken.position)
            if taken.is_settled:
                self.headers["ETag"] = f'W/"{self.wanted.format}-{taken.position}"'
            if self._is_known():
                await Response(status_code=304, headers=self._kept())(scope, receive, send)
            elif BODILESS in scope:
                await super().__call__(scope, receive, send)
            else:
                self.pieces = taken.pieces(self.wanted)
                await super().__call__(scope, receive, send)

    def _is_known(self) -> bool:
        seen = self.reader.request.headers.get("if-none-match")
        tag = self.headers.get("ETag")
        return seen is not None and tag is not None and unchanged(seen, tag)

    def _kept(self) -> dict[str, str]:
        told = {"cache-control", "vary", "etag", "surrogate-key", POSITION.lower()}
        return {name: value for name, value in self.headers.items() if name in told}

    async def stream_response(self, send: Send) -> None:
        """Send piece by piece. What is cut short ends without its end, so that nobody trusts it."""
        settings: Settings = self.reader.request.app.state.settings
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        try:
            async with asyncio.timeout(settings.export_seconds), aclosing(self.pieces) as of:
                async for piece in of:
                    async with asyncio.timeout(settings.export_patience):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
        except Exception as error:  # noqa: BLE001 - it has begun, and can't be refused any more.
            _LOG.warning("export cut", why=type(error).__name__, request_id=REQUEST_ID.get())
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _nothing() -> AsyncGenerator[bytes, None]:
    """Write nothing: that is what the head alone has."""
    nothing: tuple[bytes, ...] = ()
    for piece in nothing:
        yield piece
