"""Finding ClaimReview in a page or a JSON file, however it is wrapped; it knows no database.

JSON-LD may stand alone, in a list, in an `@graph` or in a DataFeed; a page has it in scripts, or as
microdata (HTML Living Standard §5). Whatever else there is, is passed over.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

Node = dict[str, Any]
_DEEPEST: Final = 60
_DEEPEST_TAG: Final = 500
_DEEPEST_TEXT: Final = 20
"""In how many properties at once a text can stand: each of them keeps it."""
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
    | {"wbr"}
)
_ADDRESS = {
    "a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src",
    "source": "src", "iframe": "src", "embed": "src", "track": "src", "object": "data",
    "time": "datetime", "data": "value", "meter": "value", "meta": "content",
}  # fmt: skip
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")


class NotReadable(Exception):
    """It is neither JSON nor a page with JSON-LD or microdata; the text says why."""


def in_json(text: str) -> list[Node]:
    """Give every ClaimReview in a JSON file, in its order. Raises `NotReadable`."""
    try:
        return list(_reviews(_loaded(text)))
    except (ValueError, RecursionError) as error:
        raise NotReadable(f"This is no JSON: {error}") from None


def in_html(text: str) -> list[Node]:
    """Give every ClaimReview in a page. Raises `NotReadable` when none of its scripts is JSON."""
    page = _Page()
    page.feed(text)
    found: list[Node] = []
    broken = 0
    for script in page.scripts:
        try:
            found += _reviews(_loaded(_WRAPPING.sub("", script)))
        except (ValueError, RecursionError):
            broken += 1
    found += _reviews(page.items)
    if broken and not found:
        raise NotReadable(f"The page has {broken} scripts of JSON-LD, and none of them is JSON")
    return found


def types_of(node: Any) -> set[str]:  # noqa: ANN401 - any JSON.
    """Name the types of a node, without where they are defined."""
    given = node.get("@type") if isinstance(node, dict) else None
    names = given if isinstance(given, list) else [given]
    return {re.split(r"[/:#]", name)[-1] for name in names if isinstance(name, str)}


def _loaded(text: str) -> Any:  # noqa: ANN401 - any JSON.
    """Read JSON loosely; numbers that it can't have stay the words that they are."""
    return json.loads(
        text.removeprefix("\ufeff"), strict=False, parse_constant=str, parse_float=_number
    )


def _number(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _reviews(node: Any, depth: int = 0) -> Iterator[Node]:  # noqa: ANN401 - any JSON.
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for one in node:
            yield from _reviews(one, depth + 1)
    elif isinstance(node, dict):
        if "ClaimReview" in types_of(node):
            yield node
            return
        deleted = {"dateDeleted": node["dateDeleted"]} if node.get("dateDeleted") else {}
        for one in node.values():
            yield from (review | deleted for review in _reviews(one, depth + 1))


class _Page(HTMLParser):
    """Collects the scripts of JSON-LD, and items of microdata as JSON-LD has them.

    It is never closed. What was begun and never ends is nothing in HTML; the parser would begin
    with it anew at each `<`, which takes hours for a page of them.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.items: list[Node] = []
        self._script: list[str] | None = None
        self._open: list[tuple[str, Node | None, str | None, list[str]]] = []
        """Tags that are open: name, the item begun there, the property set there, its text."""
        self._names = Counter[str]()
        self._owners: list[Node] = []
        self._texts: list[list[str]] = []

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - as it is called.
        """Take `<![` for a comment, as HTML does; the library would break off."""
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and "ld+json" in given.get("type", "").lower():
            self._script = []
        item: Node | None = None
        if "itemscope" in given:
            item = {"@type": given.get("itemtype", "").split()}
            if "itemid" in given:
                item["@id"] = given["itemid"]
        name = given.get("itemprop")
        if item is not None:
            self._set(name, item) if name and self._owners else self.items.append(item)
            name = None
        elif name:
            attribute = "content" if "content" in given else _ADDRESS.get(tag, "")
            if attribute in given:
                self._set(name, given[attribute])
                name = None
        if tag not in _VOID and len(self._open) < _DEEPEST_TAG:
            self._begin(tag, item, name)
        elif name:
            self._set(name, "")

    def _begin(self, tag: str, item: Node | None, name: str | None) -> None:
        kept: list[str] = []
        if name and len(self._texts) < _DEEPEST_TEXT:
            self._texts.append(kept)
        else:
            name = None
        if item is not None:
            self._owners.append(item)
        self._names[tag] += 1
        self._open.append((tag, item, name, kept))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._script is not None:
            self.scripts.append("".join(self._script))
            self._script = None
        closes = self._names[tag] > 0
        while closes:
            name, item, prop, text = self._open.pop()
            self._names[name] -= 1
            if item is not None:
                self._owners.pop()
            if prop:
                self._texts.pop()
                self._set(prop, " ".join("".join(text).split()))
            closes = name != tag

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
            return
        for text in self._texts:
            text.append(data)

    def _set(self, names: str, value: Any) -> None:  # noqa: ANN401 - a text or an item.
        if not self._owners:
            return
        owner = self._owners[-1]
        for name in names.split():
            if name not in owner:
                owner[name] = value
            elif isinstance(owner[name], list):
                owner[name].append(value)
            else:
                owner[name] = [owner[name], value]
