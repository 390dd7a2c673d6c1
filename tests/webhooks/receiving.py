"""A receiver of webhooks on this machine, which notes what it gets and answers what it is told."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.making import Client, Json, Made


@dataclass(frozen=True)
class Received:
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes
    began: float
    ended: float

    @property
    def message(self) -> Json:
        """Read its body."""
        found: Json = json.loads(self.body)
        return found

    def verify(self, secret: str) -> None:
        """Verify its signature, with the library of Standard Webhooks. Raises when it is wrong."""
        Webhook(secret).verify(self.body, self.headers)


@dataclass(frozen=True)
class Reply:
    """What to answer."""

    status: int = 204
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


class Receiver:
    """Listens on this machine; `answers` says what to answer to which request."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        """Begin to listen."""
        self.got: list[Received] = []
        self.answers: Callable[[int, Json], Reply] = lambda _, __: Reply()
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            def do_POST(self) -> None:
                began = time.monotonic()
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._lock:
                    number = len(receiver.got)
                    receiver.got.append(Received(self.path, {}, body, began, began))
                reply = receiver.answers(number, json.loads(body))
                time.sleep(reply.seconds)
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.got[number] = Received(self.path, headers, body, began, time.monotonic())
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        """Give its address."""
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def messages(self) -> list[Json]:
        """Give what came, in its order."""
        return [one.message for one in self.got]

    def stop(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()


async def deliveries(client: Client, webhook: Made, **asked: Any) -> list[Json]:
    """Read the log of a webhook, the oldest first."""
    parameters = {"sort": "created_at", "limit": "100"} | asked
    answer = await client.get(f"{webhook.path}/deliveries", params=parameters)
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found
