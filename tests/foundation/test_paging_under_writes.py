"""Whoever goes from page to page sees what was there throughout once, in order, none twice."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.making import Client, Made, Make

Json = dict[str, Any]
Adding = Callable[[Make, Any], Awaitable[Made]]
ENOUGH = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
DAYS = (None, "2022", "2022-01", "2022-01-01", "2022-09-27", "2023")
NAMES = ("a", "a ", "B", "b", "Ä", "тоқаев", "😀", "\u200b", "z")
WORDS = ("a", "b")


def first_day(item: Json) -> str:
    """Tell where a statement sorts: unknown days before all, others at their first day."""
    said: str | None = item["said_on"]
    return "" if said is None else said + "-01-01"[len(said) - 10 :] if len(said) < 10 else said


@dataclass(frozen=True)
class Listed:
    """A list under one order: how its rows are added and changed, and by what they are ordered."""

    path: str
    field: str
    values: tuple[Any, ...]
    add: Adding
    key: Callable[[Json], Any]
    moves: bool = True


async def _verdict(make: Make, value: str) -> Made:
    draft = await make.verdict(headline=value)
    return await make.publish(draft) if value == "a" else draft


def _statements(sort: str, key: Callable[[Json], Any], *, moves: bool) -> Listed:
    field, values = ("said_on", DAYS) if sort == "said_on" else ("occasion", WORDS)
    return Listed(
        f"/v1/statements?sort={{}}{sort}", field, values,
        lambda make, value: make.statement(speaker_is_anonymous=True, **{field: value}),
        key, moves,
    )  # fmt: skip


LISTS = {
    "statements by day": _statements("said_on", first_day, moves=True),
    "statements by age": _statements("created_at", lambda one: one["created_at"], moves=False),
    "statements by change": _statements("updated_at", lambda one: one["updated_at"], moves=True),
    "speakers by name": Listed(
        "/v1/speakers?sort={}name", "name", NAMES,
        lambda make, value: make.speaker(name=value), lambda one: one["name"],
    ),
    "sources by name": Listed(
        "/v1/sources?sort={}name", "name", NAMES,
        lambda make, value: make.source(name=value), lambda one: one["name"],
    ),
    "verdicts by publication": Listed(
        "/v1/verdicts?sort={}published_at", "headline", WORDS,
        _verdict, lambda one: one["published_at"] or one["created_at"], moves=False,
    ),
}  # fmt: skip


class Meanwhile:
    """What happens to a list while somebody reads it."""

    def __init__(self, make: Make, listed: Listed) -> None:
        """Write to this list."""
        self.make, self.listed = make, listed
        self.rows: dict[str, Made] = {}
        self.throughout: set[str] = set()

    async def begin(self, values: list[Any]) -> None:
        """Have these rows there from the start."""
        for value in values:
            await self.add(value)
        self.throughout = set(self.rows)

    async def add(self, value: Any) -> None:
        """Add a row."""
        made = await self.listed.add(self.make, value)
        self.rows[made.id] = made

    async def write(self, what: str, which: int, value: Any) -> None:
        """Add, archive or change a row."""
        if what == "add" or not self.rows:
            await self.add(value)
            return
        found = sorted(self.rows)[which % len(self.rows)]
        path = self.rows[found].path
        if what == "archive":
            answer = await self.make.client.delete(path, headers={"If-Match": "*"})
            if answer.status_code == 204:
                del self.rows[found]
                self.throughout.discard(found)
            return
        before = self.rows[found].body["version"]
        patch = {self.listed.field: value}
        answer = await self.make.client.patch(path, json=patch, headers={"If-Match": "*"})
        assert answer.status_code in {200, 409}, answer.text
        if answer.status_code == 200 and answer.json()["version"] != before and self.listed.moves:
            self.throughout.discard(found)


async def walk(client: Client, path: str, writes: list[list[Any]], other: Meanwhile) -> list[Json]:
    """Follow the links as they are, and let the others write before each next page."""
    seen: list[Json] = []
    following = path
    while following:
        answer = await client.get(following)
        assert answer.status_code == 200, answer.text
        seen += answer.json()["items"]
        assert len(seen) < 100, "it doesn't end"
        link = re.fullmatch(r'<(/v1/[!-~]+)>; rel="next"', answer.headers.get("Link", ""))
        assert (link is None) == (answer.json()["next"] is None)
        following = link[1] if link else ""
        for what, which, value in writes.pop(0) if writes else []:
            await other.write(what, which, value)
    return seen


@st.composite
def stories(draw: st.DrawFn, values: tuple[Any, ...]) -> tuple[int, list[Any], list[list[Any]]]:
    """Make up a size of pages, what is there at first, and what is written before each page."""
    value = st.sampled_from(values)
    write = st.tuples(st.sampled_from(("add", "archive", "change")), st.integers(0, 20), value)
    return (
        draw(st.integers(1, 3)),
        draw(st.lists(value, min_size=4, max_size=7)),
        draw(st.lists(st.lists(write, min_size=1, max_size=3), min_size=1, max_size=3)),
    )  # fmt: skip


@pytest.mark.parametrize("sign", ["", "-"], ids=["rising", "falling"])
@pytest.mark.parametrize("name", LISTS)
@ENOUGH
@given(data=st.data())
async def test_what_is_there_throughout_is_seen_once_and_in_order(
    admin: Client,
    make: Make,
    database: asyncpg.Connection,
    cleaning: str,
    name: str,
    sign: str,
    data: st.DataObject,
) -> None:
    listed = LISTS[name]
    await database.execute(cleaning)
    limit, values, writes = data.draw(stories(listed.values))
    other = Meanwhile(make, listed)
    await other.begin(values)
    assert other.throughout

    seen = await walk(admin, f"{listed.path.format(sign)}&limit={limit}", writes, other)

    steady = [one for one in seen if one["id"] in other.throughout]
    assert {one["id"] for one in steady} == other.throughout
    assert len(steady) == len(other.throughout)
    order = [(listed.key(one), one["id"]) for one in steady]
    assert order == sorted(order, reverse=sign == "-")
    if not listed.moves:
        assert len({one["id"] for one in seen}) == len(seen)
