"""Answering requests: the socket, uvicorn's workers, and an orderly end."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

from app.foundation import metrics
from app.foundation.refusal import Refusal
from app.foundation.settings import Settings

BACKLOG = 2048
LAST_REQUESTS = 15
"""Seconds that requests under way get to finish when the service is stopped."""


class PortTaken(Refusal):
    """Nothing can listen there: another program does, or the address isn't ours."""


@dataclass(frozen=True)
class LeaveWithParent:
    """Ends a worker whose parent was killed; it would go on holding the port."""

    parent: int

    async def __call__(self) -> None:
        """Look at who the parent is: an orphan is given to another."""
        if os.getppid() != self.parent:
            signal.raise_signal(signal.SIGTERM)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before anything else is started. Raises `PortTaken`."""
    with _bound(host, port) as taken:
        taken.listen(BACKLOG)
        taken.set_inheritable(True)
        yield taken


def serve(factory: str, settings: Settings, taken: socket.socket) -> None:
    """Answer requests on a socket until a signal comes; each worker calls the named factory."""
    config = Config(
        factory,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        backlog=BACKLOG,
        timeout_graceful_shutdown=LAST_REQUESTS,
        timeout_notify=1,
        callback_notify=LeaveWithParent(os.getpid()) if settings.workers > 1 else None,
    )
    if settings.workers > 1:
        with TemporaryDirectory(prefix="onrecord-figures-") as figures:
            os.environ[metrics.SHARED] = figures
            Multiprocess(config, sockets=[taken]).run()
    else:
        Server(config).run(sockets=[taken])


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as refused:
        raise PortTaken(f"ONRECORD_HOST: {host} is no address here: {refused.strerror}") from None
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as refused:
        bound.close()
        raise PortTaken(
            f"Can't listen on {host}, port {port} ({refused.strerror}):"
            " stop what listens there, or choose another with --port or ONRECORD_PORT"
        ) from None
    return bound
