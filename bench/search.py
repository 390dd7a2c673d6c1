"""Measure searching against the floor, the tutorial way, and itself, side by side in one run.

The exit code is 1 when a target is missed.
"""

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import asyncpg
import typer

from app.foundation import embedded, migrations
from app.foundation.settings import Settings
from app.keys.first_start import first_start
from app.words.querying import understand
from bench import corpus, floor, generate, report, services, words
from bench.__main__ import WARM_UP, Bench, NotTheSame
from bench.load import Load, Request, drive, median_of
from bench.report import Compared, Measured
from bench.services import Service

CONNECTIONS = 8
SHOWN = 20
DIFFERENT = 100
"""How many different questions there are of a kind."""
READ = 20_000
"""From how many sentences the words are taken."""
COMMONEST = 10
MEDIUM, RARE = range(300, 1500), range(8000, 20_000)
"""The places of words in the order of frequency."""
BEGUN = 3000
"""How many words of each language one may have begun to type."""
HANDFUL = 20
PATIENT = 600.0
"""Seconds that the tutorial way is waited for: it ranks everything that matches."""
AGAIN = 21
KINDS = ("common words", "medium words", "rare words", "several words")
MIX = "the mix"
FOUR = "speaker,normalized_rating,year,language"
SEVEN = f"{FOUR},publisher,check_type,topic"
EXACT = f"""
SELECT id, score, ts_headline('simple', text, $1::text::tsquery) FROM (
    SELECT statement_id, ts_rank(words, $1::text::tsquery) AS score FROM statement_search
    WHERE words @@ $1::text::tsquery AND is_public ORDER BY score DESC LIMIT {SHOWN}
) AS best JOIN statement ON statement.id = statement_id ORDER BY score DESC
"""
HELD = "SELECT count(*), EXISTS (SELECT FROM search_word) FROM statement_search"
"""How many statements there are to search, and whether the last step of filling was taken."""
FIRST_NAMES = "SELECT DISTINCT split_part(name, ' ', 1) AS name FROM speaker ORDER BY name"


def main(
    statements: Annotated[int, typer.Option(min=400, max=10_000_000)] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, max=50)] = 3,
    seconds: Annotated[float, typer.Option(min=0.1, max=60, help="Of each measurement.")] = 5.0,
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = True,  # noqa: FBT002 -- an option
    keep: Annotated[
        Path | None, typer.Option(help="Fill this folder, or measure what it was filled with.")
    ] = None,
) -> None:
    """Measure, print the tables, and say whether the targets are met."""
    with _folder(keep) as made, embedded.running(folder := Path(made)) as url:
        version = asyncio.run(_prepare(url, statements))
        with services.onrecord(url, folder) as ours, services.tutorial(url, folder) as other:
            before = services.usage(folder, ours, other)
            rows = corpus.amounts(statements)
            bench = Bench(url, folder, "", rows, ours, other, seconds)
            measured, compared = _measure(bench, rounds)
            after = services.usage(folder, ours, other)
    others = services.others_share(before, after)
    told = (
        f"{report.machine(version)}. {statements:,} statements, {CONNECTIONS} connections, one"
        f" worker; medians of {rounds} rounds of {seconds:g} s. Meanwhile other programs used"
        f" {others:.0%} of the CPU.\n\n{report.table(measured)}\n\n{report.comparison(compared)}"
    )
    typer.echo(told)
    if write:
        report.write(told, "bench search")
    sys.exit(0 if all(each.is_met for each in compared) else 1)


def _folder(keep: Path | None) -> AbstractContextManager[Path | str]:
    if keep is not None:
        return nullcontext(keep.absolute())
    return tempfile.TemporaryDirectory(prefix="onrecord-bench-")


async def _prepare(url: str, statements: int) -> str:
    """Migrate and fill the database, unless it was filled before; give Postgres's version."""
    await migrations.upgrade(url)
    await first_start(url, Settings.model_validate({"DATABASE_URL": url}))
    connection = await asyncpg.connect(url)
    try:
        held, filled = await connection.fetchrow(HELD)
        if not held:
            _say(f"Filling {statements:,} statements")
            await corpus.fill(url, statements)
        elif held != statements or not filled:
            raise typer.BadParameter(f"--keep: this folder holds {held} statements; not all done?")
        await connection.execute("CHECKPOINT")
        version: str = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return version


