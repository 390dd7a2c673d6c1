"""What fails is tried again after ever longer pauses, however often it has failed."""

import asyncio

import pytest

from app.foundation import pauses
from app.foundation.pauses import after_failures, looking


@pytest.mark.parametrize(
    ("failures", "pause"), [(0, 0.5), (1, 1.0), (3, 4.0), (6, 30.0), (1024, 30.0), (10**9, 30.0)]
)
def test_pauses_double_up_to_the_longest_and_never_fail_themselves(
    failures: int, pause: float
) -> None:
    assert after_failures(failures, 0.5, 30.0) == pause


async def test_who_looks_again_and_again_goes_on_after_failures_until_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pauses, "LONGEST", 0.01)
    looked, failed, enough = 0, list[tuple[str, int]](), asyncio.Event()

    async def look() -> None:
        nonlocal looked
        looked += 1
        if looked in {2, 3}:
            raise RuntimeError
        if looked > 5:
            enough.set()

    async with looking(look, 0.005, lambda error, n: failed.append((type(error).__name__, n))):
        await asyncio.wait_for(enough.wait(), 10)
    at_the_end = looked
    await asyncio.sleep(0.05)

    assert failed == [("RuntimeError", 1), ("RuntimeError", 2)]
    assert looked == at_the_end


async def test_whoever_is_to_look_never_does_not() -> None:
    async def look() -> None:
        raise AssertionError

    async with looking(look, 0, lambda *_: None):
        await asyncio.sleep(0.02)
