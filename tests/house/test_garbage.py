"""What a request made is freed with its answer: nothing waits for the garbage collector.

What refers to itself by a detour stays until then, bodies and rows along with it; under load, that
took a worker twelve megabytes.
"""

import gc
from collections.abc import Awaitable, Callable
from itertools import count

from tests.making import Client, Make

TIMES = 20


async def left_over(ask: Callable[[], Awaitable[object]]) -> int:
    """Ask some times, and count what only the collector frees."""
    await ask()
    gc.collect()
    gc.disable()
    try:
        for _ in range(TIMES):
            await ask()
        return gc.collect()
    finally:
        gc.enable()


async def test_neither_reading_nor_writing_leaves_anything(
    anonymous: Client, editor: Client, make: Make
) -> None:
    shown = await make.statement()
    numbers = count(1)

    def record() -> Awaitable[object]:
        number = next(numbers)
        source = {"kind": "article", "name": "A", "url": f"https://one.example/{number}"}
        body = {
            "text": f"Number {number}", "language": "en", "speaker_is_anonymous": True,
            "appearances": [{"source": source, "role": "outlet", "mode": "direct_quote"}],
        }  # fmt: skip
        return editor.post("/v1/statements", json=body, headers={"Idempotency-Key": f"k{number}"})

    for ask in (
        lambda: anonymous.get(shown.path),
        lambda: anonymous.get("/v1/statements?limit=20"),
        lambda: anonymous.get("/v1/search?q=there"),
        lambda: anonymous.get("/v1/suggest?q=the"),
        lambda: editor.post("/v1/speakers", json={"name": "Somebody"}),
        record,
    ):
        assert await left_over(ask) < TIMES