def questions(statements: int) -> dict[str, list[str]]:
    """Choose what to search for; but for the commonest, words that stand in the statements."""
    places = {
        language: {word: place for place, word in enumerate(words.vocabulary(language)[0])}
        for language in words.LANGUAGES
    }
    found: dict[str, dict[str, None]] = {kind: {} for kind in KINDS}
    for language in words.LANGUAGES:
        found["common words"] |= dict.fromkeys(words.ranked(language, 0, COMMONEST))
    for _, language, text in words.sentences(1, min(statements, READ)):
        said = {word: places[language].get(word, -1) for word in text[:-1].lower().split()}
        medium = [word for word, place in said.items() if place in MEDIUM]
        found["medium words"] |= dict.fromkeys(medium)
        found["rare words"] |= {word: None for word, place in said.items() if place in RARE}
        if len(medium) > 1:
            found["several words"][" ".join(medium[: 2 + len(text) % 2])] = None
    chosen = {kind: _chosen(ones) for kind, ones in found.items()}
    quarters = [islice(cycle(asked), DIFFERENT // len(KINDS)) for asked in chosen.values()]
    return chosen | {MIX: [one for turn in zip(*quarters, strict=True) for one in turn]}


def _chosen(found: Iterable[str]) -> list[str]:
    """Choose some that `to_tsquery('simple')` reads as the service does: without accents, say."""
    plain = (
        one
        for one in _shuffled(found)
        if all(understand(word).phrase == f"'{word}'" for word in one.split())
    )
    return list(islice(plain, DIFFERENT))


def _shuffled(found: Iterable[str]) -> list[str]:
    chance = random.Random(generate.SEED)
    return sorted(found, key=lambda _: chance.random())


def _measure(bench: Bench, rounds: int) -> tuple[list[Measured], list[Compared]]:
    """Measure everything in turn, round by round."""
    asked = questions(bench.rows["statements"])
    _compare(bench, asked["rare words"])
    every = [one for kind in asked.values() for one in kind]
    runs = asyncio.run(floor.heard(bench.url, every, SHOWN))
    plan = _Plan(bench)
    for kind, script in zip(asked, _scripts(bench.url, asked, runs), strict=True):
        plan.search(kind, asked[kind], script)
    plan.mixed(asked[MIX])
    plan.others(asyncio.run(_begun(bench.url)))
    for number in range(rounds):
        _say(f"Round {number + 1} of {rounds}")
        for measure in plan.steps:
            measure()
    commonest = every.index(words.ranked("en", 0, 1)[0])
    faster = asyncio.run(_faster(bench.url, runs[commonest][-1], rounds))
    return list(plan.measured.values()), _compared(plan.measured, faster)


def _scripts(url: str, asked: dict[str, list[str]], runs: list[list[floor.Run]]) -> Iterator[str]:
    """Write a script for each kind of question, which are numbered through."""
    queries = asyncio.run(floor.recorded(url, runs))
    first = 1
    for kind in asked.values():
        numbers = range(first, first + len(kind))
        steps = max(len(run) for run in runs[first - 1 : numbers.stop - 1])
        yield floor.replay(queries, numbers, steps)
        first = numbers.stop


class _Plan:
    """What is measured in each round, in this order."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.measured: dict[str, Measured] = {}
        self.steps: list[Callable[[], None]] = []

    def search(self, kind: str, asked: list[str], script: str) -> None:
        """Search for one kind of question, beside pgbench."""
        url, folder, seconds = self.bench.url, self.bench.folder, self.bench.seconds
        warm = floor.Warmed(url, script, folder, seconds, CONNECTIONS, min(seconds, WARM_UP))
        under = self._add(Measured(f"{kind}, pgbench"), warm, None)
        slow = None
        if kind == MIX:
            self._http(slow := Measured(f"{MIX}, the tutorial way"), _pages(asked), slowly=True)
        self._http(Measured(f"**{kind}**", under, slow), _pages(asked, types="statement"))

    def mixed(self, asked: list[str]) -> None:
        """Search for the mix in other ways."""
        for name, facets in (("four", FOUR), ("seven", SEVEN)):
            paths = _pages(asked, types="statement", facets=facets)
            self._http(Measured(f"{MIX}, {name} facets"), paths)
        self._http(Measured(f"{MIX}, with speakers and sources"), _pages(asked))

    def others(self, begun: list[str]) -> None:
        """Suggest, and fetch."""
        self._http(Measured("a suggestion"), [f"/v1/suggest?{urlencode({'q': q})}" for q in begun])
        chance = random.Random(generate.SEED)
        numbers = (chance.randint(1, self.bench.rows["statements"]) for _ in range(READ))
        paths = [f"/v1/statements/{generate.statement_id(number)}" for number in numbers]
        self._http(Measured("one statement"), paths)

    def _http(self, what: Measured, paths: list[str], *, slowly: bool = False) -> None:
        service = self.bench.tutorial if slowly else self.bench.ours
        asked = map(Request, cycle(paths))
        self._add(what, partial(self._ask, service, asked), service)

    def _add(self, what: Measured, run: Callable[[float], Load], of: Service | None) -> Measured:
        self.measured[what.name.strip("*")] = what
        self.steps.append(partial(self.bench.measure, what, run, of))
        return what

    def _ask(self, service: Service, asked: Iterator[Request], seconds: float) -> Load:
        most, port = min(seconds, self.bench.seconds), service.port
        return drive(port, asked, seconds=most, connections=CONNECTIONS, patience=PATIENT)


def _pages(asked: list[str], **more: str) -> list[str]:
    return [f"/v1/search?{urlencode({'q': q, 'limit': SHOWN} | more)}" for q in asked]


def _compare(bench: Bench, rare: list[str]) -> None:
    """See that service and tutorial find the same. Raises `NotTheSame`."""
    for word, path in zip(rare[:HANDFUL], _pages(rare, types="statement"), strict=False):
        ours = {one["id"] for one in json.loads(bench.ours.fetch(path)[0])["items"]}
        found = json.loads(bench.tutorial.fetch(path)[0])["items"]
        theirs = {one["statement"]["id"] for one in found}
        # The service finds other forms of a word, too, so that its page may be full of those.
        missing = theirs - ours if len(ours) < SHOWN else set()
        if not theirs or missing or not (ours & theirs or len(ours) == SHOWN):
            raise NotTheSame(word)


async def _begun(url: str) -> list[str]:
    """Begin to type words and first names, in equal parts."""
    connection = await asyncpg.connect(url)
    names = [row["name"] for row in await connection.fetch(FIRST_NAMES)]
    await connection.close()
    common = [word for language in words.LANGUAGES for word in words.ranked(language, 0, BEGUN)]
    half = zip(_shuffled(common), cycle(names), strict=False)
    both = (one for pair in half for one in pair)
    return [one[: 3 + number // 2 % 3] for number, one in enumerate(both)]


async def _faster(url: str, run: floor.Run, rounds: int) -> float:
    """Tell how many times faster the service's SELECT is than ranking all that match."""
    query, values = run
    connection = await asyncpg.connect(url, server_settings={"jit": "off"})
    exact = await median_of(connection, rounds, EXACT, values["words"])
    ours = await median_of(connection, AGAIN, query.text, *query.arguments(values))
    await connection.close()
    return exact / ours


def _compared(measured: dict[str, Measured], faster: float) -> list[Compared]:
    mix, common, rare = (measured[name] for name in (MIX, "common words", "rare words"))

    def speed(name: str) -> float:
        return measured[f"{MIX}, {name}"].against(mix) or 0

    suggested = measured["a suggestion"].p99_against(measured["one statement"])
    return [
        Compared(f"{MIX}, of the floor", mix.against(mix.floor) or 0, least=0.7),
        Compared(f"{MIX}, times the tutorial way", mix.against(mix.tutorial) or 0, least=12),
        Compared(
            "p99 of common words, times that of rare ones", common.p99_against(rare), most=1.5
        ),
        Compared("the commonest word, times faster than ranking all", faster, least=50),
        Compared("four facets, of the speed without", speed("four facets"), least=0.7),
        Compared("seven facets, of the speed without", speed("seven facets")),
        Compared(
            "with speakers and sources, of the speed of statements alone",
            speed("with speakers and sources"),
        ),
        Compared("p99 of a suggestion, times that of one statement", suggested, most=4),
    ]


_say = partial(typer.echo, err=True)

if __name__ == "__main__":
    typer.run(main)
