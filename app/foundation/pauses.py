"""Looking again and again, and how long to wait before something that failed is tried again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

LONGEST: Final = 30.0
"""Seconds between looks while they fail."""

_DOUBLINGS: Final = 30
"""After so many it is longer than anybody waits; a float has an end, and failures may have none."""


def after_failures(failures: int, first: float, longest: float) -> float:
    """Double the first pause, in seconds, with each failure in a row, up to the longest."""
    return min(first * 2.0 ** min(failures, _DOUBLINGS), longest)


@asynccontextmanager
async def looking(
    look: Callable[[], Awaitable[object]], every: float, failed: Callable[[Exception, int], None]
) -> AsyncIterator[None]:
    """Look every so many seconds while this is open; if that is 0, never.

    A look that fails is told, with how many have in a row, and the next ones come later.
    """
    task = asyncio.create_task(_look_on(look, every, failed)) if every else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _look_on(
    look: Callable[[], Awaitable[object]], every: float, failed: Callable[[Exception, int], None]
) -> None:
    failures = 0
    while True:
        await asyncio.sleep(after_failures(failures, every, max(LONGEST, every)))
        try:
            await look()
            failures = 0
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed.
            failures += 1
            failed(error, failures)
