"""What is measured of fetching, listing and creating, and what each should reach."""

import asyncio
import random
from itertools import cycle
from uuid import UUID

import asyncpg

from app.access.looking import single
from app.documents.listing import Choice, page
from app.documents.shape import View
from app.documents.statement import STATEMENT
from app.statements.queries import STATEMENTS
from bench import floor, generate, graph, writing
from bench.load import Request
from bench.measuring import Plan, same
from bench.report import Compared, Measured, faster

DIFFERENT = 20_000
"""How many different requests there are of a kind."""
ONE, PAGE, NEW = "one statement", "a page of 20", "a new statement"
HELLO, UNCHANGED = "hello world", "one statement, unchanged (304)"
TUTORIAL, DJANGO, POSTGRAPHILE = "the tutorial way", "Django REST Framework", "PostGraphile"
KNOWN = (
    "SELECT id FROM organization UNION ALL SELECT id FROM speaker UNION ALL SELECT id FROM api_key"
)


def plan(to: Plan) -> None:
    """Plan fetches of one statement, with and without an ETag, pages of 20, and creating."""
    one, many = targets(to.bench.rows)
    same(to.bench, [*one[:50], *many[:5]])
    scripts = _scripts(to.bench.rows)
    _fetches(to, ONE, one, scripts[0])
    if "postgraphile" in to.bench.others:
        chance, statements = random.Random(generate.SEED), to.bench.rows["statements"]
        numbers = [chance.randint(1, statements) for _ in range(DIFFERENT)]
        what = Measured(f"{ONE}, {POSTGRAPHILE}")
        to.ask(what, to.bench.others["postgraphile"], graph.asked(numbers))
    if "hello" in to.bench.others:
        to.fetch(Measured(HELLO), to.bench.others["hello"], ["/hello"])
    known = [
        Request(target, headers={"If-None-Match": to.bench.ours.fetch(target)[1]})
        for target in one[:500]
    ]
    to.ask(Measured(UNCHANGED), to.bench.ours, cycle(known), expect=304)
    _fetches(to, PAGE, many, scripts[1])
    _creates(to)


def _fetches(to: Plan, name: str, paths: list[str], script: str) -> None:
    under = to.floor(name, script)
    slow = Measured(f"{name}, {TUTORIAL}")
    to.fetch(Measured(f"**{name}**", under, slow), to.bench.ours, paths)
    to.fetch(slow, to.bench.tutorial, paths)
    if "django" in to.bench.others:
        to.fetch(Measured(f"{name}, {DJANGO}"), to.bench.others["django"], paths)


def _creates(to: Plan) -> None:
    bench = to.bench
    heard = asyncio.run(writing.heard(bench.url, bench.key))
    known = asyncio.run(_known(bench.url))
    under = to.floor(NEW, writing.script(heard, known), session=floor.WRITING)
    slow, first = Measured(f"{NEW}, {TUTORIAL}"), 10_000_000_000
    run = random.SystemRandom().randrange(10**6) * 10**7
    asked = [writing.bodies(bench.key, first * place + run) for place in (1, 2, 3)]
    to.ask(Measured(f"**{NEW}**", under, slow), bench.ours, asked[0], expect=201)
    to.ask(slow, bench.tutorial, asked[1], expect=201)
    if "django" in bench.others:
        to.ask(Measured(f"{NEW}, {DJANGO}"), bench.others["django"], asked[2], expect=201)


async def _known(url: str) -> set[UUID]:
    connection = await asyncpg.connect(url)
    found = {UUID(str(row["id"])) for row in await connection.fetch(KNOWN)}
    await connection.close()
    return found


def targets(rows: dict[str, int]) -> tuple[list[str], list[str]]:
    """Choose what to fetch, spread over all that there is."""
    chance = random.Random(generate.SEED)
    single_ids = [chance.randint(1, rows["statements"]) for _ in range(DIFFERENT)]
    speakers = [chance.randint(1, rows["speakers"]) for _ in range(DIFFERENT)]
    return (
        [f"/v1/statements/{generate.statement_id(number)}" for number in single_ids],
        [
            f"/v1/statements?speaker_id={generate.speaker_id(number)}&sort=-said_on&limit=20"
            for number in speakers
        ],
    )


def _scripts(rows: dict[str, int]) -> tuple[str, str]:
    """Write the service's own SELECTs for pgbench."""
    choice = Choice(
        View.PUBLIC, frozenset({"speaker_id"}), "-said_on", continued=False, counted=False
    )
    statement = generate.id_in_sql(generate.STATEMENT, ":n")
    speaker = generate.id_in_sql(generate.SPEAKER, ":n")
    return (
        floor.script(
            single(STATEMENT, View.PUBLIC, None).alone,
            {"id_0": statement},
            rows=rows["statements"],
        ),
        floor.script(
            page(STATEMENTS, choice), {"speaker_id": speaker, "limit": "21"}, rows=rows["speakers"]
        ),
    )


def compared(measured: dict[str, Measured], memory: float) -> list[Compared]:
    """Compare with what should be reached; what wasn't measured is left out."""
    one, many, new = (measured[name] for name in (ONE, PAGE, NEW))
    found = [
        faster(f"{ONE}, of the floor", one, one.floor, 0.28),
        faster(f"{ONE}, times {TUTORIAL}", one, one.tutorial, 10),
        faster(f"{PAGE}, of the floor", many, many.floor, 0.5),
        faster(f"{PAGE}, times {TUTORIAL}", many, many.tutorial, 10),
        faster(f"{UNCHANGED}, times {ONE}", measured[UNCHANGED], one, 1.2),
        faster(f"{NEW}, of the floor", new, new.floor, 0.3),
        faster(f"{NEW}, times {TUTORIAL}", new, new.tutorial, 2),
        Compared("memory of the service, in MB", memory, most=150),
    ]
    for name, other, least in (
        (ONE, DJANGO, 7),
        (PAGE, DJANGO, None),
        (NEW, DJANGO, None),
        (ONE, POSTGRAPHILE, 2.5),
    ):
        theirs = measured.get(f"{name}, {other}")
        if theirs is not None:
            found.append(faster(f"{name}, times {other}", measured[name], theirs, least))
    if HELLO in measured:
        ratio = one.cpu_against(measured[HELLO])
        found.append(Compared(f"CPU of the API for {ONE}, times {HELLO}", ratio, most=1.5))
    tails = [(name, measured[name]) for name in (ONE, UNCHANGED, PAGE, NEW)]
    found += [Compared(f"p99 of {name}, times its p50", m.tail, most=6) for name, m in tails]
    return found
