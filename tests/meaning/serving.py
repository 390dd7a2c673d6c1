"""A model behind an address on this machine, which answers as OpenAI's does."""

import json
import threading
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from app.foundation.settings import Settings

DIMENSIONS = 16


def vector(text: str) -> list[float]:
    """Make a vector of the words of a text: those that share words are near."""
    made = [0.0] * DIMENSIONS
    for word in text.lower().split():
        made[sha256(word.encode()).digest()[0] % DIMENSIONS] += 3
    return made


class LocalModel:
    """Serves vectors, remembers what it was asked, and answers wrongly when told to."""

    def __init__(self) -> None:
        """Begin to serve."""
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.body: bytes | None = None
        self.refused: str | None = None
        self.pause = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Name its address."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def settings(self, settings: Settings, model: str = "words", **more: Any) -> Settings:
        """Change settings so that it is asked."""
        given = {
            "embedder": self.url, "embedder_model": model, "embedder_dimensions": DIMENSIONS,
        }  # fmt: skip
        return settings.model_copy(update=given | more)

    def answer(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        """Answer in an order that isn't that of the texts, as servers may."""
        time.sleep(self.pause)
        if self.refused is not None and any(self.refused in text for text in asked["input"]):
            return 400, b"{}"
        if self.body is not None or self.status != 200:
            return self.status, self.body or b"{}"
        data = [{"index": no, "embedding": vector(one)} for no, one in enumerate(asked["input"])]
        return 200, json.dumps({"data": data[::-1]}).encode()


def _handler(serving: LocalModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            serving.asked.append(asked | {"path": self.path})
            serving.keys.append(self.headers["Authorization"])
            status, body = serving.answer(asked)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
