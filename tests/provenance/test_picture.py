"""Provenance as a picture: a tree that is safe, accessible, and readable in every script."""

import json
from xml.etree import ElementTree as ET

import asyncpg
import pytest

from app.provenance.drawing import LONGEST, shortened
from tests.making import Client, Json, Make
from tests.provenance.conftest import Travelled

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert(1)</script>\"'&<x onload=y>"


async def drawn(client: Client, path: str) -> ET.Element:
    """Fetch a picture, and read it as XML."""
    answer = await client.get(path, headers={"Accept": "image/svg+xml"})
    assert answer.status_code == 200, answer.text
    return ET.fromstring(answer.text)  # noqa: S314 - it is our own.


def texts(picture: ET.Element) -> list[str]:
    """Read what is written in a picture, from the top."""
    return [one.text or "" for one in picture.iter(f"{SVG}text")]


async def test_the_tree_is_drawn_from_the_top(travelled: Travelled, anonymous: Client) -> None:
    picture = await drawn(anonymous, travelled.path)

    boxes = [one for one in picture.iter(f"{SVG}rect") if one.get("class") != "paper"]
    lefts = [int(one.get("x", "")) for one in boxes]
    step = lefts[1] - lefts[0]
    assert [(left - lefts[0]) // step for left in lefts] == [0, 1, 2, 2, 1]
    assert [one.get("class") for one in boxes] == ["said", "box", "strayed", "box", "box"]
    assert texts(picture)[::2] == [
        "environ 98.000 Russes",
        "RIA Novosti",
        "L'hémorragie (L'Indépendant)",
        "RIA Novosti",
        "A confidential source (leak)",
    ]
    assert texts(picture)[5] == "outlet · headline · altered · value: 98000 → 100000 · Rounded"
    assert len(list(picture.iter(f"{SVG}path"))) == 4


async def test_a_screen_reader_is_told_the_whole_tree(
    travelled: Travelled, anonymous: Client
) -> None:
    picture = await drawn(anonymous, travelled.path)

    title, told = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert title is not None
    assert told is not None
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    assert title.text == "How a statement travelled: About 98,000 Russians"
    assert "L'hémorragie (L'Indépendant), from RIA Novosti: outlet" in (told.text or "")


async def test_nothing_from_outside_becomes_markup(make: Make, anonymous: Client) -> None:
    outlet = {"kind": "website", "name": HOSTILE}
    source = {"kind": "article", "name": HOSTILE, "publisher": outlet}
    hop = {"source": source, "role": "outlet", "mode": "summary", "drift_note": HOSTILE}
    fact = {"field": "value", "from": HOSTILE, "to": HOSTILE}
    said = await make.statement(
        text=HOSTILE,
        summary=None,
        speaker={"name": HOSTILE},
        appearances=[hop | {"changed_facts": [fact]}],
    )

    answer = await anonymous.get(f"{said.path}/provenance?format=svg")

    picture = ET.fromstring(answer.text)  # noqa: S314 - it is our own.
    known = {"svg", "title", "desc", "style", "rect", "g", "text", "path"}
    assert {one.tag.removeprefix(SVG) for one in picture.iter()} == known
    names = {name for one in picture.iter() for name in one.keys()}  # noqa: SIM118 - no mapping.
    assert not any(name.startswith("on") or "href" in name for name in names)
    assert texts(picture)[0] == HOSTILE
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_characters_that_xml_has_no_place_for_are_left_out(
    make: Make, anonymous: Client
) -> None:
    said = await make.statement(text="Bell\x07 and \ufffe end\x1b[0m\x0b")

    picture = await drawn(anonymous, f"{said.path}/provenance")

    assert texts(picture)[0] == "Bell and end[0m"


async def test_names_that_are_read_from_the_right_begin_at_the_box(
    make: Make, anonymous: Client
) -> None:
    hop = {
        "source": {"kind": "article", "name": "«وصول 98000 روسي»"},
        "role": "outlet",
        "mode": "headline",
    }
    said = await make.statement(text="דברים", language="he", appearances=[hop])

    picture = await drawn(anonymous, f"{said.path}/provenance")

    written = list(picture.iter(f"{SVG}text"))
    directions = [(one.get("direction"), one.get("text-anchor")) for one in written]
    assert directions == [("rtl", "end"), (None, None), ("rtl", "end"), (None, None)]


async def test_a_long_name_is_cut_and_whole_in_its_title(make: Make, anonymous: Client) -> None:
    name = "नमस्ते " * 40
    hop = {"source": {"kind": "article", "name": name}, "role": "outlet", "mode": "headline"}
    said = await make.statement(appearances=[hop])

    picture = await drawn(anonymous, f"{said.path}/provenance")

    titles = [one.text or "" for one in picture.iter(f"{SVG}title")]
    assert len(texts(picture)[2]) <= LONGEST
    assert texts(picture)[2].endswith("…")
    assert titles[2].startswith(name.strip())


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("abcdefg", "abcde…"),
        ("abcde\u0301fgh", "abcd…"),
        ("abc\U0001f469\u200d\U0001f52cde", "abc…"),
        ("abc de", "abc de"),
    ],
)
def test_a_text_is_not_cut_inside_of_what_is_seen_as_one(text: str, cut: str) -> None:
    assert shortened(text, 6) == cut


async def test_it_can_be_read_on_light_and_dark(travelled: Travelled, anonymous: Client) -> None:
    text = (await anonymous.get(f"{travelled.path}?format=svg")).text

    assert "prefers-color-scheme:dark" in text
    assert "<script" not in text


async def test_two_hundred_appearances_one_after_the_other_are_a_picture_of_bounded_width(
    make: Make, anonymous: Client, database: asyncpg.Connection
) -> None:
    source = await make.source()
    hops: list[Json] = [
        {"key": f"k{number}", "source_id": source.id, "role": "republisher", "mode": "summary"}
        | ({"parent_id": f"k{number - 1}"} if number else {})
        for number in range(200)
    ]
    said = await make.statement(appearances=hops)

    picture = await drawn(anonymous, f"{said.path}/provenance")
    graph = json.loads((await anonymous.get(f"{said.path}/provenance")).text)["@graph"]

    assert int(picture.get("width", "")) < 2500
    assert len(list(picture.iter(f"{SVG}path"))) == 200
    assert len([one for one in graph if "onr:Appearance" in one["@type"]]) == 200
