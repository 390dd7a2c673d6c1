"""Has this been checked before? Score the running service, through HTTP, on sets made by others.

`python -m bench.matching FOLDER [--only ct20-en] [--split dev] [--no-model]`; a set is a folder
with `corpus.jsonl.gz` (id, lang, text, title) and for each split `queries.jsonl` (id, lang, text)
and `qrels.tsv`. Each set gets a service and a Postgres of its own. MAP@5 is the official measure of
CLEF's CheckThat!; the areas under the curve say how well the best score tells whether there is an
earlier check at all: once with the right claims left out of the answers, once with them archived.
What has the same words as a right claim, with other quotation marks, is taken away with it then:
as long as a copy is there, there is an earlier check. `--titles` asks short texts instead: claims'
own titles, which are recorded with none of them then.
"""

import gzip
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, Final

import typer

from app.figures import wording
from bench import services
from bench.services import Service

Json = dict[str, Any]
AT_ONCE: Final = 20
LOADED_AT_ONCE: Final = 500
SHOWN: Final = 20
FIRST: Final = 5
LONGEST_SUMMARY: Final = 300
TITLES: Final = 500
LEAST_WORDS: Final = 4
SEED: Final = 2
PUBLISHED: Final = {
    "ct20-en": (0.929, None, 0.895),
    "ct22-2a-en": (0.956, 0.818, 0.909),
    "ct22-2b-en": (0.346, 0.346, 0.376),
    "ct25-ml": (None, None, 0.655),
}
"""MAP@5 of the best published system, of the organisers' baseline, and of BM25 in SQL."""
TARGETS: Final = {
    "ct20-en": (0.915, 0.95),
    "ct22-2a-en": (0.92, 0.955),
    "ct22-2b-en": (0.375, 0.41),
    "ct25-ml": (0.66, 0.76),
}
"""What is to be reached, without a model and with one; for ct25-ml, the mean over languages."""


@dataclass
class Run:
    """What was found for a set: by query, the ids and scores, the likeliest first."""

    relevant: Mapping[str, set[str]]
    copies: Mapping[str, set[str]]
    """All claims of the corpus with the same words as each claim, that one among them."""
    language: Mapping[str, str]
    found: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    without: dict[str, float] = field(default_factory=dict)
    """The best score for each query once all right claims were archived."""
    matches: list[tuple[float, bool, bool]] = field(default_factory=list)
    """Of each first one: its score, whether it is called a match, and whether it is right."""

    def right(self, query: str) -> set[str]:
        """Give the claims that are right for a query, and all with the same words."""
        return {one for each in self.relevant[query] for one in self.copies.get(each, {each})}


def main(
    folder: Path,
    *,
    only: Annotated[list[str] | None, typer.Option(help="Which sets.")] = None,
    split: Annotated[str, typer.Option(help="Which queries.")] = "dev",
    model: Annotated[bool, typer.Option(help="With the bundled model, or without.")] = True,
    titles: Annotated[bool, typer.Option(help="Ask the claims' own titles instead.")] = False,
) -> None:
    """Load each set into a service, ask all queries, and print how well they are answered."""
    print(_HEAD)
    for name in only or sorted(PUBLISHED):
        with tempfile.TemporaryDirectory(prefix="onrecord-matching-") as made:
            run = _scored(folder / name, split, Path(made), model=model, titles=titles)
        print(_row(name, run, model=model), flush=True)


def _scored(source: Path, split: str, made: Path, *, model: bool, titles: bool) -> Run:
    settings = {} if model else {"ONRECORD_EMBEDDER": "none"}
    with services.alone(made, settings) as service:
        key = _key(made)
        corpus = list(_read(source / "corpus.jsonl.gz"))
        known = _load(service, key, corpus, summed_up=not titles)
        if model:
            _embed(made)
        if titles:
            queries = _titles(corpus)
            relevant = {one["id"]: {one["id"]} for one in queries}
        else:
            queries = list(_read(source / split / "queries.jsonl"))
            relevant = _relevant(source / split / "qrels.tsv")
        run = Run(relevant, _copies(corpus), {one["id"]: one.get("lang", "en") for one in queries})
        asked = [one for one in queries if one["id"] in relevant]
        _ask(service, key, asked, known, run)
        _archive(service, key, known, run)
        _ask_again(service, key, asked, run)
    return run


