"""The service on a socket, and nginx in front of it as docs/caching.md has it."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from starlette.types import Receive, Scope, Send
from uvicorn import Config, Server

from app.foundation.settings import Settings
from app.main import create_app
from tests.caching.nginx import PATIENCE, Nginx, documented, placed
from tests.programs import Program, needed

Headers = dict[str, str]
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Origin:
    """The service on a socket of its own, in a thread; it notes what it is asked."""

    def __init__(self, settings: Settings) -> None:
        """Put the application together."""
        self.app = create_app(settings)
        self.asked: list[tuple[str, str, Headers]] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        config = Config(self, lifespan="on", log_config=None, access_log=False, ws="none")
        self._server = Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self.socket],))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note a request, and pass it on."""
        if scope["type"] == "http":
            headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
            query = scope["query_string"].decode()
            path = f"{scope['path']}?{query}" if query else scope["path"]
            self.asked.append((scope["method"], path, headers))
        await self.app(scope, receive, send)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()
        deadline = time.monotonic() + PATIENCE
        while not self._server.started:
            assert self._thread.is_alive(), "the service ended at once"
            assert time.monotonic() < deadline, "the service doesn't start"
            time.sleep(0.01)

    def stop(self) -> None:
        """Serve no longer; the port is nobody's then."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self.socket.close()


@dataclass
class Front:
    """What a visitor meets: nginx, and the service behind it."""

    origin: Origin
    nginx: Nginx

    async def ask(
        self, path: str, key: str | None = None, method: str = "GET", **given: Any
    ) -> Response:
        """Ask through nginx, with or without a key."""
        headers = dict(given.pop("headers", {}))
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        url = f"http://127.0.0.1:{self.nginx.port}{path}"
        async with AsyncClient(verify=_NO_TLS, trust_env=False, timeout=30) as client:
            return await client.request(method, url, headers=headers, **given)

    async def statuses(self, path: str, times: int = 2, **given: Any) -> list[str | None]:
        """Ask several times, and tell what nginx says about each: MISS, HIT, STALE, or nothing."""
        answers = [await self.ask(path, **given) for _ in range(times)]
        return [answer.headers.get("X-Cache-Status") for answer in answers]

    async def until(self, path: str, status: str) -> Response:
        """Ask until nginx says this about an entry; give that answer."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = await self.ask(path)
            if answer.headers.get("X-Cache-Status") == status:
                return answer
            assert time.monotonic() < deadline, answer.headers
            await asyncio.sleep(0.1)


Opened = Callable[..., AbstractContextManager[Front]]


@pytest.fixture(scope="session")
def program() -> Program:
    """Have an nginx; only outside of CI may a machine have none."""
    return needed("nginx")


@pytest.fixture(scope="session")
def opened(
    program: Program, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Opened:
    """Give what opens a front, with a configuration and settings of its own."""

    @contextmanager
    def open_one(configuration: str | None = None, **changed: object) -> Iterator[Front]:
        folder: Path = tmp_path_factory.mktemp("nginx")
        origin = Origin(settings.model_copy(update=changed))
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port: int = probe.getsockname()[1]
        text = configuration or documented()
        text = placed(text, origin=origin.port, port=port, folder=folder)
        nginx = Nginx(program, text, folder, port)
        try:
            origin.start()
            yield Front(origin, nginx.until_up())
        finally:
            nginx.stop()
            origin.stop()

    return open_one


@pytest.fixture(scope="module")
def shared(opened: Opened, keys: dict[str, str]) -> Iterator[Front]:
    """Have a front as documented; its entries outlive the tests, whose things have new ids."""
    with opened() as front:
        yield front


@pytest.fixture
async def front(shared: Front, clean: None) -> Front:
    """Have the front, and a record of only this test's requests."""
    shared.origin.asked.clear()
    return shared
