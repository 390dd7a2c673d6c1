"""What a cache may go on showing: for as long as it was told, and not a second longer."""

import asyncio
import time

from tests.caching.conftest import Opened
from tests.caching.nginx import PATIENCE
from tests.foundation.answers import problem
from tests.making import Client, Make

LONG = 60


async def test_a_stale_answer_is_served_at_once_while_it_is_fetched_anew(
    opened: Opened, admin: Client, make: Make
) -> None:
    made = await make.speaker(name="Before")
    with opened(cache_max_age=1, cache_stale_while_revalidate=LONG) as front:
        assert await front.statuses(made.path) == ["MISS", "HIT"]
        await admin.patch(made.path, json={"name": "After"}, headers=made.if_match)

        assert "Before" in (await front.until(made.path, "STALE")).text
        assert "After" in (await front.until(made.path, "HIT")).text
        conditions = [headers.get("if-none-match") for _, _, headers in front.origin.asked]
        assert conditions[0] is None
        assert conditions[1] is not None


async def test_what_did_not_change_is_only_asked_about(opened: Opened, make: Make) -> None:
    made = await make.speaker()
    with opened(cache_max_age=1, cache_stale_while_revalidate=0) as front:
        before = await front.ask(made.path)

        after = await front.until(made.path, "REVALIDATED")

        assert after.content == before.content
        assert [headers.get("if-none-match") for _, _, headers in front.origin.asked] == [
            None, before.headers["ETag"],
        ]  # fmt: skip
        assert (await front.ask(made.path)).headers["X-Cache-Status"] == "HIT"


async def test_what_was_archived_is_gone_when_its_time_is_over_however_often_it_is_asked_for(
    opened: Opened, admin: Client, make: Make
) -> None:
    made, hidden = await make.speaker(), await make.statement()
    with opened(cache_max_age=1, cache_stale_while_revalidate=1) as front:
        for one in (made, hidden):
            assert (await front.ask(one.path)).status_code == 200
        await admin.delete(made.path, headers=made.if_match)
        await admin.patch(hidden.path, json={"visibility": "internal"}, headers=hidden.if_match)

        deadline, shown = time.monotonic() + PATIENCE, {200}
        while shown != {404, 410}:
            assert time.monotonic() < deadline, shown
            shown = {(await front.ask(one.path)).status_code for one in (made, hidden)}
            await asyncio.sleep(0.1)

        for _ in range(3):
            problem(await front.ask(made.path), 410, "gone")
            problem(await front.ask(hidden.path), 404, "not-found")
