"""What is measured of searching, and what it should reach."""

import asyncio
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from urllib.parse import urlencode

import asyncpg

from app.words.querying import understand
from bench import claims, floor, generate, report, words
from bench.load import median_of
from bench.measuring import Bench, NotTheSame, Plan
from bench.report import Compared, Measured

CONNECTIONS = 8
SHOWN = 20
DIFFERENT = 100
"""How many different questions there are of a kind."""
MANY = 1_000_000
"""With how many statements the tutorial's search is compared with what it should be."""
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
BESIDE = "one statement, on 8 connections"
FOUR = "speaker,normalized_rating,year,language"
SEVEN = f"{FOUR},publisher,check_type,topic"
EXACT = f"""
SELECT id, score, ts_headline('simple', text, $1::text::tsquery) FROM (
    SELECT statement_id, ts_rank(words, $1::text::tsquery) AS score FROM statement_search
    WHERE words @@ $1::text::tsquery AND is_public ORDER BY score DESC LIMIT {SHOWN}
) AS best JOIN statement ON statement.id = statement_id ORDER BY score DESC
"""
FIRST_NAMES = "SELECT DISTINCT split_part(name, ' ', 1) AS name FROM speaker ORDER BY name"


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


def plan(to: Plan, *, quick: bool = False) -> Callable[[int], list[Compared]]:
    """Plan searches; give what compares them in the end. When it is `quick`, only the mix."""
    asked = questions(to.bench.rows["statements"])
    _compare(to.bench, asked["rare words"])
    every = [one for kind in asked.values() for one in kind]
    runs = asyncio.run(floor.heard(to.bench.url, every, SHOWN))
    searches = Searches(to)
    for kind, script in zip(asked, _scripts(to.bench.url, asked, runs), strict=True):
        if kind == MIX or not quick:
            searches.search(kind, asked[kind], script)
    if not quick:
        searches.mixed(asked[MIX])
        searches.others(begun(to.bench.url))
    commonest = runs[every.index(words.ranked("en", 0, 1)[0])][-1]

    def compared(rounds: int) -> list[Compared]:
        mix = _mix(to.measured, to.bench.rows["statements"])
        if quick:
            return mix
        faster = asyncio.run(_faster(to.bench.url, commonest, rounds))
        return mix + _compared(to.measured, faster)

    return compared


def _scripts(url: str, asked: dict[str, list[str]], runs: list[list[floor.Run]]) -> Iterator[str]:
    """Write a script for each kind of question, which are numbered through."""
    queries = asyncio.run(floor.recorded(url, runs))
    first = 1
    for kind in asked.values():
        numbers = range(first, first + len(kind))
        steps = max(len(run) for run in runs[first - 1 : numbers.stop - 1])
        yield floor.replay(queries, numbers, steps)
        first = numbers.stop


class Searches:
    """What is measured of searching, in a plan."""

    def __init__(self, to: Plan) -> None:
        """Add to this plan."""
        self.plan = replace(to, connections=CONNECTIONS)

    def search(self, kind: str, asked: list[str], script: str) -> None:
        """Search for one kind of question, beside pgbench."""
        under = self.plan.floor(kind, script)
        slow = None
        if kind == MIX:
            slow = Measured(f"{MIX}, the tutorial way")
            self.plan.fetch(slow, self.plan.bench.tutorial, pages(asked), patience=PATIENT)
        self._ask(Measured(f"**{kind}**", under, slow), pages(asked, types="statement"))

    def mixed(self, asked: list[str]) -> None:
        """Search for the mix in other ways."""
        for name, facets in (("four", FOUR), ("seven", SEVEN)):
            paths = pages(asked, types="statement", facets=facets)
            self._ask(Measured(f"{MIX}, {name} facets"), paths)
        self._ask(Measured(f"{MIX}, with speakers and sources"), pages(asked))

    def others(self, suggesting: list[str]) -> None:
        """Suggest, match claims, and fetch on as many connections."""
        self._ask(Measured("a suggestion"), suggesting)
        chance = random.Random(generate.SEED)
        rows = self.plan.bench.rows["statements"]
        numbers = (chance.randint(1, rows) for _ in range(READ))
        paths = [f"/v1/statements/{generate.statement_id(number)}" for number in numbers]
        self._ask(Measured(BESIDE), paths)
        matches = cycle(claims.texts(rows))
        self.plan.ask(Measured("a match"), self.plan.bench.ours, matches)

    def _ask(self, what: Measured, paths: list[str]) -> None:
        self.plan.fetch(what, self.plan.bench.ours, paths)


def pages(asked: list[str], **more: str) -> list[str]:
    """Write the paths that search for these questions."""
    return [f"/v1/search?{urlencode({'q': q, 'limit': SHOWN} | more)}" for q in asked]


def _compare(bench: Bench, rare: list[str]) -> None:
    """See that service and tutorial find the same. Raises `NotTheSame`."""
    for word, path in zip(rare[:HANDFUL], pages(rare, types="statement"), strict=False):
        ours = {one["id"] for one in json.loads(bench.ours.fetch(path)[0])["items"]}
        found = json.loads(bench.tutorial.fetch(path)[0])["items"]
        theirs = {one["statement"]["id"] for one in found}
        # The service finds other forms of a word, too, so that its page may be full of those.
        missing = theirs - ours if len(ours) < SHOWN else set()
        if not theirs or missing or not (ours & theirs or len(ours) == SHOWN):
            raise NotTheSame(word)


def begun(url: str) -> list[str]:
    """Write paths that ask for suggestions for words and first names, in equal parts."""
    names = asyncio.run(_first_names(url))
    common = [word for language in words.LANGUAGES for word in words.ranked(language, 0, BEGUN)]
    half = zip(_shuffled(common), cycle(names), strict=False)
    both = (one for pair in half for one in pair)
    typed = (one[: 3 + number // 2 % 3] for number, one in enumerate(both))
    return [f"/v1/suggest?{urlencode({'q': q})}" for q in typed]


async def _first_names(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    names = [row["name"] for row in await connection.fetch(FIRST_NAMES)]
    await connection.close()
    return names


async def _faster(url: str, run: floor.Run, rounds: int) -> float:
    """Tell how many times faster the service's SELECT is than ranking all that match."""
    query, values = run
    connection = await asyncpg.connect(url, server_settings={"jit": "off"})
    exact = await median_of(connection, rounds, EXACT, values["words"])
    ours = await median_of(connection, AGAIN, query.text, *query.arguments(values))
    await connection.close()
    return exact / ours


def _mix(measured: dict[str, Measured], statements: int) -> list[Compared]:
    """Compare the mix. The tutorial ranks all that match, which is much where there are many."""
    mix = measured[MIX]
    faster = 15 if statements >= MANY else None
    return [
        report.faster(f"{MIX}, of the floor", mix, mix.floor, 0.75),
        report.faster(f"{MIX}, times the tutorial way", mix, mix.tutorial, faster),
        Compared(f"p99 of {MIX}, times its p50", mix.tail, most=6),
    ]


def _compared(measured: dict[str, Measured], faster: float) -> list[Compared]:
    mix, common, rare = (measured[name] for name in (MIX, "common words", "rare words"))

    def speed(name: str) -> float | None:
        return measured[f"{MIX}, {name}"].against(mix)

    beside, match = measured[BESIDE], measured["a match"]
    suggested = measured["a suggestion"].p99_against(beside)
    return [
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
        Compared("fetches of one statement in the time of a match", beside.against(match)),
        Compared("p99 of a suggestion, times that of one statement", suggested, most=4),
    ]
