"""Signals: whatever was started is stopped, and no work is broken off in the middle."""

import asyncio
import signal
from collections.abc import Iterator

import pytest

from app.foundation.ending import SIGNALS, orderly_end


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Prove that every test puts the handlers back as they were."""
    before = [signal.getsignal(each) for each in SIGNALS]
    yield
    assert [signal.getsignal(each) for each in SIGNALS] == before


@pytest.mark.parametrize("which", SIGNALS)
def test_a_signal_leaves_the_block_in_order(which: signal.Signals) -> None:
    done: list[str] = []

    def block() -> None:
        try:
            signal.raise_signal(which)
        finally:
            signal.raise_signal(which)
            done.append("undisturbed")

    with pytest.raises(SystemExit) as left, orderly_end(7):
        block()

    assert (left.value.code, done) == (7, ["undisturbed"])


def test_asynchronous_work_is_cancelled_and_may_tidy_up() -> None:
    done: list[str] = []

    async def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
            done.append("not broken off")
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            done.append("tidied up")

    with pytest.raises(SystemExit) as left, orderly_end(7) as end:
        end.run(work())

    assert (left.value.code, done) == (7, ["not broken off", "tidied up"])


def test_work_that_ends_before_it_can_be_cancelled_still_ends_the_block() -> None:
    async def work() -> None:
        signal.raise_signal(signal.SIGTERM)

    with pytest.raises(SystemExit), orderly_end(7) as end:
        end.run(work())


def test_a_signal_just_before_the_work_prevents_it() -> None:
    done: list[str] = []

    async def work() -> None:
        done.append("begun")

    with orderly_end(7) as end:
        end.asked = True
        with pytest.raises(SystemExit):
            end.run(work())

    assert done == []


def test_without_a_signal_work_gives_its_result() -> None:
    async def work() -> int:
        return 3

    with orderly_end(7) as end:
        assert end.run(work()) == 3
