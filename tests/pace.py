"""How much work something is, told so that neither a slow machine nor other tests decide."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

_STEPS = 100_000
_USUAL = 0.005
"""CPU seconds that so many steps take on the machine that bounds are set on."""


class Spent:
    """What was spent, once it is over."""

    seconds: float


def _pace() -> float:
    """Say how many times slower than usual this thread is now."""
    began = time.thread_time()
    for _ in range(_STEPS):
        pass
    return max(1.0, (time.thread_time() - began) / _USUAL)


@contextmanager
def spending() -> Iterator[Spent]:
    """Tell the CPU seconds of what is done within, in this thread, on a machine as it usually is.

    Garbage isn't collected meanwhile: there may be much, of what other tests left.
    """
    spent, before = Spent(), _pace()
    gc.disable()
    began = time.thread_time()
    try:
        yield spent
        took = time.thread_time() - began
    finally:
        gc.enable()
    spent.seconds = took / max(before, _pace())
