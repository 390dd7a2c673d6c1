"""A statement's appearances as a picture: a tree in SVG, to be read from the top.

It is one image to assistive technology (`role="img"`, SVG-AAM) with a title and a description that
tells the whole tree. Nothing in it runs or loads anything; every text from outside is escaped.
"""

from collections.abc import Iterator
from typing import Any, Final
from unicodedata import bidirectional, combining
from xml.etree.ElementTree import Element

from app.foundation.markup import add, as_xml, in_one_line, root
from app.provenance.tree import Hop, hops

Json = dict[str, Any]
LONGEST: Final = 56
"""How many characters of a name are shown; the whole is in its `<title>`."""
_JOINERS = {"\u200d", "\ufe0f"}
_ROW, _BOX, _WIDTH, _MARGIN, _STEP = 64, 48, 560, 16, 32
_DEEPEST = 40 * _STEP
_STRAYED = {"truncated", "altered", "misattributed"}
_STYLE = (
    "svg{color-scheme:light dark}"
    ".paper{fill:#fff}.box{fill:#f4f6f8;stroke:#5b6672}.said{fill:#e3edf9;stroke:#1f5fa8}"
    ".strayed{fill:#fdf0e1;stroke:#a34d00;stroke-dasharray:6 3}.line{fill:none;stroke:#5b6672}"
    "text{font:14px system-ui,sans-serif;fill:#15191e}.more{font-size:12px;fill:#414b56}"
    "@media (prefers-color-scheme:dark){.paper{fill:#15191e}.box{fill:#232a32;stroke:#98a4b1}"
    ".said{fill:#16304f;stroke:#7fb2ec}.strayed{fill:#43290d;stroke:#f0a65c}"
    ".line{stroke:#98a4b1}text{fill:#f2f4f6}.more{fill:#c3ccd6}}"
)


def picture(statement: Json) -> bytes:
    """Draw the tree of a statement's document."""
    tree = list(hops(statement["appearances"]))
    deepest = max((hop.depth for hop in tree), default=0)
    step = min(_STEP, _DEEPEST // max(1, deepest))
    width = _WIDTH + step * deepest + 2 * _MARGIN
    height = _ROW * (len(tree) + 1) + _MARGIN
    svg = root("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}",
        "width": f"{width}", "height": f"{height}", "role": "img", "aria-labelledby": "title desc",
    })  # fmt: skip
    title = f"How a statement travelled: {statement['summary'] or statement['text']}"
    add(svg, "title", in_one_line(title), {"id": "title"})
    add(svg, "desc", _told(statement, tree), {"id": "desc"})
    add(svg, "style", _STYLE)
    add(svg, "rect", None, {"class": "paper", "width": "100%", "height": "100%"})
    _draw_lines(svg, tree, step)
    said = add(svg, "g")
    _draw(said, (0, 0), "said", statement["text"], _said(statement))
    said[-2].set("xml:lang", statement["language"])
    for number, hop in enumerate(tree, 1):
        one = hop.appearance
        kind = "strayed" if one["fidelity"] in _STRAYED else "box"
        _draw(add(svg, "g"), (hop.depth * step, number), kind, _name(one), _how(one))
    return as_xml(svg)


def _draw(box: Element, at: tuple[int, int], kind: str, name: str, more: str) -> None:
    """Draw a box with a name and a line below it; both say the whole when pointed at."""
    x, y = _MARGIN + at[0], _MARGIN + at[1] * _ROW
    add(box, "title", f"{in_one_line(name)} \u2013 {in_one_line(more)}")
    size = {"x": f"{x}", "y": f"{y}", "width": f"{_WIDTH}", "height": f"{_BOX}", "rx": "6"}
    add(box, "rect", None, {"class": kind, **size})
    add(box, "text", shortened(name), {"x": f"{x + 12}", "y": f"{y + 20}", **_direction(name)})
    below = {"class": "more", "x": f"{x + 12}", "y": f"{y + 38}"}
    add(box, "text", shortened(more, LONGEST + 24), {**below, **_direction(more)})


def _draw_lines(svg: Element, tree: list[Hop], step: int) -> None:
    """Draw what leads from each appearance to what it had it from."""
    depths = [0, *(hop.depth for hop in tree)]
    for number, hop in enumerate(tree, 1):
        x = _MARGIN + depths[hop.above] * step + step // 2
        top, y = _MARGIN + hop.above * _ROW + _BOX, _MARGIN + number * _ROW + _BOX // 2
        way = f"M{x} {top}V{y}H{_MARGIN + hop.depth * step}"
        add(svg, "path", None, {"class": "line", "d": way})


def _told(statement: Json, tree: list[Hop]) -> str:
    """Tell the tree in words."""
    names = [_said(statement), *(_name(hop.appearance) for hop in tree)]
    told = [f"{_said(statement)}: {statement['text']}"]
    for hop in tree:
        came = names[hop.above] if hop.above else "what was said"
        told.append(f"{_name(hop.appearance)}, from {came}: {_how(hop.appearance)}")
    return in_one_line(". ".join(told) + ".")


def _said(statement: Json) -> str:
    speaker = statement["speaker"]
    who = speaker["name"] if speaker else "Anonymous"
    return ", ".join(filter(None, [who, statement["said_on"]]))


def _name(hop: Json) -> str:
    """Name the source of an appearance, with its publisher."""
    source = hop["source"]
    if source["name"] is None:
        return f"A confidential source ({_worded(source['kind'])})"
    publisher = source["publisher"]
    return f"{source['name']} ({publisher['name']})" if publisher else str(source["name"])


def _how(hop: Json) -> str:
    """Say in which way an appearance carries it."""
    fidelity = None if hop["fidelity"] == "unknown" else hop["fidelity"]
    words = [hop["role"], hop["mode"], fidelity, "first known" if hop["is_first_known"] else None]
    told = [_worded(word) for word in words if word]
    day = hop["published_on"] or hop["source"]["published_on"]
    return " \u00b7 ".join([*told, *([day] if day else []), *_drift(hop)])


def _drift(hop: Json) -> Iterator[str]:
    for one in hop["changed_facts"]:
        yield f"{one['field']}: {one['from'] or '?'} \u2192 {one['to'] or '?'}"
    if hop["drift_note"]:
        yield hop["drift_note"]


def _worded(key: str) -> str:
    return key.replace("_", " ")


def shortened(text: str, longest: int = LONGEST) -> str:
    """Cut a long text between two characters that a reader sees, with an ellipsis."""
    plain = in_one_line(text)
    if len(plain) <= longest:
        return plain
    end = longest - 1
    while end > 1 and (combining(plain[end]) or {plain[end], plain[end - 1]} & _JOINERS):
        end -= 1
    return plain[:end].rstrip() + "\u2026"


def _direction(text: str) -> dict[str, str]:
    """Say that a text is read from the right, as its first letter does.

    Its end is its left edge then, which is where the box begins.
    """
    first = next((found for one in text if (found := bidirectional(one)) in {"L", "R", "AL"}), "L")
    return {} if first == "L" else {"direction": "rtl", "text-anchor": "end"}
