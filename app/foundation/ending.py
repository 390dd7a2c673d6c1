"""An orderly end: a signal unwinds the stack, so that whatever was started is stopped."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, TypeVar

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Result = TypeVar("Result")


@dataclass
class Ending:
    """What a signal does: it leaves by way of every `finally`, undisturbed by further signals.

    Asynchronous work is cancelled, never broken off: an exception out of nowhere, in the middle
    of a driver written in C, has been seen to crash the process.
    """

    code: int
    asked: bool = False
    working: bool = False
    task: asyncio.Task[Any] | None = None

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run asynchronous work to its end, or until a signal cancels it."""
        self.working = True
        try:
            result = asyncio.run(self._cancellable(work))
        except asyncio.CancelledError:
            raise SystemExit(self.code) from None
        finally:
            self.working = False
        if self.asked:
            raise SystemExit(self.code)
        return result

    async def _cancellable(self, work: Coroutine[Any, Any, Result]) -> Result:
        self.task = asyncio.current_task()
        if self.asked:
            work.close()
            raise asyncio.CancelledError
        try:
            return await work
        finally:
            self.task = None

    def handle(self, _: int, __: FrameType | None) -> None:
        """Take a signal. While uvicorn serves, it has handlers of its own."""
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        self.asked = True
        if self.task is not None:
            self.task.get_loop().call_soon_threadsafe(self.task.cancel)
        elif not self.working:
            raise SystemExit(self.code)


@contextmanager
def orderly_end(code: int) -> Iterator[Ending]:
    """Let signals end the block in order, and the process with an exit code.

    Uvicorn raises the signals that it caught once more when it is done; by default the second one
    kills the process on the spot.
    """
    ending = Ending(code)
    before = {each: signal.signal(each, ending.handle) for each in SIGNALS}
    signal.signal(signal.SIGHUP, _as_term)
    try:
        yield ending
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _as_term(_: int, __: FrameType | None) -> None:
    """Treat a closed terminal like a request to stop; uvicorn knows only that."""
    signal.raise_signal(signal.SIGTERM)
