"""Files that are made to take long or much: each is refused, or read in a time that it is worth."""

import json
from uuid import UUID

import pytest

from app.imports.marked import in_html, in_json
from tests.imports.conftest import NDJSON, Bring, counts, lines, report
from tests.imports.test_claimreview import LD
from tests.imports.test_reading_claimreview import GOOD
from tests.making import Client
from tests.pace import spending

SOON = 8
"""Seconds, of the many that it takes where that grows faster than the file."""
MARKUP = [
    ("<a ", 40_000), ('<a x="', 60_000), ("<!--", 200_000), ("</", 200_000), ("<![", 200_000),
    ("<!doctype ", 200_000), ("<i itemprop=x>", 200_000), ("&", 200_000), ("<br a='x\" ", 200_000),
]  # fmt: skip


@pytest.mark.parametrize(("part", "size"), MARKUP)
def test_a_page_is_read_in_a_time_that_grows_with_it(part: str, size: int) -> None:
    with spending() as spent:
        assert in_html(part * (size // len(part))) == []

    assert spent.seconds < SOON


def test_a_property_in_a_property_in_a_property_is_not_kept_for_each() -> None:
    page = "<div itemscope>" + "<i itemprop=x>" * 400 + "y<br></b>" * 150_000

    with spending() as spent:
        in_html(page)

    assert spent.seconds < SOON


def test_what_html_takes_for_a_comment_is_none_of_the_page() -> None:
    review = f"<script type=application/ld+json>{json.dumps(GOOD)}</script>"

    assert in_html(f"<![if foo]><![ bar ]><?php ?>{review}<a href='") == [GOOD]


async def test_a_cell_of_line_breaks_takes_no_time(contributor: Client, bring: Bring) -> None:
    with spending() as spent:
        job = await bring(contributor, b'text,language\n"' + b"\n" * 300_000, "text/csv")

    assert counts(job) == {"rows_read": 1, "refused": 1}
    assert spent.seconds < SOON


@pytest.mark.parametrize(
    "row",
    [
        b'{"text": ' + b"[" * 970 + b"]" * 970 + b"}",
        b'{"text": ' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"}",
    ],
)
async def test_a_row_that_is_nested_deeply_is_refused_alone(
    contributor: Client, bring: Bring, row: bytes
) -> None:
    good = b'{"text": "So many", "language": "en", "speaker_is_anonymous": true}'

    job = await bring(contributor, row + b"\n" + good)

    assert (job["state"], counts(job)) == ("done", {"rows_read": 2, "made": 1, "refused": 1})
    (line,) = await report(contributor, job)
    assert "nested" in line["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("odd", "why"),
    [("[" * 960 + "]" * 960, "nested"), ('"' + "x" * (4 * 1024 * 1024) + '"', "longer")],
)
async def test_a_review_that_is_out_of_all_bounds_is_refused_alone(
    editor: Client, bring: Bring, odd: str, why: str
) -> None:
    body = json.dumps([GOOD | {"keywords": "odd"}, GOOD]).replace('"odd"', odd)

    job = await bring(editor, body.encode(), LD)

    assert (job["state"], counts(job)) == ("done", {"rows_read": 2, "made": 1, "refused": 1})
    (line,) = await report(editor, job)
    assert why in line["errors"][0]["detail"]


async def test_a_claim_that_appeared_everywhere_is_read_as_far_as_it_can_be_kept(
    editor: Client, bring: Bring
) -> None:
    claim = GOOD["itemReviewed"] | {"appearance": ["nowhere"] * 100_000}

    with spending() as spent:
        job = await bring(editor, json.dumps(GOOD | {"itemReviewed": claim}).encode(), LD)

    assert counts(job)["made"] == 1
    assert counts(job)["warnings"] < 300
    assert spent.seconds < SOON


async def test_long_rows_are_read_a_few_at_a_time(contributor: Client, bring: Bring) -> None:
    row = b'{"text": "' + b"x" * 2_000_000 + b'"}\n'
    sent = await contributor.post("/v1/imports", content=row * 5, headers={"Content-Type": NDJSON})

    assert await bring.importer.goes_on(UUID(sent.json()["id"]))

    assert (await contributor.get(sent.headers["Location"])).json()["rows_read"] == 3
    await bring.importer.look()
    assert counts((await contributor.get(sent.headers["Location"])).json())["refused"] == 5


async def test_long_rows_that_wait_are_tried_a_few_at_a_time(
    contributor: Client, bring: Bring
) -> None:
    row = {"text": "x", "language": "en", "speaker_ref": "never", "occasion": "x" * 2_000_000}
    body = lines(*(row | {"ref": f"r-{number}"} for number in range(5)))
    sent = await contributor.post("/v1/imports", content=body, headers={"Content-Type": NDJSON})
    job_id, path = UUID(sent.json()["id"]), sent.headers["Location"]
    for _ in range(2):
        await bring.importer.goes_on(job_id)
    assert (await contributor.get(path)).json()["waiting"] == 5

    steps = await bring.importer.look()

    assert steps == 2, "those that wait are tried in two steps, and then nothing is left"
    assert counts((await contributor.get(path)).json()) == {"rows_read": 5, "refused": 5}


def test_numbers_that_json_cannot_have_are_words() -> None:
    found = in_json('{"@type": "ClaimReview", "a": 1e999, "b": NaN, "c": 1.5}')

    assert found == [{"@type": "ClaimReview", "a": "1e999", "b": "NaN", "c": 1.5}]