def _read(path: Path) -> list[Json]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    return [json.loads(line) for line in text.splitlines() if line]


def _titles(corpus: list[Json]) -> list[Json]:
    """Choose short queries whose right claim is known: titles, whose claims lack them then."""
    titled = [row for row in corpus if len((row.get("title") or "").split()) >= LEAST_WORDS]
    chosen = random.Random(SEED).sample(titled, min(TITLES, len(titled)))
    return [{**row, "text": row["title"]} for row in chosen]


def _copies(corpus: Iterable[Json]) -> dict[str, set[str]]:
    same: dict[str, set[str]] = defaultdict(set)
    for row in corpus:
        same[wording.plain(row["text"]) or row["id"]].add(row["id"])
    return {one: some for some in same.values() for one in some}


def _relevant(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text().splitlines():
        query, document, relevance, *_ = line.split("\t")
        if float(relevance) > 0:
            found[query].add(document)
    return dict(found)


def _command(made: Path, *words: str) -> str:
    """Run a command of the service's, on its data."""
    settings = services.own(made)
    ran = subprocess.run(
        [sys.executable, "-m", "app", *words],
        env=settings, capture_output=True, text=True, check=True, cwd=services.ROOT,
    )  # fmt: skip
    return ran.stdout


def _key(made: Path) -> str:
    found = re.search(
        r"onr_\S+", _command(made, "create-key", "--name", "bench", "--role", "admin")
    )
    assert found is not None
    return found[0]


def _embed(made: Path) -> None:
    started = time.monotonic()
    _command(made, "embed")
    print(f"embedded in {time.monotonic() - started:.0f} s", file=sys.stderr)


def _call(service: Service, key: str, method: str, path: str, body: Json | None = None) -> Any:  # noqa: ANN401 - JSON.
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    headers |= {"If-Match": "*"} if method == "DELETE" else {}
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}{path}",
        None if body is None else json.dumps(body).encode(), headers, method=method,
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.loads(answer.read() or b"null")


def _load(service: Service, key: str, corpus: Iterable[Json], *, summed_up: bool) -> dict[str, str]:
    """Record all claims; give the set's ids by ours."""
    known: dict[str, str] = {}
    rows = iter(corpus)
    while some := list(islice(rows, LOADED_AT_ONCE)):
        known |= _loaded(service, key, some, summed_up=summed_up)
    return known


def _loaded(service: Service, key: str, rows: list[Json], *, summed_up: bool) -> dict[str, str]:
    """Record claims; those whose title is refused as a summary, for it rates, without it."""
    items = [_statement(row, summed_up=summed_up) for row in rows]
    answer = _call(service, key, "POST", "/v1/statements/batch?atomic=false", {"items": items})
    known, refused = {}, []
    for row, result in zip(rows, answer["results"], strict=True):
        if result["status"] == HTTPStatus.CREATED:
            known[result["id"]] = row["id"]
        else:
            refused.append(row)
    if refused:
        assert summed_up, f"{refused[0]} is refused"
        known |= _loaded(service, key, refused, summed_up=False)
    return known


def _statement(row: Json, *, summed_up: bool) -> Json:
    title = (row.get("title") or "").replace("\n", " ").strip()[:LONGEST_SUMMARY].strip()
    return {
        "text": row["text"][:5000],
        "language": row.get("lang") or "en",
        "summary": title or None if summed_up else None,
        "speaker_is_anonymous": True,
        "visibility": "public",
    }


