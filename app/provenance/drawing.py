"""A statement's appearances as a picture: a tree in SVG, to be read from the top.

It is one image to assistive technology (`role="img"`, SVG-AAM) with a title and a description that
tells the whole tree. Nothing in it runs or loads anything; every text from outside is escaped.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final
from unicodedata import bidirectional, combining

from app.provenance.tree import Hop, hops

Json = dict[str, Any]
LONGEST: Final = 56
"""How many characters of a name are shown; the whole is in its `<title>`."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 §2.2 has no place for, not even escaped."""
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


def picture(statement: Json) -> str:
    """Draw the tree of a statement's document."""
    tree = list(hops(statement["appearances"]))
    step = min(_STEP, _DEEPEST // max(1, *(hop.depth for hop in tree), 1))
    width = _WIDTH + step * max((hop.depth for hop in tree), default=0) + 2 * _MARGIN
    height = _ROW * (len(tree) + 1) + _MARGIN
    title = f"How a statement travelled: {statement['summary'] or statement['text']}"
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"',
            f' width="{width}" height="{height}" role="img" aria-labelledby="title desc">',
            f'<title id="title">{_text(title)}</title><desc id="desc">{_told(statement, tree)}',
            f'</desc><style>{_STYLE}</style><rect class="paper" width="100%" height="100%"/>',
            *_lines(tree, step),
            _box(0, 0, "said", statement["text"], _said(statement), statement["language"]),
            *(_drawn(number, hop, step) for number, hop in enumerate(tree, 1)),
            "</svg>\n",
        ]
    )


def _drawn(number: int, hop: Hop, step: int) -> str:
    one = hop.appearance
    kind = "strayed" if one["fidelity"] in _STRAYED else "box"
    return _box(number, hop.depth * step, kind, _name(one), _how(one), None)


def _box(line: int, indent: int, kind: str, name: str, more: str, language: str | None) -> str:
    """Draw a box with a name and a line below it; both say the whole when pointed at."""
    x, y = _MARGIN + indent, _MARGIN + line * _ROW
    tagged = f' xml:lang="{_text(language)}"' if language else ""
    return (
        f'<g><title>{_text(name)} \u2013 {_text(more)}</title><rect class="{kind}" x="{x}" y="{y}"'
        f' width="{_WIDTH}" height="{_BOX}" rx="6"/>'
        f'<text x="{x + 12}" y="{y + 20}"{_direction(name)}{tagged}>{_text(shortened(name))}</text>'
        f'<text class="more" x="{x + 12}" y="{y + 38}"{_direction(more)}>'
        f"{_text(shortened(more, LONGEST + 24))}</text></g>"
    )


def _lines(tree: list[Hop], step: int) -> Iterator[str]:
    """Draw what leads from each appearance to what it had it from."""
    depths = [0, *(hop.depth for hop in tree)]
    for number, hop in enumerate(tree, 1):
        x = _MARGIN + depths[hop.above] * step + step // 2
        top, y = _MARGIN + hop.above * _ROW + _BOX, _MARGIN + number * _ROW + _BOX // 2
        yield f'<path class="line" d="M{x} {top}V{y}H{_MARGIN + hop.depth * step}"/>'


def _told(statement: Json, tree: list[Hop]) -> str:
    """Tell the tree in words."""
    names = [_said(statement), *(_name(hop.appearance) for hop in tree)]
    told = [f"{_said(statement)}: {statement['text']}"]
    for hop in tree:
        came = names[hop.above] if hop.above else "what was said"
        told.append(f"{_name(hop.appearance)}, from {came}: {_how(hop.appearance)}")
    return _text(". ".join(told) + ".")


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
    plain = _plain(text)
    if len(plain) <= longest:
        return plain
    end = longest - 1
    while end > 1 and (combining(plain[end]) or {plain[end], plain[end - 1]} & _JOINERS):
        end -= 1
    return plain[:end].rstrip() + "\u2026"


def _plain(text: str) -> str:
    """Write a text in one line, of nothing but what XML can hold."""
    return " ".join(_NOT_XML.sub("", text).split())


def _text(text: str) -> str:
    return escape(_plain(text))


def _direction(text: str) -> str:
    """Say that a text is read from the right, as its first letter does.

    Its end is its left edge then, which is where the box begins.
    """
    first = next((found for one in text if (found := bidirectional(one)) in {"L", "R", "AL"}), "L")
    return "" if first == "L" else ' direction="rtl" text-anchor="end"'
