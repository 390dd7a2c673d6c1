"""How reading grows with what there is: the same questions at three sizes, one client.

One connection asks, so that what is compared is how long an answer takes, and not how many share
the machine.
"""

from collections.abc import Iterator
from itertools import cycle
from statistics import median
from urllib.parse import urlencode

from bench import generate, search
from bench.load import Request, drive
from bench.measuring import Bench
from bench.points import targets
from bench.report import Compared
from bench.serving import serving
from bench.writing import bodies

SIZES = (10_000, 100_000)
"""The sizes below the one that is measured anyway."""
MOST = 1.5
ROUNDS = 3
FIRST = 5_000_000
"""The number of the first statement that is created, for the changes have no others to show."""
NO_WORD = "statements with a word that none has"
SUGGESTIONS = "suggestions"
FREE = {"the mix of searches", SUGGESTIONS, NO_WORD}
"""Searches may grow by more: they look through more of what there is, and more words."""

P50s = dict[str, float]


def smaller(statements: int) -> Iterator[tuple[int, P50s]]:
    """Fill databases of the sizes below this one, one after the other, and measure each."""
    for size in [one for one in SIZES if one < statements]:
        with serving(size, 1.0) as (bench, _):
            yield size, measured(bench)


def measured(bench: Bench) -> P50s:
    """Give the p50 of each read in milliseconds: the median of some rounds."""
    drive(bench.ours.port, bodies(bench.key, FIRST), seconds=1.0, connections=1, expect=201)
    one, many = targets(bench.rows)
    asked = search.questions(bench.rows["statements"])[search.MIX]
    paths = {
        "one statement": one,
        "a page of 20": many,
        "all statements, newest first": ["/v1/statements?sort=-said_on&limit=20"],
        "speakers": [f"/v1/speakers?{urlencode({'kind': 'person', 'limit': 20})}"],
        "sources by name": ["/v1/sources?sort=name&limit=20"],
        "a speaker": [f"/v1/speakers/{generate.speaker_id(n)}" for n in range(1, 9)],
        "a speaker's figures": [
            f"/v1/speakers/{generate.speaker_id(n)}/stats" for n in range(1, 9)
        ],
        "verdicts": ["/v1/verdicts?limit=20"],
        "verdicts, those that changed last": ["/v1/verdicts?sort=-updated_at&limit=20"],
        "statements with a verdict": ["/v1/statements?has_verdict=true&limit=20"],
        "statements without a verdict": ["/v1/statements?has_verdict=false&limit=20"],
        "statements with a rating": ["/v1/statements?normalized_rating=false&limit=20"],
        "statements with a rating that none has": [
            "/v1/statements?normalized_rating=satire&limit=20"
        ],
        "statements in a state that few are in": ["/v1/statements?state=captured&limit=20"],
        NO_WORD: ["/v1/statements?q=zzzzqq&limit=20"],
        "statements in a language": ["/v1/statements?language=fr&limit=20"],
        "statements on a topic": [
            f"/v1/statements?topic=bench-topic-{n}&limit=20" for n in range(1, 9)
        ],
        "statements of some years": ["/v1/statements?said_from=2019&said_until=2021&limit=20"],
        "statements since a day": ["/v1/statements?said_from=2025-06&sort=said_on&limit=20"],
        "corrections": ["/v1/corrections?limit=20"],
        "changes": ["/v1/changes?limit=20"],
        "the mix of searches": search.pages(asked, types="statement"),
        SUGGESTIONS: search.begun(bench.url),
    }
    lasting = min(1.0, bench.seconds)
    return {name: _p50(bench.ours.port, ones, lasting) for name, ones in paths.items()}


def _p50(port: int, paths: list[str], lasting: float) -> float:
    requests = map(Request, cycle(paths))
    drive(port, requests, seconds=lasting, connections=1)
    return median(drive(port, requests, seconds=lasting, connections=1).p50 for _ in range(ROUNDS))


def table(sizes: dict[int, P50s]) -> str:
    """Write the p50s at each size."""
    head = " | ".join(f"{size:,}" for size in sizes)
    lines = [f"| p50 in ms, with so many statements | {head} |", f"| --- |{' ---: |' * len(sizes)}"]
    for name in next(iter(sizes.values())):
        cells = " | ".join(f"{found[name]:.2f}" for found in sizes.values())
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def compared(sizes: dict[int, P50s]) -> list[Compared]:
    """Compare the largest with the smallest."""
    first, last = sizes[min(sizes)], sizes[max(sizes)]
    return [
        Compared(
            f"p50 of {name}, with {max(sizes):,} statements, times that with {min(sizes):,}",
            last[name] / first[name],
            most=None if name in FREE else MOST,
        )
        for name in first
    ]
