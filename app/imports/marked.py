"""Finding ClaimReview in a page or a JSON file, however it is wrapped; it knows no database.

JSON-LD may stand alone, in a list, in an `@graph` or in a DataFeed; a page has it in scripts, or as
microdata (HTML Living Standard §5). Whatever else there is, is passed over.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

Node = dict[str, Any]
_DEEPEST: Final = 60
_DEEPEST_TAG: Final = 500
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
    page.close()
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
    return json.loads(text.removeprefix("\ufeff"), strict=False)


def _reviews(node: Any, depth: int = 0) -> Iterator[Node]:  # noqa: ANN401 - any JSON.
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for one in node:
            yield from _reviews(one, depth + 1)
    elif isinstance(node, dict):
        if "ClaimReview" in types_of(node):
            yield node
        else:
            for one in node.values():
                yield from _reviews(one, depth + 1)


class _Page(HTMLParser):
    """Collects the scripts of JSON-LD, and items of microdata as JSON-LD has them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.items: list[Node] = []
        self._script: list[str] | None = None
        self._open: list[tuple[str, Node | None, str | None, list[str]]] = []
        """Tags that are open: name, the item begun there, the property set there, its text."""

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
            self._set(name, item) if name and self._owner() is not None else self.items.append(item)
            name = None
        elif name:
            attribute = "content" if "content" in given else _ADDRESS.get(tag, "")
            if attribute in given:
                self._set(name, given[attribute])
                name = None
        if tag not in _VOID and len(self._open) < _DEEPEST_TAG:
            self._open.append((tag, item, name, []))
        elif name:
            self._set(name, "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._script is not None:
            self.scripts.append("".join(self._script))
            self._script = None
        if not any(name == tag for name, *_ in self._open):
            return
        while self._open:
            name, _, prop, text = self._open.pop()
            if prop:
                self._set(prop, " ".join("".join(text).split()))
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
            return
        for _, _, prop, text in self._open:
            if prop:
                text.append(data)

    def _owner(self) -> Node | None:
        return next((item for _, item, _, _ in reversed(self._open) if item is not None), None)

    def _set(self, names: str, value: Any) -> None:  # noqa: ANN401 - a text or an item.
        owner = self._owner()
        if owner is None:
            return
        for name in names.split():
            if name not in owner:
                owner[name] = value
            elif isinstance(owner[name], list):
                owner[name].append(value)
            else:
                owner[name] = [owner[name], value]