def _matches(service: Service, key: str, queries: list[Json]) -> list[list[Json]]:
    asked = [{"text": one["text"][:5000], "language": one.get("lang") or "en"} for one in queries]
    body = {"queries": asked, "limit": SHOWN}
    answer = _call(service, key, "POST", "/v1/match", body)
    return [one["matches"] for one in answer["results"]]


def _batches(queries: list[Json]) -> Iterable[list[Json]]:
    rows = iter(queries)
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _ask(
    service: Service, key: str, queries: list[Json], known: Mapping[str, str], run: Run
) -> None:
    for some in _batches(queries):
        for query, found in zip(some, _matches(service, key, some), strict=True):
            ids = [(known[one["statement"]["id"]], one["score"]) for one in found]
            run.found[query["id"]] = ids
            if found:
                is_right = ids[0][0] in run.right(query["id"])
                run.matches.append((ids[0][1], found[0]["match"], is_right))


def _archive(service: Service, key: str, known: Mapping[str, str], run: Run) -> None:
    right = {one for query in run.relevant for one in run.right(query)}
    for ours, theirs in known.items():
        if theirs in right:
            _call(service, key, "DELETE", f"/v1/statements/{ours}")


def _ask_again(service: Service, key: str, queries: list[Json], run: Run) -> None:
    for some in _batches(queries):
        for query, found in zip(some, _matches(service, key, some), strict=True):
            run.without[query["id"]] = found[0]["score"] if found else 0.0


def average_precision(found: Iterable[str], relevant: set[str]) -> float:
    """Give the precision at each right one of the first, summed up, over all that are right."""
    hits, total = 0, 0.0
    for place, one in enumerate(islice(found, FIRST), 1):
        if one in relevant:
            hits += 1
            total += hits / place
    return total / len(relevant)


def area(positive: list[float], negative: list[float]) -> float:
    """Give the area under the ROC curve: how often a positive has more than a negative."""
    won = sum((one > other) + (one == other) / 2 for one in positive for other in negative)
    return won / (len(positive) * len(negative))


def measures(run: Run) -> dict[str, float]:
    """Give MAP@5 (the mean over languages, where there are several), MRR, success@5, and areas."""
    by_language: dict[str, list[float]] = defaultdict(list)
    reciprocal, success = [], []
    for query, relevant in run.relevant.items():
        found = [one for one, _ in run.found.get(query, [])]
        by_language[run.language.get(query, "en")].append(average_precision(found, relevant))
        first = next((place for place, one in enumerate(found, 1) if one in relevant), None)
        reciprocal.append(1 / first if first else 0.0)
        success.append(float(first is not None and first <= FIRST))
    best = {query: found[0][1] if found else 0.0 for query, found in run.found.items()}
    others = [
        max((score for one, score in found if one not in run.right(query)), default=0.0)
        for query, found in run.found.items()
    ]
    called = [right for _, match, right in run.matches if match]
    return {
        "MAP@5": fmean(fmean(one) for one in by_language.values()),
        "MRR": fmean(reciprocal),
        "S@5": fmean(success),
        "AUC": area(list(best.values()), others),
        "AUC archived": area(list(best.values()), list(run.without.values())),
        "precision": fmean(called) if called else 0.0,
        "recall": sum(called) / max(len(run.relevant), 1),
    }


_HEAD = (
    "| set | MAP@5 | wanted | best published | organisers | BM25 | MRR | success@5 | AUC, left out"
    " | AUC, archived | precision of `match` | recall |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def _row(name: str, run: Run, *, model: bool) -> str:
    found = measures(run)
    wanted = TARGETS[name][1 if model else 0]
    published = [f"{one:.3f}" if one else "-" for one in PUBLISHED[name]]
    shown = [f"{found[one]:.3f}" for one in list(found)[1:]]
    title = f"{name}, {'with' if model else 'without'} a model"
    best = f"{found['MAP@5']:.3f}"
    return f"| {' | '.join([title, best, f'{wanted}', *published, *shown])} |"


if __name__ == "__main__":
    typer.run(main)
